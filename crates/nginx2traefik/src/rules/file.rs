//! The form of one rule file.
use super::{RuleError, Target};
use crate::finding::Fidelity;
use serde::{Deserialize, Serialize};

/// One feature: its annotations, ConfigMap keys and names, and the page that explains them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Id of the feature, the file's name: `cors`.
    pub feature: String,
    /// What people call it: `Cross-origin requests (CORS)`.
    pub title: String,
    /// One sentence: what it is for.
    pub summary: String,
    /// Sorted by name.
    #[serde(default, rename = "annotation")]
    pub annotations: Vec<Annotation>,
    /// Keys of the controller's ConfigMap, sorted by name.
    #[serde(default, rename = "configmap")]
    pub configmap: Vec<ConfigKey>,
    /// Names that are no annotation of ingress-nginx, sorted.
    #[serde(default, rename = "name")]
    pub names: Vec<Name>,
    /// nginx directives that mean this feature inside a snippet, sorted.
    #[serde(default, rename = "directive")]
    pub directives: Vec<Directive>,
    /// Markdown after the front matter.
    #[serde(skip)]
    pub page: String,
}

/// What is known about one annotation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Annotation {
    /// Without the prefix: `cors-allow-origin`.
    pub name: String,
    /// Older names that ingress-nginx reads where this one is absent or empty.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it takes.
    pub value: Value,
    /// What it acts upon.
    pub scope: Scope,
    /// Losing it may open something.
    pub protects: bool,
    /// The risk level that ingress-nginx gives it.
    pub risk: Option<Risk>,
    /// What a value that ingress-nginx does not accept does there.
    pub invalid: Invalid,
    /// Values for which `invalid` is not the whole story.
    #[serde(default)]
    pub invalid_note: String,
    /// Whether this version converts it. If not, it blocks its object.
    pub converted: bool,
    /// One sentence: what it does in ingress-nginx.
    pub summary: String,
    /// Traefik's Ingress provider and CRDs.
    pub ingress: Support,
    /// Traefik's Gateway API provider.
    pub gateway: Support,
}

/// What an annotation takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Kind of the value.
    #[serde(rename = "type")]
    pub kind: ValueType,
    /// What holds without it; empty: nothing.
    pub default: String,
    /// The values of an enumeration.
    #[serde(default)]
    pub values: Vec<String>,
    /// The ConfigMap key that gives the default; empty: none.
    pub configmap: String,
}

/// Kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    /// What Go's strconv.ParseBool takes: 1, t, T, TRUE, true, True and their opposites.
    Bool,
    /// A comma-separated list.
    Csv,
    /// `namespace/name` of a ConfigMap.
    ConfigMap,
    /// One of a few words.
    Enum,
    /// An integer.
    Int,
    /// `name` or `namespace/name` of a Secret.
    Secret,
    /// A number of seconds without a unit.
    Seconds,
    /// Name of a Service.
    Service,
    /// A number of bytes with k, m or g.
    Size,
    /// nginx (or ModSecurity) configuration.
    Snippet,
    /// Anything else.
    Text,
    /// A URL or a path.
    Url,
}

/// What an annotation acts upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The paths of its Ingress.
    Location,
    /// Its Ingress as a whole.
    Ingress,
    /// The host, also for other Ingresses.
    Server,
    /// The Service and port, also for other Ingresses.
    Upstream,
}

/// Risk level that ingress-nginx gives an annotation; above `annotations-risk-level` the whole Ingress is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the levels are the names of ingress-nginx")]
pub enum Risk {
    Low,
    Medium,
    High,
    Critical,
}

/// What a value that ingress-nginx does not accept does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Invalid {
    /// As if the annotation were absent.
    Ignored,
    /// The whole Ingress is not served.
    Refused,
    /// The paths of the Ingress answer 503 (for a client certificate: the host answers 403).
    Closed,
    /// The path is served without the protection: the group is dropped, or the value means everybody.
    Open,
    /// nginx refuses the configuration: no change of any Ingress is loaded any more.
    Breaks,
}

