//! One line of JSON for each event, on standard error.

/// Begins to write events of this level and above.
pub fn start(level: tracing::Level) {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .finish();
    // a second start changes nothing
    let _ = tracing::subscriber::set_global_default(subscriber);
}
