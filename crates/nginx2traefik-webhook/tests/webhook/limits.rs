//! Too many at once, and the end.
use crate::ask::{review, tls};
use crate::running::{Webhook, With};
use nginx2traefik_webhook::config::Limits;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A review of which the last byte is still to come.
async fn begun(webhook: &Webhook) -> (tokio_rustls::client::TlsStream<tokio::net::TcpStream>, Vec<u8>) {
    let body = review("nginx", json!({})).to_string();
    let mut stream = tls(webhook.address, &webhook.authority.pem, None).await.unwrap();
    let head = format!(
        "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (first, last) = body.split_at(body.len() - 1);
    stream.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    (stream, last.as_bytes().to_vec())
}

#[tokio::test]
async fn too_many_reviews_are_shed_and_the_others_answered() {
    let limits = Limits {
        reviews: 1,
        ..With::default().limits
    };
    let webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    let (mut first, last) = begun(&webhook).await;
    webhook
        .until(|| async {
            let (status, _) = webhook
                .client()
                .await
                .validate(review("traefik", json!({})).to_string())
                .await;
            status == 429
        })
        .await;
    first.write_all(&last).await.unwrap();
    let mut answer = [0; 12];
    first.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    assert!(webhook.errors("overload").await >= 1.0);
    let answer = webhook.client().await.review(&review("nginx", json!({}))).await;
    assert_eq!(answer["allowed"], false);
}

#[tokio::test]
async fn large_bodies_share_one_room_and_small_ones_need_none() {
    let limits = Limits {
        body_bytes: 1_000_000,
        held_bytes: 1_000_000,
        ..With::default().limits
    };
    let webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    let held = || webhook.metric("nginx2traefik_webhook_held_bytes");
    let mut large = tls(webhook.address, &webhook.authority.pem, None).await.unwrap();
    let head = b"POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    large.write_all(head).await.unwrap();
    large.write_all(&vec![b' '; 900_000]).await.unwrap();
    webhook.until(|| async { held().await > 800_000.0 }).await;
    // a second one finds no room
    let padding = " ".repeat(300_000);
    let body = review("nginx", json!({})).to_string() + &padding;
    let (status, _) = webhook.client().await.validate(body.clone()).await;
    assert_eq!(status, 429);
    assert!(webhook.errors("room").await >= 1.0);
    // the usual ones need none
    let answer = webhook.client().await.review(&review("nginx", json!({}))).await;
    assert_eq!(answer["allowed"], false);
    // and whoever goes leaves it to the others
    drop(large);
    webhook.until(|| async { held().await == 0.0 }).await;
    let (status, answer) = webhook.client().await.validate(body).await;
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&answer).contains("\"allowed\":false"));
    assert_eq!(held().await, 0.0);
}

#[tokio::test]
async fn too_many_connections_are_closed() {
    let limits = Limits {
        connections: 2,
        ..With::default().limits
    };
    let webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    let (mut one, mut two) = (webhook.client().await, webhook.client().await);
    assert!(tls(webhook.address, &webhook.authority.pem, None).await.is_err());
    assert_eq!(webhook.errors("connections").await, 1.0);
    for client in [&mut one, &mut two] {
        assert_eq!(client.review(&review("traefik", json!({}))).await["allowed"], true);
    }
}

#[tokio::test]
async fn at_the_end_what_has_begun_is_answered() {
    let limits = Limits {
        drain_delay_seconds: 1,
        ..Limits::default()
    };
    let mut webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    assert_eq!(webhook.page("/readyz").await.0, 200);
    let (mut stream, last) = begun(&webhook).await;
    let ended = webhook.stop();
    webhook
        .until(|| async { webhook.page("/readyz").await == (503, "shutting down".to_owned()) })
        .await;
    assert_eq!(webhook.page("/healthz").await.0, 200);
    // whoever has not heard of the end yet is still answered
    assert_eq!(
        webhook.client().await.review(&review("nginx", json!({}))).await["allowed"],
        false
    );
    while tls(webhook.address, &webhook.authority.pem, None).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stream.write_all(&last).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    ended.await.unwrap();
}

#[tokio::test]
async fn an_old_connection_is_closed_with_an_answer() {
    let limits = Limits {
        connection_seconds: 0,
        ..With::default().limits
    };
    let webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    let mut client = webhook.client().await;
    assert_eq!(client.review(&review("nginx", json!({}))).await["allowed"], false);
    let again = client
        .send("POST", "/validate", review("nginx", json!({})).to_string())
        .await;
    assert!(again.is_err(), "{again:?}");
}
