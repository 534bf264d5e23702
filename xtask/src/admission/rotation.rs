//! A new certificate, a new authority, a restart: while objects are written all the time.
use super::Check;
use super::cluster::{Cluster, ingress, labelled};
use anyhow::Result;
use stand::pki::Authority;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const WRITERS: usize = 6;
const ROTATIONS: usize = 4;

#[derive(Default)]
struct Counts {
    right: AtomicUsize,
    wrong: AtomicUsize,
}

/// Certificates are swapped under load. The last one comes from a new authority, which the API server was told of before.
pub(super) fn run(cluster: &mut Cluster) -> Result<Vec<Check>> {
    let next = Authority::new("the next authority")?;
    cluster.bundle.push_str(&next.certificate);
    cluster.register()?;
    let before = cluster.webhooks[0].metric(RELOADS);
    let mut webhook = cluster.webhooks.swap_remove(0);
    let (counts, over, last) = (
        Counts::default(),
        AtomicBool::new(false),
        std::sync::Mutex::new(String::new()),
    );
    let rotated = std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (cluster, counts, over, last) = (&*cluster, &counts, &over, &last);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    if let Some(wrong) = write(cluster, writer) {
                        counts.wrong.fetch_add(1, Ordering::Relaxed);
                        if let Ok(mut last) = last.lock() {
                            *last = wrong;
                        }
                    } else {
                        counts.right.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let rotated = (0..ROTATIONS).try_for_each(|n| {
            webhook.certificate(if n + 1 == ROTATIONS { &next } else { &cluster.authority })?;
            std::thread::sleep(Duration::from_millis(2500));
            Ok::<(), anyhow::Error>(())
        });
        over.store(true, Ordering::Relaxed);
        rotated
    });
    rotated?;
    let reloads = webhook.metric(RELOADS) - before;
    let (right, wrong) = (counts.right.into_inner(), counts.wrong.into_inner());
    let good = wrong == 0 && reloads == ROTATIONS as u64 && right > 0;
    let last = last.into_inner().unwrap_or_default();
    let said = format!("{right} reviews right, {wrong} wrong, {reloads} new certificates {last}");
    let name = format!("{ROTATIONS} new certificates under load, one of a new authority: {right} reviews, none failed");
    Ok(vec![(name, if good { Ok(()) } else { Err(said) })])
}

const RELOADS: &str = "nginx2traefik_webhook_certificate_reloads_total{result=\"success\"}";

/// One object that has to pass and one that has not; what went wrong.
fn write(cluster: &Cluster, writer: usize) -> Option<String> {
    let name = format!("load-{writer}");
    for (class, status) in [("traefik", 201), ("nginx", 403)] {
        match cluster.create(&labelled(ingress(&name, class)), "?dryRun=All") {
            Ok(answer) if answer.status == status => {}
            Ok(answer) => return Some(format!("{} {}", answer.status, answer.message())),
            Err(error) => return Some(error.to_string()),
        }
    }
    None
}
