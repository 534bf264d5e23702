//! One request, sent byte for byte, and what came back. Redirects are never followed.
use crate::late::Late;
use anyhow::{Context, Result};
use http_body_util::BodyExt;
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};

/// No answer of the stand takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, ...
    pub method: String,
    /// Port 443 and TLS with SNI = host; else port 80.
    pub https: bool,
    /// The Host header.
    pub host: String,
    /// Request target with its query.
    pub target: String,
    /// In the order sent.
    pub headers: Vec<(String, String)>,
    /// What is sent as body.
    pub body: Vec<u8>,
    /// Address of Traefik.
    pub to: IpAddr,
    /// Address that it comes from; 127.0.0.1 where there is none.
    pub from: Option<IpAddr>,
    /// Certificate and key, PEM.
    pub certificate: Option<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// In the order received.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(k, _)| k.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

impl Answer {
    /// What the backend says that it received.
    pub fn received(&self) -> Option<serde_json::Value> {
        // a gRPC message has a few bytes in front
        let start = self.body.iter().position(|byte| *byte == b'{')?;
        serde_json::from_slice(&self.body[start..]).ok()
    }
}

/// Sends a request to a Traefik of this namespace.
///
/// # Errors
/// No connection, no handshake, no answer.
pub async fn send(request: &Request) -> Result<Answer> {
    let answer = tokio::time::timeout(PATIENCE, exchange(request));
    answer.await.context("no answer")?
}

/// gRPC is HTTP/2, everything else HTTP/1.1.
fn http2(request: &Request) -> bool {
    let grpc = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("content-type") && value.starts_with("application/grpc")
    };
    request.headers.iter().any(grpc)
}

async fn connect(request: &Request) -> Result<TcpStream> {
    let port = if request.https { 443 } else { 80 };
    let socket = TcpSocket::new_v4()?;
    socket.bind((request.from.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), 0).into())?;
    socket
        .connect((request.to, port).into())
        .await
        .context("connection to Traefik")
}

async fn exchange(request: &Request) -> Result<Answer> {
    let stream = connect(request).await?;
    if !request.https {
        return over(TokioIo::new(stream), request).await;
    }
    let connector = tokio_rustls::TlsConnector::from(Arc::new(tls(request)?));
    let name = ServerName::try_from(request.host.clone())?;
    let stream = connector.connect(name, stream).await.context("TLS handshake")?;
    over(TokioIo::new(stream), request).await
}

async fn over<S>(stream: S, request: &Request) -> Result<Answer>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let message = message(request)?;
    let response = if http2(request) {
        let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await?;
        tokio::spawn(connection);
        sender.send_request(message).await?
    } else {
        let mut builder = hyper::client::conn::http1::Builder::new();
        let (mut sender, connection) = builder.title_case_headers(true).handshake(stream).await?;
        tokio::spawn(connection.with_upgrades());
        sender.send_request(message).await?
    };
    answer(response).await
}

fn message(request: &Request) -> Result<http::Request<Late>> {
    let mut builder = http::Request::builder().method(request.method.as_str());
    let has = |name: &str| request.headers.iter().any(|(k, _)| k.eq_ignore_ascii_case(name));
    if http2(request) {
        let scheme = if request.https { "https" } else { "http" };
        builder = builder.uri(format!("{scheme}://{}{}", request.host, request.target));
        builder = builder.version(http::Version::HTTP_2);
    } else {
        builder = builder.uri(request.target.as_str()).header("Host", &request.host);
        if !has("connection") {
            builder = builder.header("Connection", "close");
        }
    }
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.body(Late::new(Bytes::from(request.body.clone())))?)
}

async fn answer(response: http::Response<hyper::body::Incoming>) -> Result<Answer> {
    let (head, body) = response.into_parts();
    let mut body = body.collect().await.ok();
    let trailers = body.as_mut().and_then(|b| b.trailers().cloned()).unwrap_or_default();
    let text = |v: &http::HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    let headers = head.headers.iter().chain(&trailers);
    Ok(Answer {
        status: head.status.as_u16(),
        headers: headers.map(|(k, v)| (k.as_str().to_owned(), text(v))).collect(),
        body: body.map(|b| b.to_bytes().to_vec()).unwrap_or_default(),
    })
}

fn tls(request: &Request) -> Result<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyServer));
    let mut config = match &request.certificate {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            use rustls::pki_types::pem::PemObject;
            let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect::<Result<Vec<_>, _>>()?;
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes())?)?
        }
    };
    config.alpn_protocols = vec![if http2(request) {
        b"h2".to_vec()
    } else {
        b"http/1.1".to_vec()
    }];
    Ok(config)
}

/// Takes any certificate: the stand checks behaviour, not the certificates that it made itself.
#[derive(Debug)]
struct AnyServer;

impl rustls::client::danger::ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
