//! When a certificate ends: the one field of X.509 (RFC 5280, section 4.1) that is needed here and that rustls does not show.

/// Seconds since 1970 at which the certificate (DER) ends; none where it is no certificate.
pub(crate) fn ends(der: &[u8]) -> Option<i64> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    // version [0] is there in all but the first version; then serialNumber, signature, issuer
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2;
    }
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, after) = element(validity)?;
    let (tag, text, _) = element(after)?;
    time(tag, std::str::from_utf8(text).ok()?)
}

/// Tag, content, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long - 0x80))?;
            (
                digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)),
                rest,
            )
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// UTCTime `YYMMDDHHMMSSZ` (years 1950 to 2049) or GeneralizedTime `YYYYMMDDHHMMSSZ`.
fn time(tag: u8, text: &str) -> Option<i64> {
    let text = match tag {
        0x17 => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        0x18 => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| text.get(from..to);
    let date = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let epoch = nginx2traefik::admission::Date::from_unix_days(0);
    let days = nginx2traefik::admission::Date::parse(&date)?.days_after(epoch);
    let number = |from: usize, to: usize| part(from, to)?.parse::<i64>().ok();
    Some(days * 86_400 + number(8, 10)? * 3_600 + number(10, 12)? * 60 + number(12, 14)?)
}

#[cfg(test)]
mod tests {
    use super::{ends, time};

    #[test]
    fn both_forms_of_time_are_read() {
        assert_eq!(time(0x17, "700101000001Z"), Some(1));
        assert_eq!(time(0x18, "20270131120000Z"), Some(1_801_396_800));
        assert_eq!(time(0x17, "27"), None);
    }

    #[test]
    fn a_made_certificate_ends_when_it_should_and_rubbish_is_none() {
        let mut params = rcgen::CertificateParams::new(vec!["a".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2027, 1, 31);
        let key = rcgen::KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        assert_eq!(ends(&der), Some(1_801_353_600));
        for length in 0..der.len().min(200) {
            assert!(ends(&der[..length]).is_none());
        }
    }
}
