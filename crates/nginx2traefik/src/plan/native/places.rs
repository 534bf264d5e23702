//! Which objects are Traefik's, and on which entryPoints they listen.
use super::Stay;
use crate::effective::Standing;
use crate::model::{Ingress, IngressId};
use crate::plan::branch::Entries;
use crate::plan::host::Given;
use crate::source::Span;

const CLASS: &str = "kubernetes.io/ingress.class";
/// traefik:pkg/provider/kubernetes/ingress/kubernetes.go traefikDefaultIngressClassController
const CONTROLLER: &str = "traefik.io/ingress-controller";

/// An Ingress whose class is Traefik's.
pub(super) fn is_traefik(given: Given<'_>, id: IngressId) -> bool {
    if given.effective.ingress(id).standing != Standing::Foreign {
        return false;
    }
    let ingress = given.manifests.ingress(id);
    let own = &given.options.installation.providers.ingress_class;
    if let Some(class) = &ingress.class_name {
        let known = given.manifests.classes.iter().find(|known| known.name == class.value);
        return known.map_or(class.value == *own, |known| known.controller == CONTROLLER);
    }
    ingress.annotation(CLASS).is_some_and(|a| a.value.value == *own)
}

/// An IngressRoute that names the class of another Traefik.
pub(super) fn is_other_class(given: Given<'_>, ingress: &Ingress) -> bool {
    let own = &given.options.installation.providers.ingress_class;
    let named = ingress.annotation(CLASS).map(|a| a.value.value.as_str());
    let field = ingress
        .route
        .as_ref()
        .and_then(|route| route.spec.get("ingressClassName"));
    let named = named.or(field.and_then(|class| class.as_str()));
    named.is_some_and(|class| !class.is_empty() && class != own)
}

/// Where a router listens.
#[derive(Debug, PartialEq)]
pub(super) enum Listens {
    /// On these of the two.
    On(Entries),
    /// On neither: it answers no request that comes to the two.
    Elsewhere,
}

/// From the names of entryPoints (none: all) and whether the router itself asks for TLS. A router with TLS answers nothing on plain
/// http, and one without answers nothing on an entryPoint of TLS (traefik:pkg/server/aggregator.go:328-342).
pub(super) fn listens(given: Given<'_>, names: &[String], tls: bool, at: Span) -> Result<Listens, Stay> {
    let installation = &given.options.installation;
    let (web, websecure) = (&installation.web, &installation.websecure);
    let named = |name: &String| names.is_empty() || names.contains(name);
    let known = [&web.name, &websecure.name];
    let other = names.iter().find(|name| !known.contains(name));
    let on = (
        named(&web.name) && !tls && !web.tls,
        named(&websecure.name) && (tls || websecure.tls),
    );
    match (on, other) {
        ((false, false), _) => Ok(Listens::Elsewhere),
        (_, Some(other)) => Err(Stay::new(
            at,
            format!("it listens on the entryPoint `{other}`, for which there is no listener"),
        )),
        ((true, true), None) => Ok(Listens::On(Entries::Both)),
        ((true, false), None) => Ok(Listens::On(Entries::Web)),
        ((false, true), None) => Ok(Listens::On(Entries::Websecure)),
    }
}
