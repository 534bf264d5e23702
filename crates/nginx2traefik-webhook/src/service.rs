//! From the bytes of a review to the bytes of its answer.
use crate::metrics::Metrics;
use nginx2traefik::admission::{Date, Outcome, Policy, Request, Review, ReviewError, Verdict, answer, judge};
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

fn say(uid: &str, request: &Request<'_>, verdict: &Verdict<'_>) {
    let name = request.object.as_ref().map_or("", |object| &object.name);
    let (kind, namespace, user) = (&request.kind_name, &request.namespace, &request.user.name);
    let (word, dry_run) = (verdict.outcome.word(), request.dry_run);
    let found = |done: &str| verdict.audit.get(done).map(String::as_str);
    match verdict.outcome {
        Outcome::Clean | Outcome::Exempt => {
            tracing::debug!(verdict = word, uid, %kind, %namespace, name, %user, dry_run, "review");
        }
        _ => {
            tracing::info!(
                verdict = word, uid, %kind, %namespace, name, %user, dry_run,
                denied = found("denied"), warned = found("warned"), audited = found("audited"),
                kept = found("kept"), exempted = found("exempted"), "review"
            );
        }
    }
}
