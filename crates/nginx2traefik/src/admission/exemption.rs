//! An exemption that an object carries: a reason, and a day on which it ends.
use super::date::Date;
use super::object::Object;
use super::policy::{Exempt, Exemptions};
use super::review::User;

/// Annotation: why the object is exempt.
pub const REASON: &str = "nginx2traefik.io/exempt-reason";
/// Annotation: the last day on which it is, `2027-01-31`.
pub const UNTIL: &str = "nginx2traefik.io/exempt-until";

/// What the annotations of an object come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Exemption<'a> {
    /// There are none.
    None,
    /// They count.
    Holds {
        /// The last day.
        until: Date,
        /// The reason.
        reason: &'a str,
    },
    /// They do not count, and this is why.
    Void(String),
}

/// Reads them. An exemption that the stored object has already may be kept by everybody.
pub(super) fn read<'a>(
    rules: &Exemptions,
    object: &'a Object<'_>,
    old: Option<&Object<'_>>,
    user: &User<'_>,
    today: Date,
) -> Exemption<'a> {
    let (reason, until) = (object.annotation(REASON), object.annotation(UNTIL));
    if reason.is_none() && until.is_none() {
        return Exemption::None;
    }
    if !rules.allowed {
        return Exemption::Void("this cluster takes no exemptions".into());
    }
    let Some(reason) = reason.map(str::trim).filter(|reason| !reason.is_empty()) else {
        return Exemption::Void(format!("the exemption has no reason ({REASON})"));
    };
    let Some(until) = until.and_then(Date::parse) else {
        return Exemption::Void(format!("the exemption has no last day ({UNTIL}: \"YYYY-MM-DD\")"));
    };
    let left = until.days_after(today);
    if left < 0 {
        return Exemption::Void(format!("the exemption ended on {until}"));
    }
    if left > i64::from(rules.max_days) {
        let days = rules.max_days;
        return Exemption::Void(format!(
            "the exemption lasts until {until}, and {days} days are the most"
        ));
    }
    let kept = old.is_some_and(|old| {
        old.annotation(REASON) == object.annotation(REASON) && old.annotation(UNTIL) == object.annotation(UNTIL)
    });
    let may = rules.groups.is_empty() || user.groups.iter().any(|group| Exempt::has(&rules.groups, group));
    if !kept && !may {
        return Exemption::Void("you may not write exemptions".into());
    }
    Exemption::Holds { until, reason }
}
