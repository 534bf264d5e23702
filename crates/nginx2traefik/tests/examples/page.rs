//! The `## Title` sections of a rule file, and the fenced blocks in them.
use std::fmt::Write as _;

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    /// What stands behind the fence: `yaml nginx`.
    pub(crate) info: String,
    /// The text between the fences.
    pub(crate) text: String,
}

#[derive(Debug)]
enum Part {
    Prose(String),
    Block(Block),
}

/// A section: prose and blocks, which together are its whole text.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// Without `## `; empty for what stands before the first section.
    pub(crate) title: String,
    parts: Vec<Part>,
}

impl Section {
    /// The block with this info string.
    pub(crate) fn block(&self, info: &str) -> Option<&Block> {
        self.parts.iter().find_map(|part| match part {
            Part::Block(block) if block.info == info => Some(block),
            _ => None,
        })
    }

    /// Puts `results` behind the block `input`, instead of the blocks of those kinds that are there.
    pub(crate) fn set_results(&mut self, input: &str, results: Vec<(&str, Option<String>)>) {
        for (kind, _) in &results {
            self.remove(kind);
        }
        let is_input = |part: &Part| matches!(part, Part::Block(block) if block.info == input);
        let Some(at) = self.parts.iter().position(is_input) else {
            return;
        };
        let blocks = results.into_iter().filter_map(|(kind, text)| {
            Some(Block {
                info: kind.to_owned(),
                text: text?,
            })
        });
        let new = blocks.flat_map(|block| [Part::Prose("\n".to_owned()), Part::Block(block)]);
        let new: Vec<Part> = new.collect();
        self.parts.splice(at + 1..at + 1, new);
    }

    /// Takes out a block and the blank line above it.
    fn remove(&mut self, kind: &str) {
        let is_kind = |part: &Part| matches!(part, Part::Block(block) if block.info == kind);
        while let Some(at) = self.parts.iter().position(is_kind) {
            self.parts.remove(at);
            if let Some(Part::Prose(above)) = at.checked_sub(1).map(|above| &mut self.parts[above])
                && (above == "\n" || above.ends_with("\n\n"))
            {
                above.pop();
            }
        }
    }

    /// The text of the section.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Prose(text) => out.push_str(text),
                Part::Block(block) => write!(out, "```{}\n{}```\n", block.info, block.text).expect("a string"),
            }
        }
        out
    }
}

/// Front matter and prose before the first title are a section without a title.
pub(crate) fn sections(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut open: Option<Block> = None;
    for line in text.lines() {
        let fence = line.strip_prefix("```");
        let title = line.strip_prefix("## ").filter(|_| open.is_none());
        if let Some(title) = title {
            sections.push(Section {
                title: title.to_owned(),
                parts: Vec::new(),
            });
        }
        let parts = &mut sections.last_mut().expect("the first one").parts;
        match (&mut open, fence) {
            (Some(_), Some(_)) => parts.extend(open.take().map(Part::Block)),
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                });
            }
            (None, None) => match parts.last_mut() {
                Some(Part::Prose(prose)) => *prose += &format!("{line}\n"),
                _ => parts.push(Part::Prose(format!("{line}\n"))),
            },
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    sections
}
