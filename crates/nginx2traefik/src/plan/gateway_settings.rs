//! How Gateways are made: what the profile and the command line say of it.

/// How many Gateways there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Per {
    /// One for all namespaces.
    #[default]
    Cluster,
    /// One in each namespace that has routes.
    Namespace,
}

/// Which of the Gateway API's release channels may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// What needs another one is done without.
    #[default]
    Standard,
    /// TLSRoute on Traefik 3.6, which knows it in this channel only.
    Experimental,
}

/// What is wanted of Gateways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySettings {
    /// Name of the Gateway; further ones are `<name>-2`, ...
    pub name: String,
    /// Its namespace. None: that of the routes where they all have one, else `traefik`.
    pub namespace: Option<String>,
    /// The GatewayClass.
    pub class: String,
    /// How many there are.
    pub per: Per,
    /// Namespace and name of the Secret that https is served with where a host has no certificate of its own.
    pub default_certificate: Option<(String, String)>,
    /// Somebody else makes the Gateway: it is used as `name` says, with listeners called `http` and `https`, and not written.
    pub existing: bool,
    /// The release channel.
    pub channel: Channel,
    /// Nothing that only Traefik understands: no ExtensionRef, no TraefikService.
    pub portable: bool,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        GatewaySettings {
            name: "traefik".into(),
            namespace: None,
            class: "traefik".into(),
            per: Per::Cluster,
            default_certificate: None,
            existing: false,
            channel: Channel::Standard,
            portable: false,
        }
    }
}