/// How well one target does what the annotation does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The grade.
    pub fidelity: Fidelity,
    /// One sentence: what Traefik gets.
    pub plain: String,
    /// What differs for a client, one by one.
    #[serde(default)]
    pub differences: Vec<String>,
    /// Values or situations with another grade.
    #[serde(default)]
    pub except: Vec<Exception>,
}

/// A situation in which the grade is another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The situation.
    pub when: String,
    /// The grade then.
    pub fidelity: Fidelity,
}

/// A key of the controller's ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigKey {
    /// The key.
    pub name: String,
    /// What holds without it; empty: nothing.
    pub default: String,
    /// Whether it is written out with each Ingress; if not, it becomes static configuration or is only read.
    pub per_ingress: bool,
    /// Losing it may open something.
    #[serde(default)]
    pub protects: bool,
    /// One sentence: what it does.
    pub meaning: String,
}

/// A name that people write and that is no annotation of ingress-nginx v1.15.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// A full name, or for [`NameGroup::Removed`] and [`NameGroup::NeverExisted`] one without prefix. A final `*` stands for
    /// any text.
    pub name: String,
    /// What it is.
    pub group: NameGroup,
    /// What the converter does with it.
    pub kept: Kept,
    /// The key that people meant, or a few words on where the setting lives; empty: nothing.
    #[serde(default)]
    pub meant: String,
    /// Version of ingress-nginx that removed it.
    #[serde(default)]
    pub since: String,
    /// People may believe that it protects something.
    #[serde(default)]
    pub protects: bool,
    /// One sentence about it.
    pub summary: String,
}

/// What a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameGroup {
    /// Selects the class of an Ingress.
    Class,
    /// The prefix that ingress-nginx read before 0.9.
    LegacyPrefix,
    /// Was an annotation of ingress-nginx.
    Removed,
    /// Never was one.
    NeverExisted,
    /// Belongs to another program that reads Ingresses or their annotations.
    Foreign,
    /// Belongs to F5's NGINX Ingress Controller.
    F5,
    /// Belongs to Traefik.
    Traefik,
}

/// What the converter does with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// Stays as it is.
    Kept,
    /// Stays, changed or with another object beside it where the target needs that.
    Adapted,
    /// Goes: it has no effect.
    Dropped,
}

/// An nginx directive that means this feature inside a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Directive {
    /// The directive: `proxy_read_timeout`.
    pub name: String,
    /// Others of which the same is to be said, sorted.
    #[serde(default)]
    pub also: Vec<String>,
    /// One sentence: what it does in nginx.
    pub summary: String,
    /// How well Traefik's Ingress provider and CRDs do the same; absent where an annotation does the same.
    pub ingress: Option<Fidelity>,
    /// How well Traefik's Gateway API provider does; absent where an annotation does the same.
    pub gateway: Option<Fidelity>,
    /// The annotation that does the same and holds the grades.
    #[serde(default)]
    pub annotation: String,
    /// One sentence: what Traefik does instead, or what to do by hand.
    pub instead: String,
}

impl Directive {
    /// All names that it speaks of.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.also).map(String::as_str)
    }
}

impl Annotation {
    /// How well `target` does it.
    pub fn support(&self, target: Target) -> &Support {
        match target {
            Target::Ingress => &self.ingress,
            Target::Gateway => &self.gateway,
        }
    }
}

impl Rule {
    /// Reads one rule file; `file` is its name without `.md`.
    pub fn parse(file: &str, text: &str) -> Result<Self, RuleError> {
        let no_front_matter = || RuleError::NoFrontMatter { file: file.to_owned() };
        let rest = text.strip_prefix("+++\n").ok_or_else(no_front_matter)?;
        let (front, page) = rest.split_once("\n+++\n").ok_or_else(no_front_matter)?;
        let mut rule: Self = toml::from_str(front).map_err(|e| RuleError::FrontMatter {
            file: file.to_owned(),
            message: e.to_string(),
        })?;
        rule.page = page.trim_start_matches('\n').to_owned();
        Ok(rule)
    }
}
