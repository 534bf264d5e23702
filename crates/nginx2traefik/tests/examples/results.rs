//! Each input through the whole line.
use crate::convert::convert;
use crate::each_example;

#[test]
fn migrating_the_result_again_changes_nothing() {
    each_example(|example, _, input| {
        for exact in [false, true] {
            let once = convert(input, exact).text.unwrap_or_else(|| input.to_owned());
            let twice = convert(&once, exact).text.unwrap_or_else(|| once.clone());
            let diff = similar::TextDiff::from_lines(&once, &twice);
            assert!(once == twice, "{example}, exact: {exact}\n{}", diff.unified_diff());
        }
    });
}
