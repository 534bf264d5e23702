//! Connections that are kept, each with one review under way, as Go's client has them.
use crate::webhook::Webhook;
use anyhow::{Context, Result, ensure};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What a run came to.
pub(crate) struct Run {
    latencies: Vec<Duration>,
    took: Duration,
}

impl Run {
    pub(crate) fn latencies(&self) -> String {
        let at = |share: f64| {
            let index = ((self.latencies.len() as f64 * share) as usize).min(self.latencies.len().saturating_sub(1));
            self.latencies
                .get(index)
                .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        format!(
            "{:.0} reviews/s, p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms",
            self.latencies.len() as f64 / self.took.as_secs_f64(),
            at(0.5),
            at(0.99),
            at(0.999)
        )
    }

    /// With the processor time that the webhook used.
    pub(crate) fn told(&self, used: Duration) -> String {
        let each = used.as_secs_f64() * 1e6 / self.latencies.len() as f64;
        format!("{}; {each:.1} us of processor time each", self.latencies())
    }
}

/// Asks for so long, at this rate over all connections.
pub(crate) async fn run(
    webhook: &Webhook,
    body: &[u8],
    connections: usize,
    rate: Option<u32>,
    time: Duration,
) -> Result<Run> {
    let mut request =
        format!("POST /validate?timeout=10s HTTP/1.1\r\nHost: webhook.test\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len())
            .into_bytes();
    request.extend(body);
    let request: Arc<[u8]> = request.into();
    let every = rate.map(|rate| Duration::from_secs(1) * u32::try_from(connections).unwrap_or(1) / rate);
    let mut tasks = Vec::new();
    for _ in 0..connections {
        tasks.push(tokio::spawn(one(connect(webhook).await?, request.clone(), every, time)));
    }
    let began = Instant::now();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let took = began.elapsed();
    latencies.sort();
    Ok(Run { latencies, took })
}

pub(crate) async fn connect(webhook: &Webhook) -> Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(webhook.certificate.as_bytes())?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(webhook.address).await?;
    stream.set_nodelay(true)?;
    Ok(TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from("webhook.test")?, stream)
        .await?)
}

async fn one(
    mut stream: TlsStream<TcpStream>,
    request: Arc<[u8]>,
    every: Option<Duration>,
    time: Duration,
) -> Result<Vec<Duration>> {
    let began = Instant::now();
    let (mut latencies, mut buffer, mut due) = (Vec::new(), vec![0; 16 * 1024], began);
    while began.elapsed() < time {
        match every {
            Some(every) => {
                tokio::time::sleep_until(due).await;
                exchange(&mut stream, &request, &mut buffer).await?;
                latencies.push(due.elapsed());
                due += every;
            }
            None => {
                let sent = Instant::now();
                exchange(&mut stream, &request, &mut buffer).await?;
                latencies.push(sent.elapsed());
            }
        }
    }
    Ok(latencies)
}

async fn exchange(stream: &mut TlsStream<TcpStream>, request: &[u8], buffer: &mut [u8]) -> Result<()> {
    stream.write_all(request).await?;
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        ensure!(read > 0, "the webhook hung up");
        filled += read;
        let text = &buffer[..filled];
        let Some(head) = text.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head_text = std::str::from_utf8(&text[..head])?;
        ensure!(head_text.starts_with("HTTP/1.1 200"), "{head_text}");
        let length = head_text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .context("content-length")?;
        if filled >= head + 4 + length.parse::<usize>()? {
            return Ok(());
        }
    }
}
