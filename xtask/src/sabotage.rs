//! Things that go wrong on purpose: the self-test sees whether the run notices.
use serde_json::Value;
use std::net::{IpAddr, TcpListener};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Sabotage {
    /// The first and the last Middleware of each chain change places.
    SwapMiddlewares,
    /// A Middleware gets a field that does not exist.
    UnknownField,
    /// The API server is killed in the middle of the run.
    KillApi,
    /// Port 80 is taken by somebody else.
    TakePort,
}

/// Changes the emitted objects.
pub(crate) fn objects(how: Option<Sabotage>, objects: &mut [Value]) {
    for object in objects {
        match (how, object["kind"].as_str()) {
            (Some(Sabotage::SwapMiddlewares), Some("Ingress")) => swap_references(object),
            (Some(Sabotage::SwapMiddlewares), Some("IngressRoute")) => swap_routes(object),
            (Some(Sabotage::UnknownField), Some("Middleware")) => object["spec"]["noSuchField"] = Value::Bool(true),
            _ => {}
        }
    }
}

fn swap_references(ingress: &mut Value) {
    let key = "traefik.ingress.kubernetes.io/router.middlewares";
    let Some(chain) = ingress["metadata"]["annotations"][key].as_str() else {
        return;
    };
    let mut names: Vec<&str> = chain.split(',').collect();
    if let Some(last) = names.len().checked_sub(1) {
        names.swap(0, last);
        ingress["metadata"]["annotations"][key] = Value::String(names.join(","));
    }
}

fn swap_routes(route: &mut Value) {
    for route in route["spec"]["routes"].as_array_mut().into_iter().flatten() {
        if let Some(chain) = route["middlewares"].as_array_mut().filter(|chain| chain.len() > 1) {
            let last = chain.len() - 1;
            chain.swap(0, last);
        }
    }
}

/// Takes port 80 of a pass, as long as the result lives.
pub(crate) fn port(how: Option<Sabotage>, address: IpAddr) -> Option<TcpListener> {
    (how == Some(Sabotage::TakePort)).then(|| TcpListener::bind((address, 80)).ok())?
}

/// Kills the API server.
pub(crate) fn api(how: Option<Sabotage>, process: u32) {
    if how == Some(Sabotage::KillApi) {
        let _ = std::process::Command::new("kill")
            .args(["-9", &process.to_string()])
            .status();
    }
}
