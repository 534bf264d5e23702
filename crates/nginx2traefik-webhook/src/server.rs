//! The two ports, from start to end.
use crate::accept::Port;
use crate::config::Config;
use crate::handler::Reviews;
use crate::metrics::Metrics;
use crate::room::Room;
use crate::router::{self, Health};
use crate::service::Service;
use crate::tls::{Tls, TlsError};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tracing::field;

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The policy names what there is not.
    #[error("the policy is wrong: {0}")]
    Policy(String),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A port.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        why: std::io::Error,
    },
}

/// A webhook with its ports open.
pub struct Server {
    config: Config,
    tls: Arc<Tls>,
    metrics: Arc<Metrics>,
    reviews: TcpListener,
    health: TcpListener,
    began: Instant,
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|why| ServerError::Listen { address, why })
}

impl Server {
    /// Reads the certificate and opens the ports.
    ///
    /// # Errors
    /// A wrong policy, a certificate that cannot be used, a port that is taken.
    pub async fn open(config: Config) -> Result<Self, ServerError> {
        let began = Instant::now();
        let problems = config.policy.problems();
        if !problems.is_empty() {
            return Err(ServerError::Policy(problems.join("; ")));
        }
        // read once, and not while the first review waits
        nginx2traefik::rules::registry();
        let tls = Arc::new(Tls::load(&config.section)?);
        let metrics = Arc::new(Metrics::new());
        metrics.ends(tls.ends());
        Ok(Server {
            reviews: listen(config.section.listen).await?,
            health: listen(config.section.health_listen).await?,
            config,
            tls,
            metrics,
            began,
        })
    }

    /// Where reviews and health are.
    pub fn addresses(&self) -> (Option<SocketAddr>, Option<SocketAddr>) {
        (self.reviews.local_addr().ok(), self.health.local_addr().ok())
    }

    fn say_ready(&self) {
        let (listen, health) = self.addresses();
        let (listen, health) = (listen.map(field::display), health.map(field::display));
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(listen, health, millis, "ready");
    }

    /// Serves until `stop` comes, then drains: not ready, after a while no new connection, and the reviews under way are answered.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let limits = self.config.section.limits;
        let (close, closing) = watch::channel(false);
        let (metrics, tls) = (self.metrics.clone(), self.tls.clone());
        let health = Arc::new(Health {
            metrics: metrics.clone(),
            tls: tls.clone(),
            draining: AtomicBool::new(false),
        });
        let reviews = Arc::new(Reviews {
            service: Service::new(self.config.policy.clone(), metrics.clone()),
            metrics: metrics.clone(),
            limits,
            places: Semaphore::new(limits.reviews),
            room: Room::new(limits.held_bytes.max(limits.body_bytes), metrics.held()),
            large: Arc::new(Semaphore::new(1)),
        });
        let port = |router, tls| Port {
            router,
            tls,
            metrics: metrics.clone(),
            limits,
            closing: closing.clone(),
        };
        self.say_ready();
        let served = tokio::spawn(port(router::reviews(reviews), Some(tls.clone())).serve(self.reviews));
        let healthy = tokio::spawn(port(router::health(health.clone()), None).serve(self.health));
        let fresh = tokio::spawn(tls.keep_fresh(metrics.clone()));
        stop.await;
        tracing::info!("shutting down");
        health.draining.store(true, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(limits.drain_delay_seconds)).await;
        let _ = close.send(true);
        let drained = tokio::time::timeout(Duration::from_secs(limits.drain_seconds), served).await;
        tracing::info!(all_answered = drained.is_ok(), "ended");
        healthy.abort();
        fresh.abort();
    }
}
