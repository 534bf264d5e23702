//! What the result is written for.

/// The lines of releases that differ in what they can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 3.6 (measured: 3.6.11)
    V3_6,
    /// 3.7 (measured: 3.7.15)
    V3_7,
}

impl Version {
    /// `3.6`, `3.7`
    pub fn as_str(self) -> &'static str {
        match self {
            Version::V3_6 => "3.6",
            Version::V3_7 => "3.7",
        }
    }
}
