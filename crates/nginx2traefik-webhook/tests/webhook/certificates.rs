//! Certificates that change, end, or are wrong.
use crate::ask::{Client, review, tls};
use crate::pki::{Authority, Pair};
use crate::running::{Volume, Webhook, With, files};
use nginx2traefik_webhook::config::Section;
use nginx2traefik_webhook::{Config, Server};
use serde_json::json;

const RELOADS: &str = "nginx2traefik_webhook_certificate_reloads_total{result";

async fn reloaded(webhook: &Webhook, result: &str, times: f64) {
    let name = format!("{RELOADS}=\"{result}\"}}");
    webhook.until(|| async { webhook.metric(&name).await >= times }).await;
}

#[tokio::test]
async fn a_new_certificate_is_taken_and_open_connections_go_on() {
    let mut webhook = Webhook::start(With::default()).await;
    let mut old = webhook.client().await;
    let (authority, body) = (Authority::new(), review("nginx", json!({})));
    webhook.volume.swap(&files(&authority.server(2091)));
    reloaded(&webhook, "success", 1.0).await;
    assert!(
        tls(webhook.address, &webhook.authority.pem, None).await.is_err(),
        "the old authority knows it no more"
    );
    let mut new = Client::connect(webhook.address, &authority.pem, None).await.unwrap();
    assert_eq!(new.review(&body).await["allowed"], false);
    assert_eq!(old.review(&body).await["allowed"], false);
}

#[tokio::test]
async fn a_wrong_certificate_is_not_taken() {
    let mut webhook = Webhook::start(With::default()).await;
    let (one, two) = (webhook.authority.server(2091), webhook.authority.server(2092));
    let mixed = Pair {
        certificate: one.certificate.clone(),
        key: two.key,
    };
    let wrong = [
        mixed,
        webhook.authority.server(2021),
        Pair {
            certificate: "no certificate".into(),
            key: one.key.clone(),
        },
        Pair {
            certificate: one.certificate,
            key: String::new(),
        },
    ];
    for pair in wrong {
        let before = webhook.metric(&format!("{RELOADS}=\"failure\"}}")).await;
        webhook.volume.swap(&files(&pair));
        reloaded(&webhook, "failure", before + 1.0).await;
        let answer = webhook.client().await.review(&review("nginx", json!({}))).await;
        assert_eq!(answer["allowed"], false);
    }
    let good = webhook.authority.server(2093);
    webhook.volume.swap(&files(&good));
    reloaded(&webhook, "success", 1.0).await;
}

#[tokio::test]
async fn a_certificate_that_has_ended_is_not_ready_until_there_is_a_new_one() {
    let mut webhook = Webhook::start(With {
        until: 2021,
        ..With::default()
    })
    .await;
    assert_eq!(
        webhook.page("/readyz").await,
        (503, "the certificate has ended".to_owned())
    );
    assert_eq!(webhook.page("/healthz").await.0, 200);
    assert!(
        tls(webhook.address, &webhook.authority.pem, None).await.is_err(),
        "no client takes it"
    );
    let good = webhook.authority.server(2091);
    webhook.volume.swap(&files(&good));
    webhook.until(|| async { webhook.page("/readyz").await.0 == 200 }).await;
    assert_eq!(
        webhook.client().await.review(&review("nginx", json!({}))).await["allowed"],
        false
    );
}

#[tokio::test]
async fn only_clients_of_the_authority_are_heard_and_it_may_change() {
    let (first, second) = (Authority::new(), Authority::new());
    let mut webhook = Webhook::start(With {
        clients: Some(first.pem.clone()),
        ..With::default()
    })
    .await;
    let heard = |authority: Option<Pair>| {
        let (address, pem) = (webhook.address, webhook.authority.pem.clone());
        async move {
            let Ok(mut client) = Client::connect(address, &pem, authority.as_ref()).await else {
                return false;
            };
            client
                .send("POST", "/validate", review("nginx", json!({})).to_string())
                .await
                .is_ok()
        }
    };
    assert!(!heard(None).await);
    assert!(!heard(Some(second.client())).await);
    assert!(heard(Some(first.client())).await);
    let pair = webhook.authority.server(2091);
    let mut all = files(&pair);
    all.push(("ca.crt", &second.pem));
    webhook.volume.swap(&all);
    reloaded(&webhook, "success", 1.0).await;
    assert!(
        Client::connect(webhook.address, &webhook.authority.pem, Some(&second.client()))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_told() {
    let pair = Authority::new().server(2090);
    let volume = Volume::new(&[
        ("tls.crt", &pair.certificate),
        ("tls.key", "no key"),
        ("ca.crt", "nobody"),
    ]);
    let open = |change: &dyn Fn(&mut Config)| {
        let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let section = Section {
            listen: any,
            health_listen: any,
            certificate: volume.path("tls.crt"),
            key: volume.path("tls.key"),
            ..Section::default()
        };
        let mut config = Config {
            section,
            policy: nginx2traefik::admission::Policy::default(),
        };
        change(&mut config);
        async move {
            Server::open(config)
                .await
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        }
    };
    let key = open(&|_| {}).await;
    assert!(key.ends_with("tls.key` holds no private key"), "{key}");
    let missing = open(&|config| config.section.certificate = volume.path("none.crt")).await;
    assert!(
        missing.starts_with("cannot read `") && missing.contains("none.crt"),
        "{missing}"
    );
    let rule = open(&|config| config.policy.rules.extend([("what".to_owned(), Default::default())])).await;
    assert_eq!(rule, "the policy is wrong: there is no rule `what`");
}
