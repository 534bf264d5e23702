//! What is no review, or tries to be more than one: an answer, a count, and never a panic or a permission.
use crate::ask::{Client, review};
use crate::running::{Webhook, With};
use nginx2traefik_webhook::config::Limits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn what_is_no_review_is_an_http_error() {
    let webhook = Webhook::start(With::default()).await;
    let mut client = webhook.client().await;
    let body = |change: fn(&mut Value)| {
        let mut body = review("nginx", json!({}));
        change(&mut body);
        body.to_string().into_bytes()
    };
    let cases = [
        (b"".to_vec(), "form"),
        (b"not json".to_vec(), "form"),
        (vec![b'['; 2_000_000], "form"),
        (
            br#"{"kind":"AdmissionReview","kind":"AdmissionReview"}"#.to_vec(),
            "form",
        ),
        (b"{\"kind\":\"\xff\"}".to_vec(), "encoding"),
        (body(|b| b["kind"] = "Pod".into()), "version"),
        (body(|b| b["apiVersion"] = "admission.k8s.io/v1beta1".into()), "version"),
        (body(|b| b["apiVersion"] = "admission.k8s.io/v2".into()), "version"),
        (body(|b| b["request"] = Value::Null), "missing"),
        (body(|b| b["request"]["uid"] = "".into()), "missing"),
    ];
    for (body, reason) in cases {
        let before = webhook.errors(reason).await;
        let (status, answer) = client.validate(body).await;
        assert_eq!(status, 400, "{reason}");
        assert!(!answer.is_empty());
        assert_eq!(webhook.errors(reason).await, before + 1.0, "{reason}");
    }
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_refused_by_a_review() {
    let webhook = Webhook::start(With::default()).await;
    let mut client = webhook.client().await;
    let object = review("traefik", json!({})).to_string();
    let cases = [
        object.replace("\"annotations\":{}", "\"annotations\":{\"a\":\"\",\"a\":\"\"}"),
        object.replace("\"spec\":", "\"spec\":{\"ingressClassName\":\"nginx\"},\"spec\":"),
        object.replace("\"annotations\":{}", "\"annotations\":[]"),
        object
            .replace("\"operation\":\"CREATE\"", "\"operation\":\"CREATE\",\"x\":1")
            .replace("\"object\":{", "\"object\":null,\"y\":{"),
    ];
    for (at, body) in cases.into_iter().enumerate() {
        let body: Vec<u8> = body.into_bytes();
        let (status, answer) = client.validate(body).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let response = &answer["response"];
        assert_eq!(
            (status, &response["allowed"], &response["uid"]),
            (200, &json!(false), &json!("705ab4f5")),
            "{at}"
        );
        assert_eq!(response["status"]["code"], 400);
    }
    assert_eq!(webhook.errors("object").await, 3.0);
}

#[tokio::test]
async fn a_large_body_is_refused_whether_it_says_so_or_not() {
    let webhook = Webhook::start(With::default()).await;
    // announced: nothing of it is read
    let (status, _) = webhook.client().await.validate(vec![b' '; 4 * 1024 * 1024]).await;
    assert_eq!(status, 413);
    let mut stream = crate::ask::tls(webhook.address, &webhook.authority.pem, None)
        .await
        .unwrap();
    stream
        .write_all(b"POST /validate HTTP/1.1\r\nHost: webhook.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    let mut piece = b"100000\r\n".to_vec();
    piece.extend(vec![b' '; 1024 * 1024]);
    piece.extend(b"\r\n");
    for _ in 0..4 {
        // it may hang up while there is more to come
        let _ = stream.write_all(&piece).await;
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 413"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert_eq!(webhook.errors("body").await, 2.0);
}

#[tokio::test]
async fn a_hundred_thousand_annotations_are_refused_and_deep_ones_too() {
    // a machine that is busy with other tests takes its time
    let limits = Limits {
        review_seconds: 60,
        ..With::default().limits
    };
    let webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    let mut client = webhook.client().await;
    let many: serde_json::Map<String, Value> = (0..40_000)
        .map(|i| (format!("nginx.ingress.kubernetes.io/k{i}"), json!("")))
        .collect();
    assert_eq!(client.review(&review("traefik", many.into())).await["allowed"], false);
    let harmless: serde_json::Map<String, Value> = (0..100_000).map(|i| (format!("a.b/k{i}"), json!(""))).collect();
    assert_eq!(client.review(&review("nginx", harmless.into())).await["allowed"], false);
    let deep = format!("\"x\":{}{},\"spec\":", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let body = review("nginx", json!({})).to_string().replace("\"spec\":", &deep);
    let (status, answer) = client.validate(body).await;
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&answer).contains("\"allowed\":false"));
}

#[tokio::test]
async fn another_path_or_method_is_no_permission() {
    let webhook = Webhook::start(With::default()).await;
    let mut client = webhook.client().await;
    let body = review("traefik", json!({})).to_string();
    for (method, path) in [
        ("GET", "/validate"),
        ("POST", "/"),
        ("POST", "/healthz"),
        ("PUT", "/validate"),
        ("GET", "/metrics"),
    ] {
        let (status, _) = client.send(method, path, body.clone()).await.unwrap();
        assert_eq!(status, 404, "{method} {path}");
    }
    assert_eq!(webhook.errors("path").await, 5.0);
}

/// What the webhook answers to these bytes on its port, until it hangs up.
async fn raw(webhook: &Webhook, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(webhook.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

#[tokio::test]
async fn tls_1_1_and_plain_http_are_no_conversation() {
    let webhook = Webhook::start(With::default()).await;
    // ClientHello of TLS 1.1 with one cipher suite and no extension (RFC 4346, section 7.4.1.2)
    let mut hello = vec![0x03, 0x02];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0x00, 0x2f, 1, 0]);
    let mut message = vec![1, 0, 0, u8::try_from(hello.len()).unwrap()];
    message.extend(&hello);
    let mut record = vec![22, 3, 2, 0, u8::try_from(message.len()).unwrap()];
    record.extend(&message);
    let answer = raw(&webhook, &record).await;
    // a fatal alert, protocol_version (70) or handshake_failure (40)
    assert_eq!((answer[0], answer[5]), (21, 2), "{answer:?}");
    assert!([70, 40].contains(&answer[6]), "{answer:?}");
    let plain = raw(
        &webhook,
        b"POST /validate HTTP/1.1\r\nHost: webhook.test\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert!(!plain.starts_with(b"HTTP/"), "{plain:?}");
    assert_eq!(webhook.errors("handshake").await, 2.0);
}

#[tokio::test]
async fn who_sends_slowly_does_not_hold_the_webhook() {
    let limits = Limits {
        head_seconds: 1,
        review_seconds: 1,
        ..With::default().limits
    };
    let webhook = Webhook::start(With {
        limits,
        ..With::default()
    })
    .await;
    // nothing but a connection
    assert_eq!(raw(&webhook, b"").await, b"");
    assert_eq!(webhook.errors("handshake").await, 1.0);
    // a head that does not end
    let mut slow = crate::ask::tls(webhook.address, &webhook.authority.pem, None)
        .await
        .unwrap();
    slow.write_all(b"POST /validate HTTP/1.1\r\nHost:").await.unwrap();
    let mut answer = Vec::new();
    let _ = slow.read_to_end(&mut answer).await;
    assert!(
        !answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert_eq!(webhook.errors("connection").await, 1.0);
    // a body that does not end
    let mut slow = crate::ask::tls(webhook.address, &webhook.authority.pem, None)
        .await
        .unwrap();
    slow.write_all(b"POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        .await
        .unwrap();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
    assert_eq!(webhook.errors("timeout").await, 1.0);
    // and the others are heard
    let mut client: Client = webhook.client().await;
    assert_eq!(client.review(&review("nginx", json!({}))).await["allowed"], false);
}
