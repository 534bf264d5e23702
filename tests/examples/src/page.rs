//! The `## Title` sections of a rule file, and the fenced blocks in them.

/// A fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// What stands behind the fence: `yaml nginx`.
    pub info: String,
    /// The text between the fences.
    pub text: String,
}

#[derive(Debug, Clone)]
enum Part {
    Prose(String),
    Block(Block),
}

/// A section: prose and blocks, which together are its whole text.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Without `## `; empty for what stands before the first section.
    pub title: String,
    parts: Vec<Part>,
}

impl Section {
    /// The block with this info string.
    pub fn block(&self, info: &str) -> Option<&Block> {
        self.parts.iter().find_map(|part| match part {
            Part::Block(block) if block.info == info => Some(block),
            _ => None,
        })
    }

    /// Puts `results` behind the block `input`, instead of the blocks of those kinds that are there.
    pub fn set_results(&mut self, input: &str, results: Vec<(&str, Option<String>)>) {
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
    pub fn text(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Prose(text) => out.push_str(text),
                Part::Block(block) => out += &format!("```{}\n{}```\n", block.info, block.text),
            }
        }
        out
    }
}

/// Front matter and prose before the first title are a section without a title.
///
/// # Errors
/// A fence that is not closed.
pub fn sections(text: &str) -> Result<Vec<Section>, String> {
    let mut done = Vec::new();
    let mut section = Section::default();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        let fence = line.strip_prefix("```");
        if let Some(title) = line.strip_prefix("## ").filter(|_| open.is_none()) {
            let next = Section {
                title: title.to_owned(),
                parts: Vec::new(),
            };
            done.push(std::mem::replace(&mut section, next));
        }
        match (&mut open, fence) {
            (Some(_), Some(_)) => section.parts.extend(open.take().map(Part::Block)),
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                });
            }
            (None, None) => section.prose(line),
        }
    }
    done.push(section);
    match open {
        Some(block) => Err(format!("the fence `{}` is not closed", block.info)),
        None => Ok(done),
    }
}

impl Section {
    fn prose(&mut self, line: &str) {
        match self.parts.last_mut() {
            Some(Part::Prose(prose)) => *prose += &format!("{line}\n"),
            _ => self.parts.push(Part::Prose(format!("{line}\n"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n## One\n\n```yaml nginx\n## no title\n```\n\nMore.\n## Two\n```http\nGET\n```\n";

    #[test]
    fn titles_inside_a_fence_are_text() {
        let sections = sections(PAGE).unwrap_or_default();
        let titles: Vec<&str> = sections.iter().map(|section| section.title.as_str()).collect();
        assert_eq!(titles, ["", "One", "Two"]);
        let input = sections[1].block("yaml nginx").map(|block| block.text.as_str());
        assert_eq!(input, Some("## no title\n"));
        assert!(sections[2].block("yaml nginx").is_none());
    }

    #[test]
    fn results_take_the_place_of_older_ones() {
        let mut section = sections(PAGE).unwrap_or_default().remove(1);
        for text in ["old\n", "new\n"] {
            section.set_results("yaml nginx", vec![("report", Some(text.to_owned()))]);
        }
        assert_eq!(
            section.text(),
            "## One\n\n```yaml nginx\n## no title\n```\n\n```report\nnew\n```\n\nMore.\n"
        );
    }

    #[test]
    fn a_fence_that_stays_open_is_told() {
        assert_eq!(
            sections("## One\n```http\nGET").err().as_deref(),
            Some("the fence `http` is not closed")
        );
    }
}
