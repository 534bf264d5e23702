//! One finding as people see it. The only file that knows miette.
use super::sanitize::sanitize;
use super::style::Style;
use super::window::Window;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents};
use miette::{SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles};
use nginx2traefik::finding::{Finding, Severity};
use nginx2traefik::source::{Sources, Span};
use std::fmt;

/// A finding, drawn; ends with an empty line.
pub(crate) fn card(sources: &Sources, finding: &Finding, style: &Style) -> String {
    let card = Card::new(sources, finding);
    let mut out = String::new();
    match handler(style).render_report(&mut out, &card) {
        Ok(()) => out,
        // the plain sentence is better than nothing
        Err(fmt::Error) => format!("{}: {}\n", card.path, card.message),
    }
}

fn handler(style: &Style) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles: if style.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_links(style.links)
        .with_urls(style.links)
        .with_link_display_text("(docs)")
        .with_width(style.width)
        .with_break_words(false)
        .without_syntax_highlighting()
}

#[derive(Debug)]
struct Card {
    path: String,
    rule: String,
    url: Option<String>,
    severity: miette::Severity,
    message: String,
    causes: Option<Cause>,
    help: String,
    labels: Vec<LabeledSpan>,
    window: Option<Shown>,
}

/// What stands below the message, line after line.
#[derive(Debug)]
struct Cause {
    text: String,
    next: Option<Box<Cause>>,
}

impl Card {
    fn new(sources: &Sources, finding: &Finding) -> Self {
        let places: Vec<Span> = std::iter::once(finding.primary.span)
            .chain(finding.secondary.iter().map(|l| l.span))
            .collect();
        let window = Window::new(sources, &places);
        let path = sanitize(&sources.get(finding.primary.span.source).path);
        let texts: Vec<&str> = std::iter::once(&finding.primary)
            .chain(&finding.secondary)
            .map(|l| l.text.as_str())
            .collect();
        let hidden = |at: usize| window.as_ref().is_none_or(|w| w.labels[at].is_none());
        let elsewhere: Vec<String> = (1..places.len())
            .filter(|at| hidden(*at))
            .map(|at| elsewhere(sources, &places[at], texts[at]))
            .collect();
        let message = match &window {
            Some(_) => sanitize(&finding.message),
            None => format!("{path}: {}", sanitize(&finding.message)),
        };
        Card {
            rule: sanitize(&finding.rule),
            url: super::docs(&finding.rule),
            severity: match finding.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
                Severity::Note => miette::Severity::Advice,
            },
            message,
            causes: Cause::chain(super::details(finding).into_iter().chain(elsewhere)),
            help: sanitize(&finding.help),
            labels: window.as_ref().map(|w| labels(w, &texts)).unwrap_or_default(),
            window: window.map(|window| Shown {
                window,
                path: path.clone(),
            }),
            path,
        }
    }
}

impl Cause {
    fn chain(lines: impl DoubleEndedIterator<Item = String>) -> Option<Self> {
        lines.rev().fold(None, |next, text| {
            Some(Cause {
                text: sanitize(&text),
                next: next.map(Box::new),
            })
        })
    }
}

fn elsewhere(sources: &Sources, span: &Span, text: &str) -> String {
    let at = sources.position(span);
    let text = if text.is_empty() { "see also" } else { text };
    format!("{}:{}:{}: {text}", sources.get(span.source).path, at.line, at.column)
}

fn labels(window: &Window, texts: &[&str]) -> Vec<LabeledSpan> {
    let places = window.labels.iter().zip(texts).enumerate();
    places
        .filter_map(|(at, (place, text))| {
            let span = SourceSpan::from(place.clone()?);
            let text = (!text.is_empty()).then(|| sanitize(text));
            Some(if at == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            })
        })
        .collect()
}

/// A window as miette wants its source.
#[derive(Debug)]
struct Shown {
    window: Window,
    path: String,
}

impl SourceCode for Shown {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.window.text.read_span(span, before, after)?;
        // without context miette asks for the position that it writes at the top
        let column = if before + after == 0 {
            self.window.column
        } else {
            inner.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.window.first_line,
            column,
            inner.line_count(),
        )))
    }
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Card {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.causes.as_ref().map(|cause| cause as _)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.next.as_deref().map(|next| next as _)
    }
}

impl Diagnostic for Card {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as _)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.window.as_ref().map(|window| window as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as _)
    }
}
