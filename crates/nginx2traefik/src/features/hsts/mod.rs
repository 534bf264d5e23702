//! Strict-Transport-Security, which ingress-nginx sends on its own (ConfigMap: hsts, hsts-max-age, hsts-include-subdomains,
//! hsts-preload).
pub mod traefik;
