//! Releases of Traefik, as image tags name them.
use super::Version;
use std::fmt;

/// A release, or a line of them where no patch is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    major: u32,
    minor: u32,
    patch: Option<u32>,
}

impl Release {
    /// `3.6`, `v3.6.11`, `3.7.0-rc.1`, `v3.7.2@sha256:...`; none for anything else (`latest`, `v3`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split(['-', '+', '@']).next().unwrap_or(text);
        let mut parts = text.split('.').map(|part| part.parse::<u32>());
        let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
        let patch = match parts.next() {
            Some(part) => Some(part.ok()?),
            None => None,
        };
        parts.next().is_none().then_some(Release { major, minor, patch })
    }

    /// The line that is written for; none for one that is not known.
    pub fn version(self) -> Option<Version> {
        match (self.major, self.minor) {
            (3, 6) => Some(Version::V3_6),
            (3, 7) => Some(Version::V3_7),
            _ => None,
        }
    }

    /// The known line that is nearest.
    pub fn nearest(self) -> Version {
        if (self.major, self.minor) <= (3, 6) {
            Version::V3_6
        } else {
            Version::V3_7
        }
    }

    /// Whether this release is older than `major.minor.patch`; a line without a patch is taken as its newest release.
    pub fn before(self, major: u32, minor: u32, patch: u32) -> bool {
        (self.major, self.minor, self.patch.unwrap_or(u32::MAX)) < (major, minor, patch)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, Version};

    #[test]
    fn tags_are_read() {
        let version = |tag| Release::parse(tag).and_then(Release::version);
        assert_eq!(version("v3.6.11"), Some(Version::V3_6));
        assert_eq!(version("3.7"), Some(Version::V3_7));
        assert_eq!(version("v3.7.0-rc.1"), Some(Version::V3_7));
        assert_eq!(version("v2.11.3"), None);
        assert_eq!(version("latest"), None);
    }

    #[test]
    fn a_patch_that_is_not_named_is_the_newest() {
        let before = |tag| Release::parse(tag).unwrap().before(3, 7, 1);
        assert!(before("3.6.11") && before("3.7.0") && before("3.6"));
        assert!(!before("3.7") && !before("3.7.1"));
    }
}
