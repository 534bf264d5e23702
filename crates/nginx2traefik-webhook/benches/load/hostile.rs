//! Clients that mean no good, or do not know better: connections that say nothing, and bodies as large as they may be.
use crate::client::connect;
use crate::webhook::Webhook;
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;

/// Connections that stay, and say nothing. As many as there may be.
pub(crate) async fn silent(webhook: &Webhook, count: usize) -> Vec<TlsStream<TcpStream>> {
    let mut open = Vec::new();
    for _ in 0..count {
        open.extend(connect(webhook).await);
    }
    open
}

/// How many large bodies were answered, and how many sent away.
#[derive(Default)]
pub(crate) struct Told {
    answered: AtomicUsize,
    shed: AtomicUsize,
}

impl Told {
    pub(crate) fn told(&self) -> String {
        let (answered, shed) = (self.answered.load(Ordering::Relaxed), self.shed.load(Ordering::Relaxed));
        format!("{answered} answered, {shed} sent away or closed")
    }
}

/// So many connections that send this body again and again for so long.
pub(crate) fn flood(
    webhook: &Arc<Webhook>,
    body: &Arc<[u8]>,
    connections: usize,
    time: Duration,
    told: &Arc<Told>,
) -> Vec<JoinHandle<()>> {
    let one = || {
        let (webhook, body, told) = (webhook.clone(), body.clone(), told.clone());
        tokio::spawn(async move {
            let began = Instant::now();
            while began.elapsed() < time {
                let answered = once(&webhook, &body).await.unwrap_or(false);
                let counter = if answered { &told.answered } else { &told.shed };
                counter.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    (0..connections).map(|_| one()).collect()
}

async fn once(webhook: &Webhook, body: &[u8]) -> Result<bool> {
    let mut stream = connect(webhook).await?;
    let head = format!(
        "POST /validate HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    // it may hang up while there is more to come
    let _ = stream.write_all(body).await;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await?;
    Ok(&answer == b"HTTP/1.1 200")
}
