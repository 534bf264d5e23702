//! What a server answers before it looks for a location: client certificates, unusable auth-tls, app-root.
use super::exchange::scheme;
use super::path_regex::Expression;
use super::uri::Uri;
use super::variables;
use crate::effective::host::ClientAuth;
use crate::effective::request::{Answer, ClientCertificate, Request, Scheme, World};
use crate::effective::{Effective, Host};

/// The server's own answer, if it has one.
///
/// nginx.tmpl SERVER: a certificate that is not accepted is 400 in the handshake's wake; then, in the order of the text, `match-cn`
/// (403), an unusable auth-tls-secret (403), the server-snippet, app-root. None of these answers has HSTS.
pub(super) fn answer(
    effective: &Effective,
    request: &Request,
    host: &Host,
    uri: &Uri,
    world: &dyn World,
) -> Option<Answer> {
    if let Some(answer) = before_snippets(effective, request, host, world) {
        return Some(answer);
    }
    let root = host.app_root.as_ref().filter(|_| uri.path == b"/")?;
    let target = variables::expand(&root.value, effective, request, uri, &[])?;
    Some(Answer::Own {
        status: 302,
        headers: vec![(
            "Location".into(),
            format!("{}://{}{target}", scheme(request), request.host),
        )],
    })
}

/// What stands before a server-snippet.
pub(super) fn before_snippets(
    effective: &Effective,
    request: &Request,
    host: &Host,
    world: &dyn World,
) -> Option<Answer> {
    let auth = host.client_auth.as_ref().filter(|a| a.usable != Some(false));
    if host.refused.is_none()
        && let Some(auth) = auth
        && let Some(answer) = certificate(effective, request, host, auth, world)
    {
        return Some(answer);
    }
    if let Some(auth) = auth
        && let Some(pattern) = &auth.match_cn
        && let Some(answer) = match_cn(request, &pattern.value)
    {
        return Some(answer);
    }
    host.refused.is_some().then(|| Answer::own(403))
}

fn certificate(
    effective: &Effective,
    request: &Request,
    host: &Host,
    auth: &ClientAuth,
    world: &dyn World,
) -> Option<Answer> {
    if request.scheme != Scheme::Https {
        return None;
    }
    let refused = match (auth.verify.value.as_str(), request.client_certificate) {
        ("off" | "optional_no_ca", _) | (_, Some(ClientCertificate::Trusted)) | ("optional", None) => false,
        (_, None | Some(ClientCertificate::Unknown)) => true,
    };
    if !refused {
        return None;
    }
    let Some(page) = &auth.error_page else {
        return Some(Answer::own(400));
    };
    if page.value.starts_with("http") {
        return Some(Answer::Own {
            status: 302,
            headers: vec![("Location".into(), page.value.clone())],
        });
    }
    Some(internal_page(effective, request, host, &page.value, world))
}

/// `error_page 495 496 = /path`: the path is served as if it had been asked for, without a certificate.
fn internal_page(effective: &Effective, request: &Request, host: &Host, page: &str, world: &dyn World) -> Answer {
    if !page.starts_with('/') {
        return Answer::own(400);
    }
    let Ok(mut uri) = Uri::parse(page) else {
        return Answer::own(400);
    };
    uri.changed = true;
    super::in_host(effective, request, host, uri, world)
}

fn match_cn(request: &Request, pattern: &str) -> Option<Answer> {
    let subject = match (request.scheme, request.client_certificate, &request.certificate_names) {
        (Scheme::Http, _, _) | (_, None, _) => "",
        (_, Some(_), Some((subject, _))) => subject,
        (_, Some(_), None) => {
            let why = "auth-tls-match-cn: depends on the certificate's subject";
            return Some(Answer::Unknown(why.into()));
        }
    };
    match Expression::new(pattern, false)?.is_match(subject.as_bytes()) {
        Ok(matches) => (!matches).then(|| Answer::own(403)),
        Err(why) => Some(Answer::Unknown(why)),
    }
}
