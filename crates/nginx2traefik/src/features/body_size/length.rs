//! Numbers above a limit, as an expression.

/// An expression for every decimal number greater than `limit`, leading zeros allowed: what a Content-Length is matched against.
pub fn longer_than(limit: u64) -> String {
    let digits = limit.to_string();
    let mut alternatives = vec![format!("[0-9]{{{},}}", digits.len() + 1)];
    for (at, digit) in digits.char_indices() {
        let rest = digits.len() - at - 1;
        if digit == '9' {
            continue;
        }
        let above = match digit {
            '8' => "9".to_owned(),
            _ => format!("[{}-9]", char::from(digit as u8 + 1)),
        };
        let tail = if rest == 0 {
            String::new()
        } else {
            format!("[0-9]{{{rest}}}")
        };
        alternatives.push(format!("{}{above}{tail}", &digits[..at]));
    }
    format!("^0*({})$", alternatives.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_numbers_above_the_limit_match() {
        for limit in [0, 1, 8, 9, 10, 99, 100, 1024, 1_048_576, 8_999_999, 10_737_418_240] {
            let regex = regex::Regex::new(&longer_than(limit)).unwrap();
            for number in [0, limit / 10, limit.saturating_sub(1), limit] {
                assert!(!regex.is_match(&number.to_string()), "{number} > {limit}");
            }
            for number in [limit + 1, limit + 10, limit * 2 + 1, limit * 10 + 9, u64::MAX] {
                assert!(regex.is_match(&number.to_string()), "{number} <= {limit}");
                assert!(regex.is_match(&format!("00{number}")), "00{number} <= {limit}");
            }
        }
    }
}
