//! What an annotation on an Ingress is, told from its full name.
use super::{AnnotationRule, DEFAULT_PREFIX, Name, NameGroup, Registry, distance};

/// What an annotation's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// An annotation that this controller reads.
    Nginx(AnnotationRule),
    /// Looks like one and never was: it does nothing today.
    NeverExisted(&'static Name),
    /// Has the right prefix and is not known: it does nothing today. [`Registry::suggest`] knows what may have been meant; it looks at
    /// every key, so it is asked only where the answer is shown.
    UnknownNginx,
    /// Stands under a prefix that this controller does not read: it does nothing today.
    LegacyPrefix {
        /// The annotation of that name, if there is one.
        rule: Option<AnnotationRule>,
    },
    /// Was an annotation once: it does nothing today.
    Removed(&'static Name),
    /// Belongs to another program.
    Foreign(&'static Name),
    /// Belongs to F5's NGINX Ingress Controller: it does nothing under ingress-nginx.
    F5Nginx(&'static Name),
    /// Belongs to Traefik: asleep today, active after the migration.
    TraefikOwn(&'static Name),
    /// Selects the Ingress class.
    ClassSelector(&'static Name),
    /// Anything else: none of our business.
    Other,
}

impl Registry {
    /// Tells what an annotation is from its full name and the controller's `--annotations-prefix`.
    pub fn classify(&self, name: &str, annotations_prefix: &str) -> NameKind {
        if let Some(key) = key_under(name, annotations_prefix) {
            return self.under_prefix(key);
        }
        if let Some(key) = key_under(name, DEFAULT_PREFIX) {
            return NameKind::LegacyPrefix {
                rule: self.annotation(key),
            };
        }
        let Some(entry) = self.name(name) else {
            return NameKind::Other;
        };
        match entry.group {
            NameGroup::Class => NameKind::ClassSelector(entry),
            NameGroup::LegacyPrefix => {
                let key = name.split_once('/').map_or(name, |(_, key)| key);
                NameKind::LegacyPrefix {
                    rule: self.annotation(key),
                }
            }
            NameGroup::Foreign => NameKind::Foreign(entry),
            NameGroup::F5 => NameKind::F5Nginx(entry),
            NameGroup::Traefik => NameKind::TraefikOwn(entry),
            // without a prefix these are nobody's
            NameGroup::Removed | NameGroup::NeverExisted => NameKind::Other,
        }
    }

    fn under_prefix(&self, key: &str) -> NameKind {
        if let Some(rule) = self.annotation(key) {
            return NameKind::Nginx(rule);
        }
        match self.name(key) {
            Some(entry) if entry.group == NameGroup::Removed => NameKind::Removed(entry),
            Some(entry) if entry.group == NameGroup::NeverExisted => NameKind::NeverExisted(entry),
            _ => NameKind::UnknownNginx,
        }
    }

    /// The known key that is nearest to `key`, if it is near.
    pub fn suggest(&self, key: &str) -> Option<&'static str> {
        let written = key.to_lowercase().replace('_', "-");
        let near = (written.len() / 5).max(1);
        self.keys()
            .map(|known| (distance::edits(&written, known.key), known.key))
            .filter(|(edits, _)| *edits <= near)
            .min()
            .map(|(_, key)| key)
    }
}

fn key_under<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    name.strip_prefix(prefix)?.strip_prefix('/')
}
