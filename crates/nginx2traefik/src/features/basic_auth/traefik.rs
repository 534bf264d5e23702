//! What Traefik has to be given for it (recipes: auth).
use super::{BasicAuth, SecretFormat, Users};
use crate::features::ssl_redirect::traefik::ACME;
use crate::finding::Fidelity;
use crate::model::Secret;
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::collections::BTreeSet;

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(auth) = context.settings().basic_auth.as_ref() else {
        return;
    };
    // no-auth-locations (ingress-nginx, internal/ingress/controller/config/config.go:909)
    if context.location.path.starts_with(ACME) || plan.branches.iter().all(|b| b.answers) {
        return;
    }
    let Some(secret) = secret(context, auth) else {
        return;
    };
    let kind = if auth.digest { "digestAuth" } else { "basicAuth" };
    // nginx never passes the password on (nginx.tmpl:1254-1263)
    let mut spec = json!({"secret": secret, "removeHeader": true});
    if !auth.realm.value.is_empty() {
        spec["realm"] = json!(auth.realm.value);
    } else if context.exact() {
        // an empty one becomes "traefik"
        spec["realm"] = json!(" ");
    }
    plan.before_backend(&Middleware::new(Slot::BasicAuth, "auth", kind, spec));
    if auth.realm.value.is_empty() {
        tell_realm(context, auth);
    }
}

fn tell_realm(context: &mut Context<'_>, auth: &BasicAuth) {
    let realm = if context.exact() { "a blank" } else { "traefik" };
    let finding = context
        .note("auth-type", &auth.kind.origin, "the password prompt has another realm")
        .fidelity(Fidelity::Approximate)
        .nginx("asks with an empty realm where auth-realm is not written")
        .traefik(format!("cannot have an empty realm: it is {realm}"))
        .help("write auth-realm to choose one")
        .difference(format!(
            "WWW-Authenticate: Basic with {realm} as realm instead of an empty one"
        ));
    context.tell(finding);
}

/// The name of a Secret that Traefik can read: the user's own, or a new one with the same users. None: blocked.
fn secret(context: &mut Context<'_>, auth: &BasicAuth) -> Option<String> {
    let (namespace, name) = &auth.secret.value;
    let own = namespace == context.namespace();
    let Some(written) = context.manifests.secret(namespace, name) else {
        return unseen(context, auth, own);
    };
    let users = auth.users.clone().unwrap_or_else(|| Users(lines(written, auth.format)));
    let clean = match clean(&users, auth.digest.then_some(auth.realm.value.as_str())) {
        Ok(clean) => clean,
        Err(reason) => {
            block(context, auth, &reason);
            return None;
        }
    };
    let file = written.data.get("auth").map(Vec::as_slice).unwrap_or_default();
    let as_it_is = auth.format == SecretFormat::File && written.data.len() == 1 && is_clean(file, &clean);
    if own && as_it_is {
        return Some(name.clone());
    }
    let text = clean.join("\n") + "\n";
    let body = json!({"type": "Opaque", "data": {"users": STANDARD.encode(text)}});
    let comment = "The users of the Secret that auth-secret names, in the one form that Traefik reads.";
    Some(context.object("v1", "Secret", "users", body, comment))
}

fn lines(secret: &Secret, format: SecretFormat) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match format {
        SecretFormat::File => secret
            .data
            .get("auth")
            .map(|bytes| text(bytes).lines().map(str::to_owned).collect())
            .unwrap_or_default(),
        SecretFormat::Map => secret
            .data
            .iter()
            .map(|(user, hash)| format!("{user}:{}", text(hash)))
            .collect(),
    }
}

