//! Removing from and inserting into collections that are written by indentation.

use super::editor::Plan;
use super::emit::Emitter;
use super::slots::{Slot, column, line_start, owns_line};
use crate::node::{Kind, Node, ScalarStyle};
use crate::scan::{line_end, next_line};

impl Emitter<'_> {
    /// Removes what is not kept; at least one child is kept.
    pub(super) fn remove_from_block(&mut self, slots: &[Slot<'_, '_>], keep: &[bool]) {
        let compact = slots
            .first()
            .is_some_and(|slot| !owns_line(self.text, slot.range.start));
        let done = if compact && !keep[0] {
            self.remove_compact(slots, keep)
        } else {
            0
        };
        for (slot, _) in slots.iter().zip(keep).skip(done).filter(|(_, kept)| !**kept) {
            self.push(
                line_start(self.text, slot.range.start)..next_line(self.text, slot.range.end),
                "",
            );
        }
    }

    /// `- key: value`: the first child shares its line with what stands before it. Moves the next kept child up to the
    /// dash, unless comments stand between: then the dash keeps a line of its own. Gives how many children are done.
    fn remove_compact(&mut self, slots: &[Slot<'_, '_>], keep: &[bool]) -> usize {
        let first = &slots[0].range;
        let kept = keep.iter().position(|kept| *kept).unwrap_or(0);
        let adjacent = slots[..=kept].windows(2).all(|pair| {
            let behind = line_end(self.text, pair[0].range.end);
            self.text
                .get(behind..pair[1].range.start)
                .is_some_and(|gap| gap.trim().is_empty())
        });
        if adjacent {
            self.push(first.start..slots[kept].range.start, "");
            return kept;
        }
        let lead = self.text[..first.start].trim_end_matches(' ').len();
        self.push(lead..line_end(self.text, first.end), "");
        1
    }

    /// Adds the new entries behind the last child that is kept.
    pub(super) fn insert_into_block(&mut self, slots: &[Slot<'_, '_>], keep: &[bool], plan: &Plan) {
        let Some(last) = (0..slots.len()).rev().find(|at| keep[*at]) else {
            return;
        };
        if plan.inserts.is_empty() {
            return;
        }
        let column = column(self.text, slots[0].range.start);
        let entries = self.entries(plan, column);
        let lines = self.manner.join(&entries, column);
        let at_end = next_line(self.text, slots[last].range.end) == line_end(self.text, slots[last].range.end);
        if at_end && ends_in_block_scalar(slots[last].value) {
            // a line break behind the scalar would become part of it
            let gap = self.manner.join(&[String::new(), String::new()], column);
            let first = keep.iter().position(|kept| *kept).unwrap_or(last);
            let first = slots[first].range.start;
            self.push(first..first, format!("{lines}{gap}"));
        } else {
            self.push_lines(slots[last].range.end, &lines, column);
        }
    }

    /// Writes the new entries in the place of the first child; the others go.
    pub(super) fn replace_block_content(&mut self, slots: &[Slot<'_, '_>], plan: &Plan) {
        let Some((first, rest)) = slots.split_first() else {
            return;
        };
        let column = column(self.text, first.range.start);
        let entries = self.entries(plan, column);
        let lines = self.manner.join(&entries, column);
        self.push(first.range.start..line_end(self.text, first.range.end), lines);
        for slot in rest {
            self.push(
                line_start(self.text, slot.range.start)..next_line(self.text, slot.range.end),
                "",
            );
        }
    }
}

/// True when the last thing in `node` is a block scalar.
fn ends_in_block_scalar(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::Scalar { style, .. } => matches!(style, ScalarStyle::Literal | ScalarStyle::Folded),
        Kind::Sequence { items, .. } => items.last().is_some_and(ends_in_block_scalar),
        Kind::Mapping { entries, .. } => entries.last().is_some_and(|(_, value)| ends_in_block_scalar(value)),
        Kind::Alias(_) => false,
    }
}
