//! What ingress-nginx makes of it.
use crate::effective::check::Shape;
use crate::effective::{Effect, Reader, Setting, Unset};

/// How the Secret holds its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretFormat {
    /// auth-file: the key `auth` holds an htpasswd file.
    File,
    /// auth-map: each key is a user, its value the hash.
    Map,
}

/// auth-type, auth-secret, auth-realm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicAuth {
    /// auth-type: digest
    pub digest: bool,
    /// auth-type as written
    pub kind: Setting<String>,
    /// Namespace and name of the Secret.
    pub secret: Setting<(String, String)>,
    /// auth-secret-type
    pub format: SecretFormat,
    /// auth-realm; empty by default
    pub realm: Setting<String>,
    /// `user:hash` lines where the Secret is among the inputs; never printed.
    pub users: Option<Users>,
}

/// Lines of an htpasswd file. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Users(pub Vec<String>);

impl std::fmt::Debug for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} users", self.0.len())
    }
}

/// All but auth-type; without it they do nothing.
const BESIDE: [&str; 3] = ["auth-secret", "auth-secret-type", "auth-realm"];

/// Reads it from the annotations of one Ingress. (`annotations/auth`: an unknown type or a bad realm leaves the Ingress unserved; a
/// Secret that is not found, or has no users in the form that is asked for, closes the location.)
pub fn read(reader: &Reader<'_>) -> Option<BasicAuth> {
    let Some(kind) = reader.or_refuse(reader.string("auth-type")) else {
        if reader.annotation("auth-type").is_none_or(|a| a.value.value.is_empty()) {
            reader.inert(&BESIDE, "there is no auth-type: nobody is asked for a password");
        }
        return None;
    };
    if !Shape::AuthType.matches(&kind.value) {
        reader.deny(&kind, "not basic or digest");
        return None;
    }
    let format = read_format(reader)?;
    let (secret, users) = read_secret(reader, &kind, format.as_ref())?;
    let realm = reader.or_refuse(reader.string("auth-realm"));
    report_kind(reader, &kind, realm.as_ref());
    Some(BasicAuth {
        digest: kind.value != "basic",
        kind,
        secret,
        format: format.map_or(SecretFormat::File, |f| f.value),
        realm: realm.unwrap_or(Setting::built_in(String::new())),
        users,
    })
}

/// Outer None: the Ingress is refused, or the location closed.
fn read_format(reader: &Reader<'_>) -> Option<Option<Setting<SecretFormat>>> {
    let written = match reader.string("auth-secret-type") {
        Ok(written) => written,
        Err(Unset::Refused(written)) => {
            reader.report(&written, Effect::Refused);
            return None;
        }
        Err(_) => return Some(None),
    };
    match written.value.as_str() {
        "auth-file" => Some(Some(written.map(|_| SecretFormat::File))),
        "auth-map" => Some(Some(written.map(|_| SecretFormat::Map))),
        _ => {
            reader.deny(&written, "not auth-file or auth-map");
            None
        }
    }
}

type Found = (Setting<(String, String)>, Option<Users>);

fn read_secret(reader: &Reader<'_>, kind: &Setting<String>, format: Option<&Setting<SecretFormat>>) -> Option<Found> {
    let written = match reader.string("auth-secret") {
        Ok(written) => written,
        Err(Unset::Missing) => {
            reader.deny(kind, "auth-secret is missing");
            return None;
        }
        Err(Unset::Content(written) | Unset::Refused(written)) => {
            reader.deny_written(&written);
            return None;
        }
    };
    let format = format.map_or(SecretFormat::File, |f| f.value);
    match find_users(reader, &written.value, format) {
        Ok((name, users)) => Some((written.map(|_| name), users)),
        Err(reason) => {
            reader.deny(&written, reason);
            None
        }
    }
}

/// An Err is why the location is closed.
fn find_users(
    reader: &Reader<'_>,
    written: &str,
    format: SecretFormat,
) -> Result<((String, String), Option<Users>), String> {
    let Some((namespace, name)) = reader.object_name(written) else {
        return Err(format!("`{written}` is not name or namespace/name"));
    };
    if !reader.may_name(&namespace) {
        return Err("its Secret is in another namespace".into());
    }
    let secret = reader.manifests.secret(&namespace, &name);
    let users = match secret {
        None if reader.controller.complete => return Err(format!("there is no Secret {namespace}/{name}")),
        None => None,
        Some(secret) => Some(Users::of(&secret.data, format).ok_or("its Secret has no key `auth`")?),
    };
    Ok(((namespace, name), users))
}

/// Types and realms that pass, and that do something else than they say.
fn report_kind(reader: &Reader<'_>, kind: &Setting<String>, realm: Option<&Setting<String>>) {
    if !matches!(kind.value.as_str(), "basic" | "digest") {
        let reason = "rendered as digest, whose module is not loaded for this name";
        reader.problem("auth-type", Effect::Breaks, reason);
    }
    if realm.is_some_and(|r| r.value == "off") {
        let reason = "nginx reads `off` as no authentication at all";
        reader.problem("auth-realm", Effect::Open, reason);
    }
}

impl BasicAuth {
    /// nginx takes the realm `off` for no authentication: everybody comes in. The credentials are not passed on all the same.
    pub fn is_off(&self) -> bool {
        self.realm.value == "off"
    }
}
