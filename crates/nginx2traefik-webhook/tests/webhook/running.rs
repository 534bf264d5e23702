//! A webhook that runs, with files like those of a Secret volume.
use crate::ask::{self, Client};
use crate::pki::{Authority, Pair};
use nginx2traefik_webhook::config::{Limits, Section};
use nginx2traefik_webhook::{Config, Server, log};
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct Webhook {
    pub(crate) address: SocketAddr,
    pub(crate) health: SocketAddr,
    pub(crate) authority: Authority,
    pub(crate) volume: Volume,
    stop: Option<oneshot::Sender<()>>,
    ended: Option<JoinHandle<()>>,
}

/// A folder that changes as the kubelet changes it: files are links into `..data`, which is a link to a folder, which is swapped.
pub(crate) struct Volume {
    folder: tempfile::TempDir,
    generation: u32,
}

impl Volume {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let mut volume = Volume {
            folder: tempfile::tempdir().unwrap(),
            generation: 0,
        };
        volume.swap(files);
        for (name, _) in files {
            symlink(Path::new("..data").join(name), volume.path(name)).unwrap();
        }
        volume
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn swap(&mut self, files: &[(&str, &str)]) {
        self.generation += 1;
        let name = format!("..{}", self.generation);
        let folder = self.path(&name);
        std::fs::create_dir(&folder).unwrap();
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        symlink(&name, self.path("..data_tmp")).unwrap();
        std::fs::rename(self.path("..data_tmp"), self.path("..data")).unwrap();
    }
}

pub(crate) fn files(pair: &Pair) -> Vec<(&'static str, &str)> {
    vec![("tls.crt", &pair.certificate), ("tls.key", &pair.key)]
}

/// How a test differs from the defaults.
pub(crate) struct With {
    pub(crate) policy: &'static str,
    pub(crate) until: i32,
    pub(crate) limits: Limits,
    /// The clients' authority.
    pub(crate) clients: Option<String>,
}

impl Default for With {
    fn default() -> Self {
        With {
            policy: "",
            until: 2090,
            limits: Limits {
                drain_delay_seconds: 0,
                ..Limits::default()
            },
            clients: None,
        }
    }
}

impl Webhook {
    pub(crate) async fn start(with: With) -> Self {
        log::start(tracing::Level::ERROR);
        let authority = Authority::new();
        let pair = authority.server(with.until);
        let mut all = files(&pair);
        all.extend(with.clients.as_deref().map(|pem| ("ca.crt", pem)));
        let volume = Volume::new(&all);
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let section = Section {
            listen: any,
            health_listen: any,
            certificate: volume.path("tls.crt"),
            key: volume.path("tls.key"),
            client_ca: with.clients.as_ref().map(|_| volume.path("ca.crt")),
            reload_seconds: 1,
            threads: 0,
            limits: with.limits,
        };
        let policy = toml::from_str(with.policy).unwrap();
        let server = Server::open(Config { section, policy }).await.unwrap();
        let (address, health) = server.addresses();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(async move { drop(stopped.await) }));
        Webhook {
            address: address.unwrap(),
            health: health.unwrap(),
            authority,
            volume,
            stop: Some(stop),
            ended: Some(ended),
        }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address, &self.authority.pem, None).await.unwrap()
    }

    /// A page of the plain port.
    pub(crate) async fn page(&self, path: &str) -> (u16, String) {
        ask::plain(self.health, path).await
    }

    /// The value of a metric, by its name and labels as they are written; 0 where it is not there.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let (_, page) = self.page("/metrics").await;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().unwrap())
    }

    /// The counter of requests and connections that were no review.
    pub(crate) async fn errors(&self, reason: &str) -> f64 {
        self.metric(&format!("nginx2traefik_webhook_errors_total{{reason=\"{reason}\"}}"))
            .await
    }

    /// Waits until it holds.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, holds: impl Fn() -> F) {
        for _ in 0..600 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it never held:\n{}", self.page("/metrics").await.1);
    }

    pub(crate) fn stop(&mut self) -> JoinHandle<()> {
        self.stop.take().unwrap().send(()).unwrap();
        self.ended.take().unwrap()
    }
}
