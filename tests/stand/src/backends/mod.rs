//! The backends of the examples: one small server plays all of them, told apart by the address that it is reached at.
mod apps;
mod echo;
mod fastcgi;
mod grpc;
mod list;
mod objects;
mod tls;
mod websocket;

use crate::pki::Pki;
use anyhow::{Context, Result};
use http_body_util::BodyExt;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub use apps::State;
pub use list::{APPS, App, Tls};
pub use objects::{endpoint_slice, hosts, names, services};

/// One pod.
#[derive(Clone)]
struct Pod {
    app: App,
    name: String,
    state: Arc<State>,
    tls: Option<TlsAcceptor>,
}

/// Starts all of them on the current runtime; they end with it. Those with TLS have certificates for their names in `namespaces`.
///
/// # Errors
/// An address cannot be listened on.
pub async fn start(pki: &Pki, namespaces: &[String]) -> Result<()> {
    let state = Arc::new(State::default());
    for app in APPS {
        let tls = tls::acceptor(app.tls, &names(*app, namespaces), pki)?;
        for (pod, address) in app.addresses().enumerate() {
            let listener = TcpListener::bind((address, app.port))
                .await
                .with_context(|| format!("backend {} cannot listen on {address}:{}", app.name, app.port))?;
            let pod = Pod {
                app: *app,
                name: format!("{}-{pod}", app.name),
                state: Arc::clone(&state),
                tls: tls.clone(),
            };
            tokio::spawn(serve(listener, pod));
        }
    }
    Ok(())
}

async fn serve(listener: TcpListener, pod: Pod) {
    while let Ok((stream, peer)) = listener.accept().await {
        let pod = pod.clone();
        tokio::spawn(async move {
            // A client that goes away, or fails the handshake, is the client's business.
            match &pod.tls {
                None if pod.app.name == "fastcgi" => fastcgi::connection(stream).await.unwrap_or_default(),
                None => connection(stream, pod, peer.ip()).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        connection(stream, pod, peer.ip()).await;
                    }
                }
            }
        });
    }
}

async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, pod: Pod, peer: IpAddr) {
    let service = service_fn(move |request| {
        let pod = pod.clone();
        async move { answer(request, &pod, peer).await }
    });
    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let _ = served.await;
}

async fn answer(
    mut request: http::Request<hyper::body::Incoming>,
    pod: &Pod,
    peer: IpAddr,
) -> Result<apps::Response, hyper::Error> {
    if let Some(accepted) = websocket::accept(&mut request) {
        return Ok(accepted);
    }
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let call = echo::Call {
        app: pod.app.name,
        pod: &pod.name,
        head: &head,
        body: &body,
        peer,
    };
    Ok(apps::answer(&call, &pod.state).await)
}
