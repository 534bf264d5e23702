//! All findings of a run as text.
use super::card::card;
use super::group::{Group, groups, place};
use super::sanitize::sanitize;
use super::style::{Ink, Style};
use nginx2traefik::finding::{Finding, Severity};
use nginx2traefik::source::Sources;

/// Errors and warnings as cards, notes as a list.
pub(super) fn findings(sources: &Sources, findings: &[&Finding], style: &Style, all: bool) -> String {
    let mut out = String::new();
    let groups = groups(findings, all);
    let (cards, notes): (Vec<&Group>, Vec<&Group>) = groups.iter().partition(|g| all || g.severity() > Severity::Note);
    for group in cards {
        out += &card(sources, group.first, style);
        for line in group.rest(sources) {
            out += &wrapped(&line, "  also: ", "        ", style);
        }
        out.push('\n');
    }
    if !notes.is_empty() {
        out += &style.paint(Ink::Bold, "Worth knowing");
        out.push('\n');
        for group in notes {
            out += &note(sources, group, style);
        }
        out.push('\n');
    }
    out
}

/// A note in one paragraph: what it says, what differs, what to do about it, where.
fn note(sources: &Sources, group: &Group, style: &Style) -> String {
    let first = group.first;
    let more = match group.others.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let mut text = format!("{}: {}", first.rule, sentence(&first.message));
    if !first.differences.is_empty() {
        text += &format!(" Differs: {}", sentence(&first.differences.join("; ")));
    }
    if !first.help.is_empty() {
        text += &format!(" {}", sentence(&first.help));
    }
    let text = format!("{} [{}{more}]", sanitize(&text), place(sources, first));
    wrapped(&text, "  - ", "    ", style)
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    };
    if capital.ends_with(['.', '!', '?']) {
        capital
    } else {
        format!("{capital}.")
    }
}

/// A paragraph with its first and its other indentations; ends with a line feed.
pub(crate) fn wrapped(text: &str, first: &str, others: &str, style: &Style) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > style.width {
            out += line.trim_end();
            out.push('\n');
            line = others.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    out + line.trim_end() + "\n"
}
