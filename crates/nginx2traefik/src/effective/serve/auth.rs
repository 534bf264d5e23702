//! Passwords and auth servers.
use super::access::Verdict;
use super::exchange::Exchange;
use crate::effective::request::Answer;

/// Whether the request's credentials and the auth server let it in.
pub(super) fn check(exchange: &mut Exchange<'_>) -> Verdict {
    if exchange.settings.external_auth.is_some() {
        return Verdict::Answer(Answer::Unknown("depends on the auth server".into()));
    }
    if exchange.settings.basic_auth.is_some() {
        return Verdict::Status(401);
    }
    Verdict::Pass
}
