//! The binary, and what the system says of it.
use anyhow::{Context, Result, bail};
use rcgen::{CertificateParams, KeyPair};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Webhook {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) certificate: String,
    /// From the start of the process to its first answer on the plain port.
    pub(crate) started: Duration,
    _folder: tempfile::TempDir,
}

fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("NGINX2TRAEFIK") {
        return Ok(path.into());
    }
    // target/release/deps/load-... and target/release/nginx2traefik
    let own = std::env::current_exe()?;
    let path = own.ancestors().nth(2).context("a target folder")?.join("nginx2traefik");
    anyhow::ensure!(
        path.is_file(),
        "{}: cargo build --release -p nginx2traefik-cli",
        path.display()
    );
    Ok(path)
}

fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

impl Webhook {
    pub(crate) fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec!["webhook.test".to_owned()])?
            .self_signed(&key)?
            .pem();
        let (crt, pem) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
        std::fs::write(&crt, &certificate)?;
        std::fs::write(&pem, key.serialize_pem())?;
        let (address, health) = (free_port()?, free_port()?);
        let log = std::fs::File::create(folder.path().join("log"))?;
        let began = Instant::now();
        let child = Command::new(binary()?)
            .args([
                "webhook",
                "--listen",
                &address.to_string(),
                "--health-listen",
                &health.to_string(),
            ])
            .arg("--certificate")
            .arg(&crt)
            .arg("--key")
            .arg(&pem)
            .stderr(Stdio::from(log))
            .spawn()?;
        while !ready(health) {
            if began.elapsed() > Duration::from_secs(20) {
                bail!(
                    "the webhook is not ready:\n{}",
                    std::fs::read_to_string(folder.path().join("log"))?
                );
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        Ok(Webhook {
            child,
            address,
            certificate,
            started: began.elapsed(),
            _folder: folder,
        })
    }

    /// utime and stime of proc(5), in ticks of 10 ms.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = text.rsplit_once(") ").context("stat")?;
        let ticks: Vec<u64> = fields
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse().ok())
            .collect();
        Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
    }

    /// VmHWM, in MB.
    pub(crate) fn peak_memory(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .context("VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }

    pub(crate) fn end(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn ready(health: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(health) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let asked = stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
}
