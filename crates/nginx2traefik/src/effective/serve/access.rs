//! Who may come in: address lists, passwords, auth servers, and how they go together.
use super::exchange::Exchange;
use crate::effective::request::Answer;

/// What the access phase says.
pub(super) enum Verdict {
    /// On to the backend.
    Pass,
    /// This status, with the location's error page.
    Status(u16),
    /// This answer.
    Answer(Answer),
}

/// The access phase.
pub(super) fn check(exchange: &mut Exchange<'_>) -> Verdict {
    super::auth::check(exchange)
}
