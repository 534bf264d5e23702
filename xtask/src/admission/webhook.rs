//! One process of the webhook.
use anyhow::{Context, Result, bail};
use stand::pki::Authority;
use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A running webhook with its files.
pub(crate) struct Webhook {
    binary: PathBuf,
    folder: PathBuf,
    /// Port of the reviews; health is one above.
    pub(crate) port: u16,
    child: Option<Child>,
    generation: u32,
}

impl Webhook {
    /// Starts one with this policy (TOML, below `[admission]`).
    pub(crate) fn start(binary: &Path, folder: &Path, port: u16, policy: &str, authority: &Authority) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(
            folder.join("nginx2traefik.toml"),
            format!(
                "[webhook]\nreload-seconds = 1\nlisten = '127.0.0.1:{port}'\nhealth-listen = '127.0.0.1:{}'\ncertificate = 'tls.crt'\n\
                 key = 'tls.key'\nlimits = {{drain-delay-seconds = 0, connection-seconds = 1}}\n[admission]\n{policy}\n",
                port + 1
            ),
        )?;
        let mut webhook = Webhook {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            port,
            child: None,
            generation: 0,
        };
        webhook.certificate(authority)?;
        for name in ["tls.crt", "tls.key"] {
            symlink(Path::new("..data").join(name), folder.join(name))?;
        }
        webhook.up()?;
        Ok(webhook)
    }

    /// Swaps in a new certificate as the kubelet does it.
    pub(crate) fn certificate(&mut self, authority: &Authority) -> Result<()> {
        self.generation += 1;
        let keys = authority.server(&["127.0.0.1".to_owned()])?;
        let name = format!("..{}", self.generation);
        let new = self.folder.join(&name);
        std::fs::create_dir(&new)?;
        std::fs::write(new.join("tls.crt"), keys.certificate)?;
        std::fs::write(new.join("tls.key"), keys.key)?;
        symlink(&name, self.folder.join("..data_tmp"))?;
        Ok(std::fs::rename(
            self.folder.join("..data_tmp"),
            self.folder.join("..data"),
        )?)
    }

    /// Starts the process and waits until it is ready.
    pub(crate) fn up(&mut self) -> Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))?;
        let mut command = Command::new(&self.binary);
        command
            .args(["webhook", "--config"])
            .arg(self.folder.join("nginx2traefik.toml"))
            .stderr(log);
        self.child = Some(
            command
                .spawn()
                .with_context(|| format!("cannot start {}", self.binary.display()))?,
        );
        let began = Instant::now();
        while self.page("/readyz").is_none() {
            if began.elapsed() > Duration::from_secs(20) {
                bail!(
                    "the webhook is not ready:\n{}",
                    stand::kubeapi::tail(&self.folder.join("log"))
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Ends the process as Kubernetes does, and waits for its end.
    pub(crate) fn down(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        let sent = Command::new("kill").arg(child.id().to_string()).status()?;
        anyhow::ensure!(sent.success(), "kill");
        let status = child.wait()?;
        anyhow::ensure!(status.success(), "the webhook ended with {status}");
        Ok(())
    }

    /// A page of the plain port, where it answers 200.
    fn page(&self, path: &str) -> Option<String> {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port + 1)).ok()?;
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes())
            .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        answer.starts_with("HTTP/1.1 200").then_some(answer)
    }

    /// The value of a metric.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let page = self.page("/metrics").unwrap_or_default();
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
