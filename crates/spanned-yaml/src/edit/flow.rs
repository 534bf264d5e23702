//! Removing from and inserting into collections in brackets, JSON included.

use super::editor::Plan;
use super::emit::Emitter;
use super::render::{flow_entry, is_json};
use super::slots::{Slot, lead, line_start, owns_line};
use crate::node::Node;
use crate::scan::{line_end, next_line, skip_to_content};
use std::ops::Range;

impl Emitter<'_> {
    /// Removes what is not kept; at least one child is kept.
    pub(super) fn remove_from_flow(&mut self, slots: &[Slot<'_, '_>], keep: &[bool]) {
        let Some(last_kept) = keep.iter().rposition(|kept| *kept) else {
            return;
        };
        let mut at = 0;
        while at < last_kept {
            let end = (at..slots.len()).find(|next| keep[*next]).unwrap_or(at);
            if end > at {
                self.remove_run(slots, at..end);
            }
            at = end + 1;
        }
        if last_kept + 1 < slots.len() {
            self.remove_tail(slots, last_kept);
        }
    }

    /// Removes children that others follow, each with the comma behind it.
    fn remove_run(&mut self, slots: &[Slot<'_, '_>], run: Range<usize>) {
        let next = slots[run.end].range.start;
        if !self.has_comment(slots[run.start].range.start..next) {
            self.push(slots[run.start].range.start..next, "");
            return;
        }
        for slot in &slots[run] {
            let comma = self.comma_behind(slot.range.end).unwrap_or(slot.range.end);
            let rest = &self.text[comma..line_end(self.text, comma)];
            let alone = rest.trim().is_empty() || rest.trim().starts_with('#');
            if alone && owns_line(self.text, slot.range.start) {
                self.push(line_start(self.text, slot.range.start)..next_line(self.text, comma), "");
            } else {
                self.push(slot.range.start..comma, "");
            }
        }
    }

    /// Removes all children behind the last kept one, with the comma before them.
    fn remove_tail(&mut self, slots: &[Slot<'_, '_>], last_kept: usize) {
        let (kept, first, last) = (&slots[last_kept], &slots[last_kept + 1], &slots[slots.len() - 1]);
        if !self.has_comment(kept.range.end..first.range.start) {
            self.push(kept.range.end..last.range.end, "");
            return;
        }
        if let Some(comma) = self.comma_behind(kept.range.end) {
            self.push(comma - 1..comma, "");
        }
        let own = owns_line(self.text, first.range.start);
        let rest = &self.text[last.range.end..line_end(self.text, last.range.end)];
        if own && (rest.trim().is_empty() || rest.trim().starts_with('#')) {
            self.push(
                line_start(self.text, first.range.start)..next_line(self.text, last.range.end),
                "",
            );
        } else {
            self.push(first.range.start..last.range.end, "");
        }
    }

    fn has_comment(&self, range: Range<usize>) -> bool {
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        self.comments
            .get(first)
            .is_some_and(|comment| comment.start < range.end)
    }

    /// Behind the comma that follows `at`.
    fn comma_behind(&self, at: usize) -> Option<usize> {
        let comma = skip_to_content(self.text, at, b"");
        (self.text.as_bytes().get(comma) == Some(&b',')).then_some(comma + 1)
    }

    /// Adds the new entries behind the last child that is kept, one per line where the children stand so.
    pub(super) fn insert_into_flow(&mut self, node: &Node<'_>, slots: &[Slot<'_, '_>], keep: &[bool], plan: &Plan) {
        if plan.inserts.is_empty() {
            return;
        }
        let entries = self.flow_entries(node, plan);
        let Some(last) = (0..slots.len()).rev().find(|at| keep[*at]) else {
            self.push(node.span.start + 1..node.span.start + 1, entries.join(", "));
            return;
        };
        let slot = &slots[last].range;
        let separator = self.separator(slot.start);
        let comma = self.comma_behind(slot.end).filter(|_| last + 1 == slots.len());
        let commented = self.has_comment(slot.end..line_end(self.text, slot.end));
        if commented && owns_line(self.text, slot.start) {
            // the comment stays on the line of the entry that it belongs to
            if comma.is_none() {
                self.push(slot.end..slot.end, ",");
            }
            let (next, lead) = (next_line(self.text, slot.end), lead(self.text, slot.start).to_owned());
            let end = if comma.is_some() { "," } else { "" };
            self.push(
                next..next,
                format!("{lead}{}{end}{}", entries.join(&separator), self.manner.eol),
            );
        } else {
            self.push(slot.end..slot.end, format!("{separator}{}", entries.join(&separator)));
        }
    }

    /// Writes the new entries in the place of all children.
    pub(super) fn replace_flow_content(&mut self, node: &Node<'_>, slots: &[Slot<'_, '_>], plan: &Plan) {
        let [first, .., last] = slots else {
            if let [only] = slots {
                let separator = self.separator(only.range.start);
                let entries = self.flow_entries(node, plan);
                self.push(only.range.clone(), entries.join(&separator));
            }
            return;
        };
        let separator = self.separator(first.range.start);
        let entries = self.flow_entries(node, plan);
        self.push(first.range.start..last.range.end, entries.join(&separator));
    }

    fn flow_entries(&self, node: &Node<'_>, plan: &Plan) -> Vec<String> {
        let json = self.manner.json || is_json(node);
        plan.inserts
            .iter()
            .map(|(key, value)| flow_entry(key.as_deref(), value, json))
            .collect()
    }

    /// What stands between two children, by the place of one of them.
    fn separator(&self, child: usize) -> String {
        if owns_line(self.text, child) {
            format!(",{}{}", self.manner.eol, lead(self.text, child))
        } else {
            ", ".to_owned()
        }
    }
}
