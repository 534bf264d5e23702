//! The opening handshake of a WebSocket (RFC 6455, section 4.2.2); what is sent then comes back as it is.
use super::apps::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

/// RFC 6455, section 1.3.
const MAGIC: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The answer to an opening handshake; none for any other request.
pub(super) fn accept(request: &mut http::Request<Incoming>) -> Option<Response> {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if !header("upgrade")?.eq_ignore_ascii_case("websocket") {
        return None;
    }
    let accepted = token(header("sec-websocket-key")?);
    let upgrade = hyper::upgrade::on(request);
    tokio::spawn(async move {
        if let Ok(stream) = upgrade.await {
            let (mut from, mut to) = tokio::io::split(TokioIo::new(stream));
            let _ = tokio::io::copy(&mut from, &mut to).await;
        }
    });
    let answer = http::Response::builder()
        .status(101)
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Accept", accepted);
    answer.body(super::apps::body("")).ok()
}

fn token(key: &str) -> String {
    STANDARD.encode(sha1_smol::Sha1::from(format!("{key}{MAGIC}")).digest().bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_of_the_standard() {
        assert_eq!(super::token("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
