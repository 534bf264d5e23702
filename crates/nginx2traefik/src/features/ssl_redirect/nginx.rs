//! What ingress-nginx makes of it.
use crate::effective::{Controller, Reader, Setting};

/// From http to https: 308 (ConfigMap http-redirect-code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SslRedirect {
    /// ssl-redirect; true by default, holds where the host has a certificate
    pub redirect: Setting<bool>,
    /// force-ssl-redirect: also without a certificate
    pub force: Setting<bool>,
    /// preserve-trailing-slash
    pub preserve_trailing_slash: Setting<bool>,
    /// The status.
    pub code: Setting<u16>,
}

impl Default for SslRedirect {
    fn default() -> Self {
        SslRedirect {
            redirect: Setting::built_in(true),
            force: Setting::built_in(false),
            preserve_trailing_slash: Setting::built_in(false),
            code: Setting::built_in(308),
        }
    }
}

/// Reads it from the annotations of one Ingress. (`annotations/rewrite/main.go`: an invalid value is as if it were not written.)
pub fn read(reader: &Reader<'_>) -> SslRedirect {
    let flag = |key: &'static str, default| reader.or(reader.bool(key), reader.config_bool(key, default));
    SslRedirect {
        redirect: flag("ssl-redirect", true),
        force: flag("force-ssl-redirect", false),
        preserve_trailing_slash: flag("preserve-trailing-slash", false),
        code: redirect_code(reader.controller),
    }
}

/// ConfigMap http-redirect-code: 301, 302, 307 or 308; any other value is 308. (`controller/template/configmap.go`)
pub fn redirect_code(controller: &Controller) -> Setting<u16> {
    let written = controller.int("http-redirect-code", 308);
    match u16::try_from(written.value) {
        Ok(code @ (301 | 302 | 307 | 308)) => written.map(|_| code),
        _ => Setting::built_in(308),
    }
}
