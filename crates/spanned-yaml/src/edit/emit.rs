//! From a plan to edits of the text.

use super::editor::Plan;
use super::render::{Manner, flow, flow_entry};
use super::slots::{Slot, column, slots};
use super::{Edit, EditError};
use crate::node::{Document, Kind, Node, ScalarStyle};
use crate::quote::{double, literal, quote_as};
use crate::scan::{line_end, next_line};
use serde_json::Value;
use std::ops::Range;

/// The edits that `plan` needs.
pub(crate) fn emit(document: &Document<'_>, plan: &Plan) -> Result<Vec<Edit>, EditError> {
    let Some(root) = &document.root else {
        return Ok(Vec::new());
    };
    let mut emitter = Emitter {
        text: &document.source[..document.span.end],
        comments: &document.comments,
        manner: Manner::of(document),
        edits: Vec::new(),
    };
    if emitter.node(root, plan, None, false)? {
        emitter.empty(root);
    }
    Ok(emitter.edits)
}

pub(super) struct Emitter<'d> {
    /// The file up to the document's end.
    pub(super) text: &'d str,
    pub(super) comments: &'d [Range<usize>],
    pub(super) manner: Manner,
    edits: Vec<Edit>,
}

impl Emitter<'_> {
    pub(super) fn push(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push(Edit {
            range,
            text: text.into(),
        });
    }

    /// Emits the changes at and below `node`, which stands in `slot`; true when nothing of it is left.
    fn node(
        &mut self,
        node: &Node<'_>,
        plan: &Plan,
        slot: Option<&Slot<'_, '_>>,
        in_flow: bool,
    ) -> Result<bool, EditError> {
        if let Some(value) = &plan.replaced {
            self.replace(node, value, slot, in_flow)?;
            return Ok(false);
        }
        match node.kind {
            Kind::Mapping { .. } | Kind::Sequence { .. } => self.collection(node, plan, in_flow),
            _ => {
                if !plan.inserts.is_empty() {
                    self.fill(node, plan, slot, in_flow);
                }
                Ok(false)
            }
        }
    }

    fn collection(&mut self, node: &Node<'_>, plan: &Plan, in_flow: bool) -> Result<bool, EditError> {
        let slots = slots(self.text, node);
        let in_flow = in_flow || node.kind.is_flow();
        let mut keep = vec![true; slots.len()];
        for (at, child) in &plan.children {
            let Some(slot) = slots.get(*at) else { continue };
            let gone = child.removed || self.node(slot.value, child, Some(slot), in_flow)?;
            match (gone, slot.key) {
                (true, None) if !child.removed => self.empty(slot.value),
                (true, _) => keep[*at] = false,
                (false, Some(key)) => self.rename(key, child, in_flow),
                (false, None) => {}
            }
        }
        let removes = keep.contains(&false);
        if removes && plan.inserts.is_empty() && !keep.contains(&true) {
            return Ok(true);
        }
        match (node.kind.is_flow(), removes && !keep.contains(&true)) {
            (true, true) => self.replace_flow_content(node, &slots, plan),
            (true, false) => {
                self.remove_from_flow(&slots, &keep);
                self.insert_into_flow(node, &slots, &keep, plan);
            }
            (false, true) => self.replace_block_content(&slots, plan),
            (false, false) => {
                self.remove_from_block(&slots, &keep);
                self.insert_into_block(&slots, &keep, plan);
            }
        }
        Ok(false)
    }

    fn rename(&mut self, key: &Node<'_>, plan: &Plan, in_flow: bool) {
        let Some(name) = &plan.renamed else { return };
        let style = match key.kind {
            Kind::Scalar { style, .. } => style,
            _ => ScalarStyle::Plain,
        };
        self.push(key.span.clone(), quote_as(name, style, in_flow));
    }

    /// Writes `{}` or `[]` for a collection that lost everything but cannot go.
    fn empty(&mut self, node: &Node<'_>) {
        let brackets = if matches!(node.kind, Kind::Sequence { .. }) {
            "[]"
        } else {
            "{}"
        };
        self.push(node.span.clone(), brackets);
    }

    fn replace(
        &mut self,
        node: &Node<'_>,
        value: &Value,
        slot: Option<&Slot<'_, '_>>,
        in_flow: bool,
    ) -> Result<(), EditError> {
        let nested = matches!(value, Value::Object(map) if !map.is_empty())
            || matches!(value, Value::Array(items) if !items.is_empty());
        let block = matches!(node.kind, Kind::Mapping { .. } | Kind::Sequence { .. }) && !node.kind.is_flow();
        let at_line_end = self.text[node.span.end..line_end(self.text, node.span.end)]
            .trim()
            .is_empty();
        let sign = slot.and_then(|slot| slot.behind_sign(self.text));
        if let (false, true, None, Some(slot), Some(sign)) =
            (in_flow, block || nested && at_line_end, &node.properties, slot, sign)
        {
            let text = self
                .manner
                .behind_sign(slot.key.is_some(), value, column(self.text, slot.range.start));
            self.push(sign..slot.range.end, text);
            return Ok(());
        }
        let new = match (value, &node.kind) {
            (Value::String(text), Kind::Scalar { style, .. }) => self.scalar(text, *style, node, in_flow),
            _ => flow(value, self.manner.json),
        };
        let gap = match () {
            () if !node.span.is_empty() => "",
            () if node.properties.is_some() || sign.is_some() => " ",
            () if in_flow => ": ",
            () => {
                return Err(EditError::Unsafe {
                    reason: "the key has no colon".to_owned(),
                });
            }
        };
        self.push(node.span.clone(), format!("{gap}{new}"));
        Ok(())
    }

    /// A text in the place of a scalar: in its style, if that can say it.
    fn scalar(&self, text: &str, style: ScalarStyle, node: &Node<'_>, in_flow: bool) -> String {
        if self.manner.json {
            return double(text);
        }
        let indent = node.indent as usize;
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) && indent > 0;
        let at_end = next_line(self.text, node.span.end) == line_end(self.text, node.span.end);
        let as_block = if block && !at_end {
            literal(text, indent, self.manner.eol)
        } else {
            None
        };
        as_block.unwrap_or_else(|| quote_as(text, style, in_flow))
    }

    /// Puts the new entries into a value that is `null`.
    fn fill(&mut self, node: &Node<'_>, plan: &Plan, slot: Option<&Slot<'_, '_>>, in_flow: bool) {
        let Some(slot) = slot.filter(|_| node.span.is_empty() && !in_flow) else {
            let json = self.manner.json;
            let entries: Vec<String> = plan
                .inserts
                .iter()
                .map(|(key, value)| flow_entry(key.as_deref(), value, json))
                .collect();
            let gap = if node.span.is_empty() { " " } else { "" };
            self.push(node.span.clone(), format!("{gap}{{{}}}", entries.join(", ")));
            return;
        };
        let own = column(self.text, slot.range.start);
        if slot.key.is_none() && node.properties.is_none() {
            let entries = self.entries(plan, own + 2);
            self.push(node.span.clone(), format!(" {}", self.manner.join(&entries, own + 2)));
            return;
        }
        let inner = own + self.manner.step;
        let entries = self.entries(plan, inner);
        self.push_lines(node.span.end, &self.manner.join(&entries, inner), inner);
    }

    /// The new entries in block style at `column`.
    pub(super) fn entries(&self, plan: &Plan, column: usize) -> Vec<String> {
        plan.inserts
            .iter()
            .map(|(key, value)| self.manner.entry(key.as_deref(), value, column))
            .collect()
    }

    /// Inserts lines behind the line that holds `at`.
    pub(super) fn push_lines(&mut self, at: usize, lines: &str, column: usize) {
        let next = next_line(self.text, at);
        let (eol, indent) = (self.manner.eol, " ".repeat(column));
        let ended = self.text[..next].ends_with('\n');
        let text = if ended {
            format!("{indent}{lines}{eol}")
        } else {
            format!("{eol}{indent}{lines}")
        };
        self.push(next..next, text);
    }
}
