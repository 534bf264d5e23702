//! Each input through the whole line: the blocks `yaml ingress` and `report`.
use crate::convert::convert;
use examples::{INPUT, Section, sections};

/// The text of a rule file with the results of today.
fn with_results(text: &str) -> String {
    let mut sections = sections(text).expect("a rule file");
    for section in &mut sections {
        let Some(input) = section.block(INPUT) else { continue };
        let plain = convert(&input.text, false);
        section.set_results(
            INPUT,
            vec![("yaml ingress", plain.text), ("report", Some(plain.report))],
        );
    }
    sections.iter().map(Section::text).collect()
}

#[test]
fn results_are_what_the_files_say() {
    let update = std::env::var_os("UPDATE_EXAMPLES").is_some();
    let mut differences = Vec::new();
    for (path, text) in examples::pages(&crate::folder()).expect("the rule files") {
        let new = with_results(&text);
        if update {
            std::fs::write(&path, &new).expect("a rule file");
        } else if new != text {
            let diff = similar::TextDiff::from_lines(&text, &new);
            differences.push(format!("{}:\n{}", path.display(), diff.unified_diff()));
        }
    }
    assert!(
        differences.is_empty(),
        "{}\nUPDATE_EXAMPLES=1 cargo test -p nginx2traefik --test examples   writes them anew: read them",
        differences.join("\n")
    );
}

#[test]
fn migrating_the_result_again_changes_nothing() {
    for example in crate::examples() {
        let (name, input) = (example.name(), &example.input);
        for exact in [false, true] {
            let once = convert(input, exact).text.unwrap_or_else(|| input.to_owned());
            let twice = convert(&once, exact).text.unwrap_or_else(|| once.clone());
            let diff = similar::TextDiff::from_lines(&once, &twice);
            assert!(once == twice, "{name}, exact: {exact}\n{}", diff.unified_diff());
        }
    }
}
