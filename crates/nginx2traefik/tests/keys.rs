//! What the model checks of an annotation and what its rule file tells of it are about the same annotations.
use nginx2traefik::effective::keys::{KEYS, Key};
use nginx2traefik::rules::registry;

fn names(key: &'static Key) -> impl Iterator<Item = &'static str> {
    std::iter::once(key.name).chain(key.aliases.iter().copied())
}

#[test]
fn every_annotation_that_is_checked_has_a_rule_and_the_other_way_round() {
    let mut checked: Vec<&str> = KEYS.iter().flat_map(names).collect();
    checked.sort_unstable();
    let told: Vec<&str> = registry().keys().map(|row| row.key).collect();
    assert_eq!(checked, told);
}

#[test]
fn the_risk_that_a_rule_tells_is_the_risk_that_is_checked() {
    for key in KEYS {
        for name in names(key) {
            let rule = registry()
                .annotation(name)
                .unwrap_or_else(|| panic!("no rule for {name}"));
            if let Some(risk) = rule.annotation.risk {
                assert_eq!(format!("{risk:?}"), format!("{:?}", key.risk), "{name}");
            }
        }
    }
}
