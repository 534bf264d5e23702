//! The fuzz target's promises on many damaged texts: a stable part of fuzzing that every run of the tests does.

#[path = "../../../fuzz/exercise_snippet.rs"]
mod exercise_snippet;

use exercise_snippet::exercise;

/// Snippets of real shapes, which are damaged below.
fn seeds() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/snippets/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .collect()
}

#[test]
fn damaged_texts_are_read_without_a_panic() {
    let seeds = seeds();
    assert!(seeds.len() > 60);
    let signs = [
        "{", "}", ";", "\"", "'", "\\", "$", "${", "#", "(", ")", "~", "\n", "é", "[", "(?!", "*", "%0",
    ];
    // a fixed sequence (numbers of Knuth's generator), so that every run does the same
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    for seed in &seeds {
        exercise(seed);
        for _ in 0..12 {
            let mut text: Vec<char> = seed.chars().collect();
            for _ in 0..=random(3) {
                let at = random(text.len());
                match random(3) {
                    0 => drop(text.remove(at)),
                    1 => text.truncate(at.max(1)),
                    _ => drop(text.splice(at..at, signs[random(signs.len())].chars())),
                }
            }
            exercise(&text.into_iter().collect::<String>());
        }
    }
}
