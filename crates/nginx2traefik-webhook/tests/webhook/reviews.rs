//! What kube-apiserver sees, and what is counted.
use crate::ask::review;
use crate::running::{Webhook, With};
use serde_json::json;

#[tokio::test]
async fn many_reviews_over_one_connection() {
    let webhook = Webhook::start(With::default()).await;
    let mut client = webhook.client().await;
    for _ in 0..3 {
        let refused = client.review(&review("nginx", json!({}))).await;
        assert_eq!(
            (&refused["allowed"], &refused["status"]["code"]),
            (&json!(false), &json!(403))
        );
        let taken = client.review(&review("traefik", json!({}))).await;
        assert_eq!(taken["allowed"], true);
    }
    let reviews = "nginx2traefik_webhook_reviews_total{verdict";
    assert_eq!(
        webhook
            .metric(&format!("{reviews}=\"denied\",namespace=\"shop\"}}"))
            .await,
        3.0
    );
    assert_eq!(
        webhook
            .metric(&format!("{reviews}=\"clean\",namespace=\"shop\"}}"))
            .await,
        3.0
    );
    let found = "nginx2traefik_webhook_found_total{rule=\"class\",done=\"denied\",namespace=\"shop\"}";
    assert_eq!(webhook.metric(found).await, 3.0);
    assert_eq!(
        webhook
            .metric("nginx2traefik_webhook_review_duration_seconds_count")
            .await,
        6.0
    );
    assert!(
        webhook
            .metric("nginx2traefik_webhook_certificate_expiry_timestamp_seconds")
            .await
            > 3.7e9
    );
}

#[tokio::test]
async fn the_policy_is_the_one_that_was_given() {
    let webhook = Webhook::start(With {
        policy: "mode = 'audit'\nrules = {snippets = 'warn'}",
        ..With::default()
    });
    let webhook = webhook.await;
    let body = review(
        "nginx",
        json!({"nginx.ingress.kubernetes.io/server-snippet": "return 200;"}),
    );
    let answer = webhook.client().await.review(&body).await;
    assert_eq!(answer["allowed"], true);
    assert_eq!(answer["warnings"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        answer["auditAnnotations"],
        json!({"audited": "class", "warned": "server-snippet"})
    );
}

#[tokio::test]
async fn namespaces_do_not_fill_the_memory() {
    let webhook = Webhook::start(With::default()).await;
    let mut client = webhook.client().await;
    for i in 0..1100 {
        let mut body = review("traefik", json!({}));
        body["request"]["namespace"] = format!("n{i}").into();
        client.review(&body).await;
    }
    let (_, page) = webhook.page("/metrics").await;
    assert!(page.matches("namespace=").count() < 1010);
    assert!(page.contains("namespace=\"(other)\"} 100\n"), "{page}");
}
