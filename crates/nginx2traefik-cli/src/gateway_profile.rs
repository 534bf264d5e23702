//! `[gateway]` of the profile, and the flags beside it.
use crate::args::{GatewayWishes, ReleaseChannel};
use nginx2traefik::plan::{Channel, GatewaySettings, Per};
use serde::Deserialize;

/// How Gateways are made.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct GatewayProfile {
    /// Name of the Gateway.
    name: Option<Name>,
    namespace: Option<Name>,
    /// The GatewayClass.
    class: Option<Name>,
    /// One Gateway for the cluster, or one for each namespace.
    per: Option<Scope>,
    /// `namespace/name` of the Secret for https of hosts without a certificate of their own.
    default_certificate: Option<Secret>,
    /// Somebody else makes the Gateway.
    existing: bool,
    channel: Option<ReleaseChannel>,
    portable: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scope {
    Cluster,
    Namespace,
}

/// A DNS label, as names of Gateways and namespaces have to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match is_label(&text) {
            true => Ok(Name(text)),
            false => Err(format!(
                "`{text}` is no name: write up to 63 lower-case letters, digits and `-`"
            )),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Secret(String, String);

impl TryFrom<String> for Secret {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once('/') {
            Some((namespace, name)) if is_label(namespace) && !name.is_empty() && !name.contains('/') => {
                Ok(Secret(namespace.to_owned(), name.to_owned()))
            }
            _ => Err(format!("`{text}` names no Secret: write `namespace/name`")),
        }
    }
}

fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&text.len()) && text.chars().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

impl GatewayProfile {
    /// The settings; flags win.
    pub(crate) fn settings(&self, wishes: &GatewayWishes) -> GatewaySettings {
        let default = GatewaySettings::default();
        let name = |name: &Option<Name>, or: String| name.clone().map_or(or, |name| name.0);
        GatewaySettings {
            name: name(&self.name, default.name),
            namespace: self.namespace.clone().map(|name| name.0),
            class: name(&self.class, default.class),
            per: match self.per {
                Some(Scope::Namespace) => Per::Namespace,
                Some(Scope::Cluster) | None => Per::Cluster,
            },
            default_certificate: self.default_certificate.clone().map(|secret| (secret.0, secret.1)),
            existing: self.existing,
            channel: match wishes.channel.or(self.channel) {
                Some(ReleaseChannel::Experimental) => Channel::Experimental,
                Some(ReleaseChannel::Standard) | None => Channel::Standard,
            },
            portable: wishes.portable || self.portable,
        }
    }
}
