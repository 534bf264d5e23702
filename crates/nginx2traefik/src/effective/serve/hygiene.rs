//! Requests that nginx refuses before it looks for a server.
use crate::effective::Effective;
use crate::effective::request::Request;

/// The status of the refusal.
///
/// nginx: TRACE is 405, a second Host header 400; a request line that does not fit into one buffer of large_client_header_buffers (8k) is 414,
/// another header line 400 (measured).
pub(super) fn refusal(effective: &Effective, request: &Request) -> Option<u16> {
    let limit = buffer_size(effective);
    // method, target and ` HTTP/1.1`
    if request.method.len() + request.target.len() + 12 > limit {
        return Some(414);
    }
    let too_long = |(name, value): &(String, String)| name.len() + value.len() + 4 > limit;
    if request.header("Host").is_some() || request.headers.iter().any(too_long) {
        return Some(400);
    }
    (request.method == "TRACE").then_some(405)
}

/// large-client-header-buffers: number and size.
fn buffer_size(effective: &Effective) -> usize {
    let buffers = effective.controller.text("large-client-header-buffers", "4 8k").value;
    let size = buffers.split_whitespace().nth(1).unwrap_or("8k").to_ascii_lowercase();
    let (number, unit) = match size.strip_suffix('k') {
        Some(number) => (number, 1024),
        None => (size.as_str(), 1),
    };
    number.parse::<usize>().map_or(8192, |n| n * unit)
}
