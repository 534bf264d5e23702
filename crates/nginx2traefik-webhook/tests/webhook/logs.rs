//! What is written down, a line of JSON for each event.
use crate::ask::review;
use crate::running::{Webhook, With};
use nginx2traefik_webhook::log;
use serde_json::{Value, json};
use std::io;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// The last line with this message.
    fn last(&self, message: &str) -> Value {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut last = lines.rfind(|line| line["message"] == message).unwrap();
        assert!(last["timestamp"].is_string() && last["target"].is_string(), "{last}");
        let fields = last.as_object_mut().unwrap();
        fields.remove("timestamp");
        fields.remove("target");
        last
    }
}

#[tokio::test]
async fn a_line_says_who_wrote_what_and_what_became_of_it() {
    let lines = Lines::default();
    let writer = lines.clone();
    let _here = tracing::subscriber::set_default(log::lines(tracing::Level::INFO, move || writer.clone()));
    let webhook = Webhook::start(With::default()).await;
    let mut client = webhook.client().await;
    let snippet = json!({"nginx.ingress.kubernetes.io/server-snippet": "return 200 secret;"});
    client.review(&review("nginx", snippet)).await;
    assert_eq!(
        lines.last("review"),
        json!({"level": "INFO", "message": "review", "verdict": "denied", "uid": "705ab4f5", "kind": "Ingress", "namespace": "shop",
            "name": "web", "user": "jane", "dry_run": false, "denied": "class,server-snippet"})
    );
    let mut long = review("nginx", json!({}));
    long["request"]["userInfo"]["username"] = "é".repeat(100_000).into();
    client.review(&long).await;
    assert_eq!(lines.last("review")["user"], "é".repeat(128));
    client.validate("not json").await;
    assert_eq!(
        lines.last("not a review"),
        json!({"level": "WARN", "message": "not a review", "reason": "form",
            "error": "the body is no AdmissionReview: expected ident at line 1 column 2"})
    );
    client.validate(vec![b' '; 4 * 1024 * 1024]).await;
    assert_eq!(
        lines.last("not answered"),
        json!({"level": "WARN", "message": "not answered", "reason": "body", "status": 413})
    );
}
