//! Where the client's address stands.
use super::networks::{overlap, pattern, private, without};
use crate::installation::Trust;
use crate::plan::{Condition, Context};
use ipnet::IpNet;
use serde_json::{Value, json};

/// Whose address a list or a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The TCP peer.
    Peer,
    /// X-Forwarded-For (`use-forwarded-headers`): the last address in it, where there is one, else the peer.
    Forwarded {
        /// Traefik is known to believe some proxy. Else X-Forwarded-For is deleted before any Middleware sees it, and the peer
        /// is the load balancer for everyone.
        believed: bool,
    },
}

impl Client {
    /// Whose address it is for this controller and this Traefik.
    pub fn of(context: &Context<'_>) -> Self {
        if !context.forwarded_address() {
            return Client::Peer;
        }
        let points = [
            &context.options.installation.web,
            &context.options.installation.websecure,
        ];
        let nobody = Trust::Networks(Vec::new());
        Client::Forwarded {
            believed: points.iter().all(|point| point.trust != nobody),
        }
    }

    /// The `ipStrategy` of a Middleware; none for the peer.
    pub fn strategy(self) -> Option<Value> {
        match self {
            Client::Peer => None,
            Client::Forwarded { .. } => Some(json!({"depth": 1})),
        }
    }

    /// Says once what Traefik needs so that X-Forwarded-For counts.
    pub fn remark(self, context: &mut Context<'_>) {
        if self == (Client::Forwarded { believed: false }) {
            context.remark(
                "use-forwarded-headers is on, and lists or limits go by the client's address: set \
                 entryPoints.<name>.forwardedHeaders.trustedIPs to the addresses of the proxy in front of Traefik (not to \
                 everyone's), else nobody is let in.",
            );
        }
        if matches!(self, Client::Forwarded { .. }) {
            context.remark(
                "Of several addresses in X-Forwarded-For ingress-nginx believes the first that its trusted proxies do not \
                 cover, with the default proxy-real-ip-cidr the very first, which a client can write itself; Traefik's \
                 ipStrategy.depth 1 takes the last.",
            );
        }
    }

    /// Those of the addresses that may be let in when a request has no X-Forwarded-For. Where Traefik is not known to believe
    /// any proxy, every client would come with the load balancer's address: an address where one may stand is not let in, unless
    /// everybody is.
    pub fn direct(self, allowed: &[IpNet]) -> Vec<IpNet> {
        if self != (Client::Forwarded { believed: false }) {
            return allowed.to_vec();
        }
        let (all, some): (Vec<IpNet>, Vec<IpNet>) = allowed.iter().partition(|network| network.prefix_len() == 0);
        let guarded: Vec<IpNet> = private()
            .into_iter()
            .filter(|p| !all.iter().any(|everyone| overlap(everyone, p)))
            .collect();
        [all, without(&some, &guarded)].concat()
    }

    /// The conditions, each one enough, under which a request comes from one of these networks; and whether every network could
    /// be said.
    pub fn within(self, networks: &[IpNet]) -> (Vec<Vec<Condition>>, bool) {
        let direct = self.direct(networks);
        let peer = Condition::ClientIp(direct.iter().map(ToString::to_string).collect());
        if self == Client::Peer {
            return (vec![vec![peer]], true);
        }
        let (pattern, all) = pattern(networks);
        let mut ways = Vec::new();
        if let Some(pattern) = pattern {
            // the last address is the one that the trusted proxy has put there
            let last = format!("(^|[, ]){pattern}$");
            ways.push(vec![Condition::HeaderRegexp("X-Forwarded-For".into(), last)]);
        }
        if !direct.is_empty() {
            ways.push(vec![Condition::Not(Box::new(has_forwarded())), peer]);
        }
        (ways, all)
    }
}

/// The request has an X-Forwarded-For.
pub fn has_forwarded() -> Condition {
    Condition::HeaderRegexp("X-Forwarded-For".into(), ".".into())
}
