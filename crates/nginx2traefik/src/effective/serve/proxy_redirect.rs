//! What is changed in the headers of a backend's answer.
use super::exchange::Exchange;

/// One header of the reply, as the client gets it.
pub(super) fn change(_exchange: &Exchange<'_>, header: (String, String)) -> (String, String) {
    header
}
