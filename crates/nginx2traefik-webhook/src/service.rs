//! From the bytes of a review to the bytes of its answer.
use crate::metrics::Metrics;
use nginx2traefik::admission::{Date, Done, Outcome, Policy, Request, Review, ReviewError, Verdict, answer, judge};
use std::sync::Arc;
use std::time::SystemTime;

/// Judges. Holds nothing but the policy and the counters.
pub(crate) struct Service {
    policy: Policy,
    metrics: Arc<Metrics>,
}

impl Service {
    pub(crate) fn new(policy: Policy, metrics: Arc<Metrics>) -> Self {
        Service { policy, metrics }
    }

    /// The answer, or why it is no review at all.
    pub(crate) fn review(&self, body: &[u8]) -> Result<Vec<u8>, ReviewError> {
        let review = Review::read(body).inspect_err(|error| self.refused(error))?;
        let verdict = match &review.request {
            Ok(request) => {
                let verdict = judge(&self.policy, request, today());
                self.metrics.review(&request.namespace, &verdict);
                say(&review.uid, request, &verdict);
                verdict
            }
            Err(error) => {
                self.refused(error);
                let verdict = Verdict::malformed(error.to_string());
                self.metrics.review("", &verdict);
                verdict
            }
        };
        Ok(answer(&review.uid, &verdict))
    }

    fn refused(&self, error: &ReviewError) {
        let reason = match error {
            ReviewError::Encoding(_) => "encoding",
            ReviewError::Form(_) => "form",
            ReviewError::Version { .. } => "version",
            ReviewError::Missing(_) => "missing",
            ReviewError::Object { .. } => "object",
        };
        self.metrics.error(reason);
        tracing::warn!(reason, %error, "not a review");
    }
}

/// The day of now, in UTC: exemptions end at its midnight.
fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Date::from_unix_days(since.map_or(0, |since| i64::try_from(since.as_secs() / 86_400).unwrap_or(i64::MAX)))
}

/// Somebody who is no API server may write anything of any length.
fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(256)]
}

fn say(uid: &str, request: &Request<'_>, verdict: &Verdict<'_>) {
    let name = request.object.as_ref().map_or("", |object| short(&object.name));
    let (uid, kind, namespace) = (short(uid), short(&request.kind_name), short(&request.namespace));
    let (user, dry_run) = (short(&request.user.name), request.dry_run);
    let word = verdict.outcome.word();
    let found = |done: Done| verdict.audit.get(done.word()).map(String::as_str);
    match verdict.outcome {
        Outcome::Clean | Outcome::Exempt => {
            tracing::debug!(verdict = word, uid, kind, namespace, name, user, dry_run, "review");
        }
        _ => {
            tracing::info!(
                verdict = word,
                uid,
                kind,
                namespace,
                name,
                user,
                dry_run,
                denied = found(Done::Denied),
                warned = found(Done::Warned),
                audited = found(Done::Audited),
                kept = found(Done::Kept),
                exempted = found(Done::Exempted),
                "review"
            );
        }
    }
}
