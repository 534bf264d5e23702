use crate::catalog::directives;

const TABLE: &str = include_str!("../meanings.tsv");

/// What a directive means to whoever leaves nginx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nobody misses it; why.
    Nothing(&'static str),
    /// An annotation of ingress-nginx does the same; its name without the prefix.
    Annotation(&'static str),
    /// It is read as an [`crate::Effect`]; what it does.
    Effect(&'static str),
    /// It has no equivalent; what to do.
    Manual(&'static str),
    /// nginx knows no such directive.
    Unknown,
}

/// What a directive means.
///
/// ```
/// use nginx_snippet::{Meaning, meaning_of};
/// assert!(matches!(meaning_of("tcp_nodelay"), Meaning::Nothing(_)));
/// assert_eq!(meaning_of("proxy_read_timeout"), Meaning::Annotation("proxy-read-timeout"));
/// assert_eq!(meaning_of("client_max_body_sise"), Meaning::Unknown);
/// ```
pub fn meaning_of(directive: &str) -> Meaning {
    let mut best: Option<(usize, Meaning)> = None;
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, meaning)) = row(line) else { continue };
        let length = match name.strip_suffix('*') {
            Some(start) if directive.starts_with(start) => start.len(),
            None if name == directive => usize::MAX,
            _ => continue,
        };
        if best.is_none_or(|(longest, _)| length > longest) {
            best = Some((length, meaning));
        }
    }
    match best {
        Some((_, meaning)) => meaning,
        None if directives(directive).is_empty() => Meaning::Unknown,
        None => Meaning::Manual("find out what it is for; nothing like it is written for Traefik"),
    }
}

fn row(line: &'static str) -> Option<(&'static str, Meaning)> {
    let mut cells = line.splitn(3, '\t');
    let (name, class, note) = (cells.next()?, cells.next()?, cells.next()?);
    let meaning = match class {
        "nothing" => Meaning::Nothing(note),
        "annotation" => Meaning::Annotation(note),
        "effect" => Meaning::Effect(note),
        _ => Meaning::Manual(note),
    };
    Some((name, meaning))
}
