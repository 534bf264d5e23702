//! The ConfigMap's global-auth-*.
use super::ExternalAuth;
use super::url::parse_url;
use crate::effective::check::{Shape, parse_bool};
use crate::effective::{Reader, Setting};
use crate::features::custom_headers::is_header_name;

/// Each unusable value is as if it were not written. internal/ingress/controller/template/configmap.go, ReadConfig.
pub(super) fn read(reader: &Reader<'_>) -> Option<ExternalAuth> {
    let filled = |key: &str| reader.config(key).filter(|s| !s.value.is_empty());
    let is_url = |s: &Setting<String>| parse_url(&s.value).is_ok();
    let url = filled("global-auth-url").filter(is_url)?;
    let mut auth = ExternalAuth::of(url, true);
    auth.method = filled("global-auth-method").filter(|m| Shape::AuthMethod.matches(&m.value));
    auth.signin = filled("global-auth-signin").filter(is_url);
    auth.signin_redirect_param = filled("global-auth-signin-redirect-param").map(|s| s.map(|v| v.trim().to_string()));
    auth.response_headers = filled("global-auth-response-headers").map(|s| s.map(|v| header_names(&v)));
    auth.request_redirect = filled("global-auth-request-redirect");
    auth.cache_key = filled("global-auth-cache-key");
    auth.cache_duration = filled("global-auth-cache-duration");
    auth.snippet = filled("global-auth-snippet");
    let always = filled("global-auth-always-set-cookie");
    let always = always.map(|s| s.map(|v| parse_bool(&v).unwrap_or(false)));
    auth.always_set_cookie = always.unwrap_or(auth.always_set_cookie);
    Some(auth)
}

fn header_names(list: &str) -> Vec<String> {
    let names = list.split(',').map(str::trim).filter(|n| is_header_name(n));
    names.map(str::to_owned).collect()
}
