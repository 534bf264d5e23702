//! The annotations of auth-url, in the order in which ingress-nginx reads them: the first fatal value decides what becomes of the
//! location. internal/ingress/annotations/authreq/main.go, Parse.
use super::ExternalAuth;
use super::cache::{is_cache_duration, nginx_takes};
use super::url::parse_url;
use crate::effective::variables::first_unknown;
use crate::effective::{Effect, Reader, Setting, Unset, Value, Written};
use crate::features::custom_headers::is_header_name;

/// None: the location is closed, or open (the whole group is thrown away).
pub(super) fn read(reader: &Reader<'_>, url: Setting<String>) -> Option<ExternalAuth> {
    if let Err(reason) = parse_url(&url.value) {
        reader.deny(&url, reason);
        return None;
    }
    let mut auth = ExternalAuth::of(url, false);
    auth.method = closing(reader, reader.string("auth-method")).ok()?;
    auth.signin = reader.optional(reader.string("auth-signin"));
    auth.signin_redirect_param = reader.optional(reader.string("auth-signin-redirect-param"));
    auth.snippet = reader.string("auth-snippet").ok();
    auth.cache_key = reader.optional(reader.string("auth-cache-key"));
    auth.keepalive = read_keepalive(reader);
    auth.cache_duration = read_cache_duration(reader).ok()?;
    auth.response_headers = read_response_headers(reader).ok()?;
    read_proxy_set_headers(reader, &mut auth).ok()?;
    auth.request_redirect = opening(reader, reader.string("auth-request-redirect")).ok()?;
    let always = opening(reader, reader.bool("auth-always-set-cookie")).ok()?;
    auth.always_set_cookie = always.unwrap_or(Setting::built_in(false));
    report_refused(reader, &auth);
    Some(auth)
}

/// The location is closed, or open: the reason is recorded.
struct Fatal;

/// A value that the check refuses closes the location.
fn closing<T>(reader: &Reader<'_>, value: Value<T>) -> Result<Option<Setting<T>>, Fatal> {
    if let Err(Unset::Refused(written)) = &value {
        reader.deny_written(written);
        return Err(Fatal);
    }
    Ok(value.ok())
}

/// A value that the check refuses throws the whole group away: nobody is asked.
fn opening<T>(reader: &Reader<'_>, value: Value<T>) -> Result<Option<Setting<T>>, Fatal> {
    if let Err(Unset::Refused(written)) = &value {
        let reason = format!("{}: it turns auth-url off, and nobody is asked", written.reason);
        reader.report(
            &Written {
                reason,
                ..written.clone()
            },
            Effect::Open,
        );
        return Err(Fatal);
    }
    Ok(value.ok())
}

fn read_keepalive(reader: &Reader<'_>) -> Vec<Setting<(String, String)>> {
    let named = |key: &str, text: String| (key.to_string(), text);
    let numbers = ["auth-keepalive", "auth-keepalive-requests", "auth-keepalive-timeout"];
    let numbers = numbers.into_iter().filter_map(|key| {
        let value = reader.optional(reader.int(key))?;
        Some(value.map(|n| named(key, n.to_string())))
    });
    let mut read: Vec<_> = numbers.collect();
    let share = reader.optional(reader.bool("auth-keepalive-share-vars"));
    read.extend(share.map(|s| s.map(|b| named("auth-keepalive-share-vars", b.to_string()))));
    read
}

fn read_cache_duration(reader: &Reader<'_>) -> Result<Option<Setting<String>>, Fatal> {
    let duration = opening(reader, reader.string("auth-cache-duration"))?;
    let entries = duration.iter().flat_map(|d| d.value.split(',')).map(str::trim);
    let bad = entries.filter(|e| !e.is_empty()).find(|e| !is_cache_duration(e));
    if let (Some(duration), Some(bad)) = (&duration, bad) {
        reader.deny(duration, format!("`{bad}` is not status codes and a time"));
        return Err(Fatal);
    }
    Ok(duration)
}

