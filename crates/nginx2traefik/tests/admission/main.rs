//! What the admission webhook answers, in the words of its users.
mod ask;
mod ratchet;
mod texts;
