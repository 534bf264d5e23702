//! A FastCGI responder (FastCGI specification 1.0): answers one request with the parameters that it was given.
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const END_REQUEST: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;

pub(super) async fn connection(mut stream: TcpStream) -> std::io::Result<()> {
    let (mut params, mut body, mut id) = (Vec::new(), 0, [0, 1]);
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head).await?;
        let length = usize::from(u16::from_be_bytes([head[4], head[5]]));
        let mut content = vec![0; length + usize::from(head[6])];
        stream.read_exact(&mut content).await?;
        content.truncate(length);
        id = if head[1] == PARAMS { [head[2], head[3]] } else { id };
        match head[1] {
            PARAMS => params.extend_from_slice(&content),
            STDIN if length == 0 => break,
            STDIN => body += length,
            _ => {}
        }
    }
    let json = json!({"server": "fastcgi", "body_bytes": body, "params": pairs(&params)}).to_string();
    let text = format!("Status: 200 OK\r\nContent-Type: application/json\r\n\r\n{json}");
    let mut out = Vec::new();
    for chunk in text.as_bytes().chunks(0xffff) {
        record(&mut out, STDOUT, id, chunk);
    }
    record(&mut out, STDOUT, id, &[]);
    record(&mut out, END_REQUEST, id, &[0; 8]);
    stream.write_all(&out).await
}

fn record(out: &mut Vec<u8>, kind: u8, id: [u8; 2], content: &[u8]) {
    let [high, low] = (content.len() as u16).to_be_bytes();
    out.extend_from_slice(&[1, kind, id[0], id[1], high, low, 0, 0]);
    out.extend_from_slice(content);
}

/// Name-value pairs (section 3.4): two lengths of one or four bytes, then both texts.
fn pairs(mut bytes: &[u8]) -> Map<String, Value> {
    let mut found = Map::new();
    while let Some((name, value)) = length(&mut bytes).zip(length(&mut bytes)) {
        let Some((pair, rest)) = bytes.split_at_checked(name + value) else {
            break;
        };
        bytes = rest;
        let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        found.insert(text(&pair[..name]), Value::String(text(&pair[name..])));
    }
    found
}

fn length(bytes: &mut &[u8]) -> Option<usize> {
    let (first, rest) = bytes.split_first()?;
    if first & 0x80 == 0 {
        *bytes = rest;
        return Some(usize::from(*first));
    }
    let (four, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some((u32::from_be_bytes(*four) & 0x7fff_ffff) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_short_and_long_lengths() {
        let mut bytes = vec![1, 2, b'a', b'x', b'y', 1, 0x80, 0, 0, 200, b'b'];
        bytes.extend([b'z'; 200]);
        let found = pairs(&bytes);
        assert_eq!(found["a"], "xy");
        assert_eq!(found["b"].as_str().map(str::len), Some(200));
    }

    #[test]
    fn what_is_cut_off_is_left_out() {
        assert!(pairs(&[1, 5, b'a', b'x']).is_empty());
    }
}
