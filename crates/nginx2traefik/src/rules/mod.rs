//! What is known about each annotation, ConfigMap key and annotation name: the rule files under `rules/`, parsed.
//!
//! A rule file is TOML front matter between `+++` lines, then a Markdown page. The facts are the front matter; lint, migrate,
//! explain and the support table all read them from here. The page is shown as it stands; its `## Title` sections hold
//! examples, whose fenced blocks other tests run.
//!
//! Behind an input `yaml nginx` stand `yaml ingress` and `report`, then `yaml gateway` and, where something else is said,
//! `report gateway`: what `migrate` makes of it for each target, and what it says.
//!
//! An `http` block is a list of requests with the answers of ingress-nginx:
//! ```text
//! METHOD URL Name: value Name: value   three names are no headers: `Body-Bytes: n` is a body of n bytes, `Client-Certificate: trusted`
//!                                   (or `unknown`) what the client shows, `Client-Address` where it comes from
//! => 200 | 204                      one of these statuses; `refused`: the connection ends without an answer
//! => of 20: 200 503                 sent so many times at once: each of these statuses comes, and no other
//! => cookie NAME: Path=/; Secure    a cookie with that name is set and has these attributes, among others
//! => Name: value                    a response header
//! => no Name                        a response header that must be absent
//! => on gateway 3.6: 401            what a run answers instead, and the report tells: any of `ingress` `gateway`, `3.6` `3.7`,
//!                                   `plain` `exact`
//! => backend server: echo           which Service answers
//! => backend path: /x?y=1           what it receives: path, host, or a header
//! => backend no Name                a request header that the backend must not receive
//! ```
//! A block `yaml controller` holds settings of the controller that an example needs. Certificates in an example stand for those of
//! the authority that signs `Client-Certificate: trusted`, and everything in the namespace `default` is moved to one of its own.
mod classify;
mod distance;
mod embedded;
mod error;
mod file;
mod registry;
mod run;
mod target;

pub use classify::NameKind;
pub use error::RuleError;
pub use file::{
    Annotation, ConfigKey, Directive, Exception, Invalid, Kept, Name, NameGroup, Risk, Rule, Scope, Support, Value,
    ValueType,
};
pub use registry::{AnnotationRule, DEFAULT_PREFIX, DirectiveRule, Key, Registry, registry};
pub use run::{Proof, Run, recorded_run};
pub use target::Target;
