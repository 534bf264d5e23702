//! A bounded mutation fuzz: the same inputs in every run.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use std::fs;
use std::path::PathBuf;

#[path = "../../../fuzz/exercise.rs"]
mod exercise;

const INPUTS: usize = 2000;

/// xorshift64: reproducible without a dependency.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).map_or(0, |value| value % below.max(1))
    }
}

const PIECES: &[&str] = &[
    "\n", "\r\n", "---\n", "...\n", "  ", "- ", "? ", ": ", "a: ", "{", "}", "[", "]", ",", "#c\n", " # c\n", "&x ",
    "*x", "<<: *x\n", "|\n", ">-\n", "|2+\n", "\"", "'", "\\", "\t", "é", "\u{FEFF}", "!!str ", "!", "~", "\u{2028}",
    "y", "0x1", "{}{}", "\0",
];

fn mutate(random: &mut Random, seeds: &[String]) -> String {
    let mut text = seeds[random.next(seeds.len())].clone();
    for _ in 0..=random.next(6) {
        let at = boundary(&text, random.next(text.len() + 1));
        match random.next(4) {
            0 => text.insert_str(at, PIECES[random.next(PIECES.len())]),
            1 => {
                let end = boundary(&text, at + random.next(8)).max(at);
                text.replace_range(at..end, "");
            }
            2 => {
                let other = &seeds[random.next(seeds.len())];
                let start = boundary(other, random.next(other.len() + 1));
                let end = boundary(other, start + random.next(30)).max(start);
                text.insert_str(at, &other[start..end]);
            }
            _ => {
                let end = boundary(&text, at + random.next(20)).max(at);
                let copy = text[at..end].to_owned();
                let to = boundary(&text, random.next(text.len() + 1));
                text.insert_str(to, &copy);
            }
        }
    }
    text
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[test]
fn no_text_breaks_the_promises() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yaml");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let texts = files.iter().filter_map(|path| fs::read_to_string(path).ok());
    let mut seeds: Vec<String> = texts.filter(|text| text.len() < 400).collect();
    seeds.push(
        "# h\nmetadata:\n  annotations:\n    a: |\n      x;\n    # c\n    b: 'z' # d\nspec: {a: 1, \"b\": [x, y]}\n"
            .to_owned(),
    );
    seeds.push("a: &x\n- k: v\n  l: w\n- - 1\nb: *x\nc: {<<: {k: 1}, l: [a: b]}\n? e\n: f\n".to_owned());
    seeds.iter().for_each(|seed| exercise::exercise(seed));
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for _ in 0..INPUTS {
        exercise::exercise(&mutate(&mut random, &seeds));
    }
}
