//! What the admission webhook answers: whether an object may be stored while ingress-nginx is being retired.
//!
//! Pure: no clock (today is given), no sockets. What a name means comes from the same [`rules`](crate::rules) that `lint` reads.
//! An update is a ratchet: what the stored object has already is tolerated and warned of, what is new or changed is judged, and to
//! remove something is always allowed. So an update of the status, of finalizers or of labels passes by itself, and an update of the
//! *subresource* `status` that smuggles in annotations does not: the API server resets only `spec` there
//! (kubernetes pkg/registry/networking/ingress/strategy.go, ingressStatusStrategy.PrepareForUpdate).
mod answer;
mod date;
mod exemption;
mod find;
mod json;
mod judge;
mod message;
mod object;
mod policy;
mod review;
mod stored;
mod walk;

pub use answer::answer;
pub use date::Date;
use exemption::Exemption;
pub use exemption::{REASON, UNTIL};
pub(crate) use find::SOLVER_CLASSES;
pub use find::{Found, Place, What, find};
pub use judge::judge;
pub use message::{MESSAGE_BYTES, WARNING_CHARS, WARNINGS_CHARS};
pub(crate) use object::DEFAULT_CLASS;
pub use object::{Kind, Named, Object};
pub use policy::{Exempt, Exemptions, Mode, NamespacePolicy, Nginx, Policy};
pub use review::{Operation, Request, Review, ReviewError, User};
pub use stored::{Stored, stored};

use std::collections::BTreeMap;

/// What is done about something that was found. The later ones decide the [`Outcome`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Done {
    /// Written into the audit log.
    Audited,
    /// Warned of: the stored object has it too, with the same value.
    Kept,
    /// Warned of.
    Warned,
    /// Let through by an exemption on the object.
    Exempted,
    /// Refused.
    Denied,
}

impl Done {
    /// All of them.
    pub const ALL: [Done; 5] = [Done::Audited, Done::Kept, Done::Warned, Done::Exempted, Done::Denied];

    /// The word, as metrics and the audit log have it.
    pub fn word(self) -> &'static str {
        match self {
            Done::Audited => "audited",
            Done::Kept => "kept",
            Done::Warned => "warned",
            Done::Exempted => "exempted",
            Done::Denied => "denied",
        }
    }
}

/// Something that was found, with what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged<'a> {
    /// What and where.
    pub found: Found<'a>,
    /// What is done.
    pub done: Done,
}

/// In one word, what became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing was found.
    Clean,
    /// The namespace, the user or a group is exempt: nothing was looked for.
    Exempt,
    /// Something was found, and an exemption on the object covers it.
    Exempted,
    /// Something was found that is only written into the audit log.
    Audited,
    /// Something was found that the user is warned of.
    Warned,
    /// The request is refused.
    Denied,
    /// The request is refused because it could not be read.
    Malformed,
}

impl Outcome {
    /// The word, as metrics and logs have it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Clean => "clean",
            Outcome::Exempt => "exempt",
            Outcome::Exempted => "exempted",
            Outcome::Audited => "audited",
            Outcome::Warned => "warned",
            Outcome::Denied => "denied",
            Outcome::Malformed => "malformed",
        }
    }
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// For the user, where it is refused. At most [`MESSAGE_BYTES`].
    pub message: String,
    /// For the user, in any case; each at most [`WARNING_CHARS`], all together at most [`WARNINGS_CHARS`].
    pub warnings: Vec<String>,
    /// For the audit log; keys are words, values lists of rules.
    pub audit: BTreeMap<&'static str, String>,
    /// Everything that was found, in the order of the object.
    pub judged: Vec<Judged<'a>>,
}

impl Verdict<'_> {
    /// Whether the object may be stored.
    pub fn allowed(&self) -> bool {
        !matches!(self.outcome, Outcome::Denied | Outcome::Malformed)
    }

    /// A refusal of what could not be read.
    pub fn malformed(message: impl Into<String>) -> Verdict<'static> {
        Verdict {
            outcome: Outcome::Malformed,
            message: message::cut(&message.into(), MESSAGE_BYTES),
            warnings: Vec::new(),
            audit: BTreeMap::new(),
            judged: Vec::new(),
        }
    }
}
