//! Names in OpenSSL's cipher lists.

/// Whether a list selects any cipher at all: where it does not, nginx refuses the configuration ("no cipher match").
///
/// OpenSSL, `openssl-ciphers`: unknown names are skipped; `!`, `-` only take away, `+` only moves, `@` is a command.
pub fn selects_any(list: &str) -> bool {
    let entries = list.split([':', ',', ' ']).filter(|e| !e.is_empty());
    let mut selecting = entries.filter(|e| !e.starts_with(['!', '-', '+', '@']));
    selecting.any(|entry| entry.split('+').all(is_known))
}

/// A suite (`ECDHE-RSA-AES128-GCM-SHA256`, `TLS_AES_...`) or the name of a group of them.
fn is_known(name: &str) -> bool {
    let is_suite = name.contains('-') && name.split('-').all(|part| PARTS.contains(&part));
    GROUPS.contains(&name) || is_suite
}

/// What the names of suites are made of.
const PARTS: &[&str] = &[
    "AES128",
    "AES256",
    "ARIA128",
    "ARIA256",
    "CAMELLIA128",
    "CAMELLIA256",
    "CBC",
    "CBC3",
    "CCM",
    "CCM8",
    "CHACHA20",
    "DES",
    "DHE",
    "DSS",
    "ECDHE",
    "ECDSA",
    "GCM",
    "MD5",
    "NULL",
    "POLY1305",
    "PSK",
    "RC4",
    "RSA",
    "SEED",
    "SHA",
    "SHA256",
    "SHA384",
    "SRP",
];

const GROUPS: &[&str] = &[
    "3DES",
    "ADH",
    "AECDH",
    "AES",
    "AES128",
    "AES256",
    "AESCCM",
    "AESCCM8",
    "AESGCM",
    "ALL",
    "ARIA",
    "ARIA128",
    "ARIA256",
    "CAMELLIA",
    "CAMELLIA128",
    "CAMELLIA256",
    "CBC",
    "CHACHA20",
    "COMPLEMENTOFALL",
    "COMPLEMENTOFDEFAULT",
    "DEFAULT",
    "DH",
    "DHE",
    "DSS",
    "ECDH",
    "ECDHE",
    "ECDHEPSK",
    "ECDSA",
    "EDH",
    "EECDH",
    "HIGH",
    "LOW",
    "MD5",
    "MEDIUM",
    "NULL",
    "PROFILE=SYSTEM",
    "PSK",
    "RSA",
    "RSAPSK",
    "SEED",
    "SHA",
    "SHA1",
    "SHA256",
    "SHA384",
    "SRP",
    "SSLv3",
    "SUITEB128",
    "SUITEB128C2",
    "SUITEB128ONLY",
    "SUITEB192",
    "TLSv1",
    "TLSv1.0",
    "TLSv1.2",
    "aDSS",
    "aECDSA",
    "aNULL",
    "aPSK",
    "aRSA",
    "aSRP",
    "eNULL",
    "kDHE",
    "kDHEPSK",
    "kECDHE",
    "kECDHEPSK",
    "kEDH",
    "kEECDH",
    "kPSK",
    "kRSA",
    "kRSAPSK",
    "kSRP",
];

#[cfg(test)]
mod tests {
    use super::selects_any;

    #[test]
    fn known_and_unknown_names() {
        for list in [
            "HIGH:!aNULL",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "NOSUCH:DEFAULT",
            "ECDHE+AESGCM",
            "ALL:@SECLEVEL=0",
        ] {
            assert!(selects_any(list), "{list}");
        }
        for list in ["NOSUCH", "10", "", "!HIGH", "ewma"] {
            assert!(!selects_any(list), "{list}");
        }
    }
}