/// A Secret that is not among the inputs. A file may be right as it is; a map never is.
fn unseen(context: &mut Context<'_>, auth: &BasicAuth, own: bool) -> Option<String> {
    let (_, name) = &auth.secret.value;
    if !own || auth.format == SecretFormat::Map {
        block(
            context,
            auth,
            "the Secret is not among the inputs, and it has to be written anew",
        );
        return None;
    }
    let finding = context
        .warning("auth-secret", &auth.secret.origin, format!("the Secret `{name}` is not among the inputs"))
        .fidelity(Fidelity::Approximate)
        .nginx("takes comments, a third field and every kind of crypt")
        .traefik(
            "takes a Secret with one key, in which each line is `user:hash` with a hash of bcrypt, MD5 or SHA-1; with anything else \
             the route is dropped, and a shorter path may serve it without a password",
        )
        .help("give the Secret's manifest as a further input, so that it is checked and rewritten where it has to be")
        .difference("a Secret of another form closes the route, or leaves it to a less specific one");
    context.tell(finding);
    Some(name.clone())
}

fn block(context: &mut Context<'_>, auth: &BasicAuth, reason: &str) {
    let finding = context
        .blocking("auth-secret", &auth.secret.origin, reason)
        .traefik("reads one key with lines `user:hash`, and hashes of bcrypt, MD5 (`$apr1$`, `$1$`) and SHA-1 (`{SHA}`) only")
        .help("write a Secret with `htpasswd -nB user` for each user, and give it as a further input");
    context.tell(finding);
}

/// The file is these lines and nothing else.
fn is_clean(file: &[u8], clean: &[String]) -> bool {
    let text = String::from_utf8_lossy(file);
    text.lines().eq(clean.iter().map(String::as_str))
}

/// `user:hash` for each user, the first line of a user as nginx takes it. Never say what is in a line.
fn clean(users: &Users, digest_realm: Option<&str>) -> Result<Vec<String>, String> {
    let mut known = BTreeSet::new();
    let mut clean = Vec::new();
    for line in users.0.iter().map(|line| line.trim_end_matches('\r')) {
        let Some((user, rest)) = line.split_once(':').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        if !known.insert(user.to_owned()) {
            continue;
        }
        let line = match digest_realm {
            Some(realm) => digest_line(line, realm),
            None => password(rest.split(':').next().unwrap_or(rest)).map(|hash| format!("{user}:{hash}")),
        };
        clean.push(line.ok_or_else(|| format!("user number {} of the Secret cannot log in at Traefik", known.len()))?);
    }
    if clean.is_empty() {
        return Err("the Secret holds no user".into());
    }
    Ok(clean)
}

fn digest_line(line: &str, realm: &str) -> Option<String> {
    let fields: Vec<&str> = line.split(':').collect();
    (fields.len() == 3 && fields[1] == realm).then(|| line.to_owned())
}

/// A hash that Traefik knows. A password that stands there as it is can be hashed.
fn password(hash: &str) -> Option<String> {
    const KNOWN: [&str; 7] = ["$apr1$", "$1$", "{SHA}", "$2y$", "$2a$", "$2b$", "$2x$"];
    if KNOWN.iter().any(|kind| hash.starts_with(kind)) {
        return Some(hash.to_owned());
    }
    let plain = hash.strip_prefix("{PLAIN}")?;
    let digest = sha1_smol::Sha1::from(plain).digest().bytes();
    Some(format!("{{SHA}}{}", STANDARD.encode(digest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Result<Vec<String>, String> {
        clean(&Users(lines.iter().map(|l| (*l).to_owned()).collect()), None)
    }

    #[test]
    fn comments_third_fields_and_second_lines_of_a_user_go() {
        let lines = of(&["# people", "ann:$apr1$x$y:Ann", "bob:{PLAIN}pw", "ann:$2y$05$z", ""]);
        assert_eq!(
            lines.unwrap(),
            ["ann:$apr1$x$y", "bob:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM="]
        );
    }

    #[test]
    fn a_hash_that_traefik_cannot_read_is_told_without_its_text() {
        let reason = of(&["ann:$6$secret"]).unwrap_err();
        assert_eq!(reason, "user number 1 of the Secret cannot log in at Traefik");
        assert!(of(&["ann:{SSHA}abc"]).is_err());
        assert!(of(&["# nobody"]).is_err());
    }
}
