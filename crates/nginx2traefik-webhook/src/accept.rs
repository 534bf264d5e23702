//! Connections: how many, how long, and how they end.
use crate::config::Limits;
use crate::metrics::Metrics;
use crate::patience::{Patient, Phase};
use crate::tls::Tls;
use axum::Router;
use http::{HeaderValue, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

/// One port.
#[derive(Clone)]
pub(crate) struct Port {
    pub(crate) router: Router,
    /// None: plain HTTP.
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    /// Turns true when no connection is taken any more.
    pub(crate) closing: watch::Receiver<bool>,
}

impl Port {
    /// Takes connections until it is closing, then waits for those that are open.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let most = self.limits.connections;
        let places = Arc::new(Semaphore::new(most));
        let closing = until_closing(self.closing.clone());
        tokio::pin!(closing);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = closing.as_mut() => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // no more files, most likely: those that are open will end
                    tracing::error!(%error, "no connection could be taken");
                    self.metrics.error("accept");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            match places.clone().try_acquire_owned() {
                Ok(place) => {
                    let port = self.clone();
                    tokio::spawn(async move {
                        port.metrics.connections(1);
                        port.connection(stream).await;
                        port.metrics.connections(-1);
                        drop(place);
                    });
                }
                Err(_) => {
                    self.metrics.error("connections");
                    tracing::warn!(most, "too many connections");
                }
            }
        }
        drop(listener);
        let all = u32::try_from(most).unwrap_or(u32::MAX);
        let _ = places.acquire_many(all).await;
    }

    async fn connection(&self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return self.http(stream).await;
        };
        let acceptor = TlsAcceptor::from(tls.config());
        // apart, so that a connection that has been made does not keep the room of its making
        let made = Box::pin(acceptor.accept(stream));
        match tokio::time::timeout(self.limits.head(), made).await {
            Ok(Ok(stream)) => self.http(stream).await,
            Ok(Err(error)) => {
                self.metrics.error("handshake");
                tracing::info!(%error, "no TLS");
            }
            Err(_) => {
                self.metrics.error("handshake");
                tracing::info!(error = "too slow", "no TLS");
            }
        }
    }

    async fn http<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(&self, stream: S) {
        let phase = Phase::default();
        let stream = TokioIo::new(Patient::new(stream, phase.clone(), self.limits.head()));
        let router = self.router.clone();
        let until = Instant::now() + Duration::from_secs(self.limits.connection_seconds);
        let service = service_fn(move |request| {
            let (mut router, phase) = (router.clone(), phase.clone());
            phase.busy();
            async move {
                let mut answer = router.call(request).await?;
                if Instant::now() >= until {
                    answer
                        .headers_mut()
                        .insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                phase.idle();
                Ok::<_, Infallible>(answer)
            }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.limits.idle())
            .max_buf_size(16 * 1024);
        let connection = http.serve_connection(stream, service);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = until_closing(self.closing.clone()) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            self.metrics.error("connection");
            tracing::debug!(%error, "a connection ended");
        }
    }
}

async fn until_closing(mut closing: watch::Receiver<bool>) {
    // whoever could still say so is gone: that is an end, too
    let _ = closing.wait_for(|closing| *closing).await;
}
