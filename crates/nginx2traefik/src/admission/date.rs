//! Days, without a clock.
use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

impl Date {
    /// So many days after 1970-01-01.
    pub fn from_unix_days(days: i64) -> Self {
        Date { days }
    }

    /// Reads `2027-01-31`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| text.parse::<i64>().ok()).flatten()
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        let date = Date {
            days: days_of(year, month, day),
        };
        // the 31st of a month of 30 days would be the first of the next
        (date.civil() == (year, month, day)).then_some(date)
    }

    /// Days from `earlier` to this one.
    pub fn days_after(self, earlier: Date) -> i64 {
        self.days - earlier.days
    }

    /// Year, month, day. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    fn civil(self) -> (i64, i64, i64) {
        let shifted = self.days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

/// The same source, days_from_civil.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_are_counted_through_leap_years() {
        assert_eq!(Date::parse("1970-01-01"), Some(Date::from_unix_days(0)));
        assert_eq!(Date::parse("2027-03-01").map(|d| d.days), Some(20_878));
        for day in (-100_000..100_000).step_by(17) {
            let date = Date::from_unix_days(day);
            if day > -700_000 {
                assert_eq!(Date::parse(&date.to_string()), Some(date));
            }
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "2027-02-29",
            "2027-13-01",
            "2027-1-1",
            "31.01.2027",
            "2027-01-31T00:00:00Z",
            "+027-01-01",
            "2027-00-10",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
