//! Each input through the whole line: the blocks `yaml ingress` and `report`, `yaml gateway` and `report gateway`.
use crate::convert::convert;
use examples::{CONTROLLER, INPUT, Section, sections};
use nginx2traefik::plan::Api;

/// The text of a rule file with the results of today.
fn with_results(text: &str) -> String {
    let mut sections = sections(text).expect("a rule file");
    for section in &mut sections {
        let Some(input) = section.block(INPUT) else { continue };
        let controller = section.block(CONTROLLER).map(|block| block.text.as_str());
        let ingress = convert(&input.text, controller, Api::Ingress, false);
        let gateway = convert(&input.text, controller, Api::Gateway, false);
        // said once where the same is said of both
        let other = (gateway.report != ingress.report).then_some(gateway.report);
        let blocks = vec![
            ("yaml ingress", ingress.text),
            ("report", Some(ingress.report)),
            ("yaml gateway", with_shared(gateway.text, gateway.shared)),
            ("report gateway", other),
        ];
        section.set_results(INPUT, blocks);
    }
    sections.iter().map(Section::text).collect()
}

/// The Gateway stands in front of what hangs on it.
fn with_shared(text: Option<String>, shared: Option<String>) -> Option<String> {
    match (text, shared) {
        (Some(text), Some(shared)) => Some(format!("{shared}---\n{text}")),
        (text, shared) => text.or(shared),
    }
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
        let (name, input, controller) = (example.name(), &example.input, example.controller.as_deref());
        for (api, exact) in [Api::Ingress, Api::Gateway]
            .into_iter()
            .flat_map(|api| [(api, false), (api, true)])
        {
            let once = convert(input, controller, api, exact)
                .text
                .unwrap_or_else(|| input.to_owned());
            let twice = convert(&once, controller, api, exact)
                .text
                .unwrap_or_else(|| once.clone());
            let diff = similar::TextDiff::from_lines(&once, &twice);
            assert!(
                once == twice,
                "{name}, {api:?}, exact: {exact}\n{}",
                diff.unified_diff()
            );
        }
    }
}
