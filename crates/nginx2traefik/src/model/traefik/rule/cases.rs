//! A rule as a list of cases: it holds where all of one case holds.
use super::{Matcher, Rule};

/// More cases than this are not worth writing out.
const MOST: usize = 256;

/// Matchers that hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    /// All of these hold.
    pub holds: Vec<Matcher>,
    /// None of these does.
    pub holds_not: Vec<Matcher>,
}

/// A rule has too many cases to be written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rule has more than {MOST} cases")]
pub struct TooManyCases;

/// The cases of a rule, in its order.
pub fn cases(rule: &Rule) -> Result<Vec<Case>, TooManyCases> {
    of(rule, true)
}

/// Where the rule holds, or where it does not.
fn of(rule: &Rule, holds: bool) -> Result<Vec<Case>, TooManyCases> {
    match (rule, holds) {
        (Rule::Matcher(matcher), true) => Ok(vec![Case {
            holds: vec![matcher.clone()],
            ..Case::default()
        }]),
        (Rule::Matcher(matcher), false) => Ok(vec![Case {
            holds_not: vec![matcher.clone()],
            ..Case::default()
        }]),
        (Rule::Not(inner), _) => of(inner, !holds),
        (Rule::And(parts), true) | (Rule::Or(parts), false) => all(parts, holds),
        (Rule::Or(parts), true) | (Rule::And(parts), false) => any(parts, holds),
    }
}

fn any(parts: &[Rule], holds: bool) -> Result<Vec<Case>, TooManyCases> {
    let mut cases = Vec::new();
    for part in parts {
        cases.extend(of(part, holds)?);
        if cases.len() > MOST {
            return Err(TooManyCases);
        }
    }
    Ok(cases)
}

fn all(parts: &[Rule], holds: bool) -> Result<Vec<Case>, TooManyCases> {
    let mut cases = vec![Case::default()];
    for part in parts {
        let more = of(part, holds)?;
        if cases.len() * more.len() > MOST {
            return Err(TooManyCases);
        }
        let both = |case: &Case| more.iter().map(|other| case.and(other)).collect::<Vec<_>>();
        cases = cases.iter().flat_map(both).collect();
    }
    Ok(cases)
}

impl Case {
    /// Both hold; what both say is said once.
    fn and(&self, other: &Case) -> Case {
        let mut both = self.clone();
        let new = |known: &[Matcher], more: &[Matcher]| -> Vec<Matcher> {
            more.iter()
                .filter(|matcher| !known.contains(matcher))
                .cloned()
                .collect()
        };
        both.holds.extend(new(&self.holds, &other.holds));
        both.holds_not.extend(new(&self.holds_not, &other.holds_not));
        both
    }
}