fn read_response_headers(reader: &Reader<'_>) -> Result<Option<Setting<Vec<String>>>, Fatal> {
    let Some(written) = closing(reader, reader.string("auth-response-headers"))? else {
        return Ok(None);
    };
    let names = written.value.split(',').map(str::trim).filter(|n| !n.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    if let Some(bad) = names.iter().find(|n| !is_header_name(n)) {
        reader.deny(&written, format!("`{bad}` is no name of a header"));
        return Err(Fatal);
    }
    Ok(Some(written.map(|_| names)))
}

fn read_proxy_set_headers(reader: &Reader<'_>, auth: &mut ExternalAuth) -> Result<(), Fatal> {
    let Some(written) = reader.optional(reader.string("auth-proxy-set-headers")) else {
        return Ok(());
    };
    match find_headers(reader, &written.value) {
        Ok(values) => {
            auth.proxy_set_headers_values = values;
            auth.proxy_set_headers = Some(written);
            Ok(())
        }
        Err(reason) => {
            reader.deny(&written, reason);
            Err(Fatal)
        }
    }
}

/// An Err is why the location is closed.
fn find_headers(reader: &Reader<'_>, written: &str) -> Result<Option<Vec<(String, String)>>, String> {
    let Some((namespace, name)) = reader.object_name(written) else {
        return Err(format!("`{written}` is not namespace/name"));
    };
    if !reader.may_name(&namespace) {
        return Err("its ConfigMap is in another namespace".into());
    }
    // looked up as it is written: a bare name finds nothing
    if !written.contains('/') {
        return Err(format!("there is no ConfigMap `{written}`: it is not namespace/name"));
    }
    let Some(config_map) = reader.manifests.config_map(&namespace, &name) else {
        let missing = reader.controller.complete;
        return if missing {
            Err(format!("there is no ConfigMap {written}"))
        } else {
            Ok(None)
        };
    };
    let entries = config_map
        .data
        .iter()
        .map(|e| (e.name.value.clone(), e.value.value.clone()));
    let mut headers: Vec<_> = entries.collect();
    headers.sort();
    match headers.iter().find(|(name, _)| !is_header_name(name)) {
        Some((bad, _)) => Err(format!("`{bad}` is no name of a header")),
        None => Ok(Some(headers)),
    }
}

/// Values that pass and that nginx refuses (recordings atlas/ngx-rr-space, atlas/ngx-signin-space, atlas/au-signin-param-bad,
/// atlas/ngx-dur-code, atlas/ngx-url-novar, atlas/ngx-key-novar, atlas/ngx-signin-novar).
fn report_refused(reader: &Reader<'_>, auth: &ExternalAuth) {
    let one_word = "nginx wants one word here";
    let param = auth.signin.as_ref().and(auth.signin_redirect_param.as_ref());
    for value in [&auth.signin, &auth.request_redirect]
        .into_iter()
        .flatten()
        .chain(param)
    {
        if value.value.contains(' ') {
            reader.problem(value.origin.annotation().unwrap_or_default(), Effect::Breaks, one_word);
        }
    }
    for value in [Some(&auth.url), auth.signin.as_ref(), auth.cache_key.as_ref()]
        .into_iter()
        .flatten()
    {
        if let Some(unknown) = first_unknown(&value.value) {
            let reason = format!("nginx knows no variable `{unknown}`");
            reader.problem(value.origin.annotation().unwrap_or_default(), Effect::Breaks, reason);
        }
    }
    let durations = auth.cache_key.as_ref().and(auth.cache_duration.as_ref());
    let mut entries = durations
        .iter()
        .flat_map(|d| d.value.split(','))
        .map(str::trim)
        .filter(|e| !e.is_empty());
    if let Some(bad) = entries.find(|e| !nginx_takes(e)) {
        let reason = format!("nginx takes no `{bad}` here");
        reader.problem("auth-cache-duration", Effect::Breaks, reason);
    }
}
