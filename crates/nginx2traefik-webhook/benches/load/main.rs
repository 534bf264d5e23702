//! The real binary under load: `cargo build --release -p nginx2traefik-cli && cargo bench -p nginx2traefik-webhook`.
//!
//! Client and webhook share the machine, so next to reviews a second stands what one review costs the webhook in processor time, which
//! is the figure that does not depend on who else is busy. Latencies at a given rate are counted from the moment at which a review should
//! have been sent, so that a stall is paid by everybody who waited for it.
mod client;
mod hostile;
mod reviews;
mod webhook;

use anyhow::Result;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use webhook::Webhook;

const CONNECTIONS: usize = 16;
const RATE: u32 = 10_000;
/// Under hostile load: connections that say nothing, connections that send 3 MiB bodies, and reviews a second that are meant.
const SILENT: usize = 144;
const FLOOD: usize = 64;
const USUAL: u32 = 500;

fn main() -> Result<()> {
    let seconds = std::env::var("LOAD_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10);
    let time = Duration::from_secs(seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut out = std::io::stdout().lock();
    for (name, body) in reviews::all() {
        let mut webhook = Webhook::start()?;
        writeln!(
            out,
            "{name}: {} bytes; start to first answer {:.1} ms",
            body.len(),
            webhook.started.as_secs_f64() * 1000.0
        )?;
        for (what, rate) in [("as fast as it goes", None), ("10,000 a second", Some(RATE))] {
            let before = webhook.processor_time()?;
            let run = runtime.block_on(client::run(&webhook, &body, CONNECTIONS, rate, time))?;
            let used = webhook.processor_time()? - before;
            writeln!(out, "  {what}: {}", run.told(used))?;
        }
        writeln!(out, "  resident memory at most {:.1} MB", webhook.peak_memory()?)?;
        webhook.end()?;
    }
    hostile_load(&runtime, &mut out, time)
}

fn hostile_load(runtime: &Runtime, out: &mut impl Write, time: Duration) -> Result<()> {
    let webhook = Arc::new(Webhook::start()?);
    let (_, usual) = reviews::all().swap_remove(1);
    let (largest, told) = (reviews::largest().into(), Arc::new(hostile::Told::default()));
    let run = runtime.block_on(async {
        let silent = hostile::silent(&webhook, SILENT).await;
        let flood = hostile::flood(&webhook, &largest, FLOOD, time, &told);
        let run = client::run(&webhook, &usual, CONNECTIONS, Some(USUAL), time).await;
        for task in flood {
            task.await?;
        }
        drop(silent);
        run
    })?;
    writeln!(
        out,
        "{SILENT} silent connections and {FLOOD} that send 3 MiB bodies: {}",
        told.told()
    )?;
    writeln!(out, "  {USUAL} usual ones a second beside them: {}", run.latencies())?;
    writeln!(out, "  resident memory at most {:.1} MB", webhook.peak_memory()?)?;
    Ok(())
}
