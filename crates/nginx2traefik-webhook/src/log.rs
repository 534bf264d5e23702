//! One line of JSON for each event.
use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;

/// Begins to write events of this level and above, on standard error.
pub fn start(level: tracing::Level) {
    // a second start changes nothing
    let _ = tracing::subscriber::set_global_default(lines(level, std::io::stderr));
}

/// Who writes them.
pub fn lines<W>(level: tracing::Level, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level)
        .with_writer(writer)
        .finish()
}
