//! One file as text.
use super::{InputFile, relevant};
use std::fs::File;
use std::io::Read;

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// Text that may hold something of ours.
    Text(String),
    /// Nothing of ours.
    Irrelevant,
    /// Could not be read: why, and what to do.
    Unreadable { message: String, help: String },
    /// Not UTF-8 from this byte on; the text with replacement characters.
    NotUtf8 { lossy: String, at: usize },
}

/// Reads a file. Only files that the user named are parsed in any case.
pub(super) fn content(file: &InputFile, limit: u64) -> Content {
    let bytes = match bytes(file, limit) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return too_big(limit),
        Err(error) => {
            return Content::Unreadable {
                message: format!("this file cannot be read: {error}"),
                help: "nothing in it was looked at; all other files were".into(),
            };
        }
    };
    if !file.named && !relevant::relevant(&bytes) {
        return Content::Irrelevant;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => Content::NotUtf8 {
            at: error.utf8_error().valid_up_to(),
            lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    }
}

/// None where there is more than the limit. The size that the file system tells is asked first, so that a huge file costs nothing;
/// it is not believed, because a pipe has none.
fn bytes(file: &InputFile, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let taken = limit.saturating_add(1);
    match &file.path {
        None => std::io::stdin().lock().take(taken).read_to_end(&mut bytes)?,
        Some(path) => {
            let open = File::open(path)?;
            let size = open.metadata()?.len();
            if size > limit {
                return Ok(None);
            }
            bytes.reserve_exact(size as usize + 1);
            open.take(taken).read_to_end(&mut bytes)?
        }
    };
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

fn too_big(limit: u64) -> Content {
    let shown = match limit / (1024 * 1024) {
        0 => format!("{limit} bytes"),
        megabytes => format!("{megabytes} MiB"),
    };
    Content::Unreadable {
        message: format!("this file has more than {shown} and was not read"),
        help: "split it at a `---` line into smaller files".into(),
    }
}
