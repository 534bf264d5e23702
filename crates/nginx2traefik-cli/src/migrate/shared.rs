//! The file of objects that belong to no input more than to another.
use super::result::ResultFile;
use crate::load::InputFile;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Its name, beside the first input that changes.
pub(super) const NAME: &str = "gateway.yaml";

/// Puts the text to the results: behind what is there where the inputs have such a file, or come from standard input.
pub(super) fn add(files: &mut Vec<ResultFile>, text: String) {
    let Some(first) = files.iter().position(|result| result.new.is_some()) else {
        return;
    };
    let root = files[first].file.root.clone();
    let known = files
        .iter()
        .position(|result| result.file.root == root && result.file.below == Path::new(NAME));
    let own_text = files[first].file.path.is_none().then_some(first);
    if let Some(at) = own_text.or(known) {
        let result = &mut files[at];
        let before = result.new.as_deref().unwrap_or(&result.old);
        result.new = Some(behind(before, &text));
        result.shown = true;
        return;
    }
    files.push(ResultFile {
        file: beside(&files[first].file, &root),
        old: Arc::from(""),
        new: Some(text),
        shown: true,
    });
}

fn behind(before: &str, text: &str) -> String {
    let line_end = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{before}{line_end}---\n{text}")
}

/// A file that is not there yet. One that is there and was not read is somebody's own.
fn beside(first: &InputFile, root: &Path) -> InputFile {
    let below = first.below.to_string_lossy().replace('\\', "/");
    let folder = first.shown.strip_suffix(&below).unwrap_or("");
    let free = |name: &String| !root.join(name).exists();
    let mut names = std::iter::once(NAME.to_owned()).chain((2..).map(|number| format!("gateway-{number}.yaml")));
    let name = names.find(free).unwrap_or_else(|| NAME.to_owned());
    InputFile {
        path: Some(root.join(&name)),
        shown: format!("{folder}{name}"),
        below: PathBuf::from(NAME),
        root: root.to_owned(),
        named: false,
    }
}
