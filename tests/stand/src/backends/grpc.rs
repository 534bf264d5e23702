//! A unary gRPC answer: one message whose only field is what was received, as JSON.
use super::apps::{Body, Response};
use super::echo::Call;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;

pub(super) fn answer(call: &Call<'_>) -> Response {
    let body = Full::new(Bytes::from(frame(call.echo().to_string().as_bytes())));
    let mut trailers = http::HeaderMap::new();
    trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
    let body = body.with_trailers(std::future::ready(Some(Ok(trailers))));
    let mut response = http::Response::new(Body::new(body));
    let kind = http::HeaderValue::from_static("application/grpc");
    response.headers_mut().insert("content-type", kind);
    response
}

/// A length-prefixed message, not compressed, with `text` as field 1.
fn frame(text: &[u8]) -> Vec<u8> {
    let mut message = vec![0x0a];
    let mut length = text.len();
    while length >= 0x80 {
        message.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    message.push(length as u8);
    message.extend_from_slice(text);
    let mut frame = vec![0];
    frame.extend_from_slice(&(message.len() as u32).to_be_bytes());
    frame.extend_from_slice(&message);
    frame
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_message_has_its_length_in_front() {
        assert_eq!(super::frame(b"hi"), [0, 0, 0, 0, 4, 0x0a, 2, b'h', b'i']);
        let long = super::frame(&[b'a'; 300]);
        assert_eq!(long[1..8], [0, 0, 1, 47, 0x0a, 0xac, 2]);
    }
}
