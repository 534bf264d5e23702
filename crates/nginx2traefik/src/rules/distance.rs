//! How many slips of the keyboard lie between two words.

/// Number of letters to insert, drop, replace or swap with their neighbour to make `a` from `b` (optimal string alignment).
pub(super) fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn counts_slips() {
        assert_eq!(edits("ssl-redirect", "ssl-redirect"), 0);
        assert_eq!(edits("ssl-redirects", "ssl-redirect"), 1);
        assert_eq!(edits("rewrite-taregt", "rewrite-target"), 1, "neighbours swapped");
        assert_eq!(edits("", "abc"), 3);
    }
}
