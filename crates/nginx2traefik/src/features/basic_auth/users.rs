//! Who gets in with a password file, as nginx reads it.
use super::{SecretFormat, Users};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// What a password file says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A user with the right password.
    Admitted,
    /// 401.
    Refused,
    /// The password is hashed in a way that is not computed here (bcrypt, MD5, crypt).
    Unknown,
}

impl Users {
    /// The password file that ingress-nginx writes from a Secret; None where the Secret has no `auth` for it
    /// (internal/ingress/annotations/auth/main.go:245-282).
    pub fn of(data: &BTreeMap<String, Vec<u8>>, format: SecretFormat) -> Option<Self> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let file = match format {
            SecretFormat::File => text(data.get("auth")?),
            SecretFormat::Map => {
                let lines = data.iter().map(|(user, hash)| format!("{user}:{}\n", text(hash)));
                lines.collect()
            }
        };
        Some(Users(file.lines().map(str::to_owned).collect()))
    }

    /// The verdict on an `Authorization` header.
    ///
    /// nginx, src/http/ngx_http_core_module.c (ngx_http_auth_basic_user) and
    /// src/http/modules/ngx_http_auth_basic_module.c: the first line of that user counts, `#` begins a comment line, what
    /// follows a second colon is not read.
    pub fn admit(&self, authorization: Option<&str>) -> Verdict {
        let Some((user, password)) = authorization.and_then(credentials) else {
            return Verdict::Refused;
        };
        let hash = self.0.iter().filter(|line| !line.starts_with('#')).find_map(|line| {
            let (name, rest) = line.split_once(':')?;
            (name == user).then(|| rest.split(':').next().unwrap_or(rest))
        });
        hash.map_or(Verdict::Refused, |hash| check(hash, &password))
    }
}

fn credentials(header: &str) -> Option<(String, String)> {
    let scheme = header.get(..6)?;
    if !scheme.eq_ignore_ascii_case("basic ") {
        return None;
    }
    let bytes = STANDARD.decode(header[6..].trim_start_matches(' ')).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, password) = text.split_once(':')?;
    (!user.is_empty()).then(|| (user.to_string(), password.to_string()))
}

fn check(hash: &str, password: &str) -> Verdict {
    let right = if let Some(plain) = hash.strip_prefix("{PLAIN}") {
        plain == password
    } else if let Some(sha) = hash.strip_prefix("{SHA}") {
        STANDARD.encode(digest(password.as_bytes())) == sha
    } else if let Some(salted) = hash.strip_prefix("{SSHA}") {
        let Ok(bytes) = STANDARD.decode(salted) else {
            return Verdict::Refused;
        };
        let (sum, salt) = bytes.split_at(bytes.len().min(20));
        digest(&[password.as_bytes(), salt].concat()) == sum
    } else {
        return Verdict::Unknown;
    };
    if right { Verdict::Admitted } else { Verdict::Refused }
}

fn digest(bytes: &[u8]) -> [u8; 20] {
    sha1_smol::Sha1::from(bytes).digest().bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(lines: &[&str], user: &str, password: &str) -> Verdict {
        let header = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        Users(lines.iter().map(|l| l.to_string()).collect()).admit(Some(&header))
    }

    #[test]
    fn sha_plain_comments_and_a_third_field() {
        let sha = "user:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=";
        assert_eq!(admit(&[sha], "user", "pw"), Verdict::Admitted);
        assert_eq!(admit(&["# comment", sha], "user", "pw"), Verdict::Admitted);
        assert_eq!(admit(&[&format!("{sha}:extra")], "user", "pw"), Verdict::Admitted);
        assert_eq!(admit(&[sha], "user", "no"), Verdict::Refused);
        assert_eq!(admit(&[sha], "other", "pw"), Verdict::Refused);
        assert_eq!(admit(&["user:{PLAIN}pw"], "user", "pw"), Verdict::Admitted);
        assert_eq!(admit(&["broken"], "user", "pw"), Verdict::Refused);
        assert_eq!(admit(&["user:$2y$05$x"], "user", "pw"), Verdict::Unknown);
    }

    #[test]
    fn no_credentials_no_entry() {
        let users = Users(vec!["user:{PLAIN}pw".into()]);
        for header in [
            None,
            Some(""),
            Some("Bearer x"),
            Some("Basic "),
            Some("Basic !"),
            Some("Basic dXNlcg=="),
        ] {
            assert_eq!(users.admit(header), Verdict::Refused, "{header:?}");
        }
    }
}
