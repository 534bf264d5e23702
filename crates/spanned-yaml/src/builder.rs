//! The only module that knows granit-parser: its events become the tree, its quirks end here.

use crate::node::{Anchor, CollectionStyle, Document, Kind, Node, Properties, ScalarStyle, Tag};
use crate::parse::{MAX_DEPTH, ParseError};
use crate::scan::{block_scalar, clamp, line_end, missing_scalar, skip_to_content};
use granit_parser::{Event, Options, Parser, Span, StrInput, StructureStyle};
use std::borrow::Cow;
use std::ops::Range;

/// Measured with granit-parser 2.2: more than 96 comment lines before a nested list fail with the default, and go-yaml adds no
/// line feed to a block scalar that ends with the file.
fn options() -> Options {
    granit_parser::options! {
        max_buffered_comment_events: usize::MAX,
        block_scalar_eof_without_line_feed: true,
        emit_anchor_events: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    }
}

type Events<'s> = Parser<'s, StrInput<'s>>;

/// A collection whose end has not come yet.
struct Open<'s> {
    node: Node<'s>,
    /// The key of a mapping that waits for its value.
    key: Option<Node<'s>>,
}

/// Builds one document from the parser's events.
pub(crate) struct Builder<'s> {
    text: &'s str,
    base: usize,
    events: Events<'s>,
    open: Vec<Open<'s>>,
    /// End of what has been read, anchors and tags included.
    cursor: usize,
    document: Document<'s>,
}

impl<'s> Builder<'s> {
    pub(crate) fn new(text: &'s str, span: Range<usize>, index: usize) -> Self {
        let events = Parser::new_from_str_with_options(&text[span.clone()], options());
        let (base, cursor) = (span.start, span.start);
        let document = Document {
            span,
            root: None,
            comments: Vec::new(),
            index,
            source: text,
            has_aliases: false,
        };
        Builder {
            text,
            base,
            events,
            open: Vec::new(),
            cursor,
            document,
        }
    }

    /// Reads the document; the error beside it tells of text behind it that kubectl would ignore.
    pub(crate) fn run(mut self) -> Result<(Document<'s>, Option<ParseError>), ParseError> {
        let mut documents = 0;
        let mut ignored = None;
        while let Some(event) = self.events.next_event() {
            let (event, span) = event.map_err(|error| self.scan_error(&error))?;
            if let Event::DocumentStart(..) = event {
                documents += 1;
                if documents > 1 {
                    ignored = Some(self.ignored_rest(&span));
                    break;
                }
            }
            self.event(event, span)?;
        }
        self.document.comments.sort_unstable_by_key(|comment| comment.start);
        Ok((self.document, ignored))
    }

    /// go-yaml's `Unmarshal` reads one document and never looks at what follows `...` (measured).
    fn ignored_rest(&self, span: &Span) -> ParseError {
        let start = self.range(span).start;
        let message = "kubectl ignores what follows `...` without a `---` line".to_owned();
        ParseError {
            message,
            span: clamp(self.text, start..line_end(self.text, start)),
        }
    }

    fn scan_error(&self, error: &granit_parser::ScanError) -> ParseError {
        let at = self.base + error.marker().byte_offset().unwrap_or(0);
        let at = clamp(self.text, at..at).start.min(self.document.span.end);
        let width = self.text[at..]
            .chars()
            .next()
            .filter(|c| *c != '\n' && *c != '\r')
            .map_or(0, char::len_utf8);
        let end = (at + width).min(self.document.span.end);
        ParseError {
            message: error.info(),
            span: at..end,
        }
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let local = span.byte_range().unwrap_or(0..0);
        self.base + local.start..self.base + local.end
    }

    fn event(&mut self, event: Event<'s>, span: Span) -> Result<(), ParseError> {
        match event {
            Event::Comment(..) => {
                let range = self.range(&span);
                self.document.comments.push(range);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let properties = self.properties(anchor, tag, &span)?;
                let node = self.scalar(text, style, properties, &span);
                self.put(node);
            }
            Event::Alias(id) => {
                self.document.has_aliases = true;
                let span = self.range(&span);
                self.put(Node {
                    span,
                    kind: Kind::Alias(id),
                    properties: None,
                    indent: 0,
                });
            }
            Event::SequenceStart(style, anchor, tag) => {
                let kind = Kind::Sequence {
                    items: Vec::new(),
                    style: collection_style(style),
                };
                self.open(kind, anchor, tag, &span)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let kind = Kind::Mapping {
                    entries: Vec::new(),
                    style: collection_style(style),
                };
                self.open(kind, anchor, tag, &span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&span),
            _ => {}
        }
        Ok(())
    }

    /// Anchor and tag of the node whose event was just read; the anchor's own event comes next (`emit_anchor_events`).
    fn properties(
        &mut self,
        id: usize,
        tag: Option<Cow<'s, granit_parser::Tag>>,
        span: &Span,
    ) -> Result<Option<Box<Properties>>, ParseError> {
        if id == 0 && tag.is_none() {
            return Ok(None);
        }
        let mut properties = Properties::default();
        if id != 0
            && let Some(event) = self.events.next_event()
            && let (Event::Anchor(id, name), span) = event.map_err(|error| self.scan_error(&error))?
        {
            let span = self.range(&span);
            properties.anchor = Some(Anchor {
                name: name.into_owned(),
                span,
                id,
            });
        }
        if let Some(tag) = tag {
            let name = format!("{}{}", tag.handle(), tag.suffix());
            let span = span.tag_span().map_or(0..0, |span| self.range(&span));
            properties.tag = Some(Tag { name, span });
        }
        for end in [
            properties.anchor.as_ref().map(|a| a.span.end),
            properties.tag.as_ref().map(|t| t.span.end),
        ] {
            self.cursor = self.cursor.max(end.unwrap_or(0));
        }
        Ok(Some(Box::new(properties)))
    }

    fn scalar(
        &self,
        text: Cow<'s, str>,
        style: granit_parser::ScalarStyle,
        properties: Option<Box<Properties>>,
        span: &Span,
    ) -> Node<'s> {
        let style = scalar_style(style);
        let mut range = self.range(span);
        let mut text = text;
        let mut indent = 0;
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                indent = span.indent.unwrap_or(0);
                range = block_scalar(self.text, self.cursor, &range, indent);
            }
            ScalarStyle::Plain if range.is_empty() => {
                // the parser writes `~` for a value that is not there
                text = Cow::Borrowed("");
                let at = if properties.is_some() {
                    self.cursor
                } else {
                    missing_scalar(self.text, self.cursor, range.start, self.expected_sign())
                };
                range = at..at;
            }
            _ => {}
        }
        let kind = Kind::Scalar { text, style };
        Node {
            span: range,
            kind,
            properties,
            indent: u32::try_from(indent).unwrap_or(0),
        }
    }

    /// The sign that must stand before the next value.
    fn expected_sign(&self) -> Option<u8> {
        match self.open.last()? {
            Open { key: Some(_), .. } => Some(b':'),
            Open {
                node: Node {
                    kind: Kind::Sequence { .. },
                    ..
                },
                ..
            } => Some(b'-'),
            Open { .. } => None,
        }
    }

    fn open(
        &mut self,
        kind: Kind<'s>,
        anchor: usize,
        tag: Option<Cow<'s, granit_parser::Tag>>,
        span: &Span,
    ) -> Result<(), ParseError> {
        let mut range = self.range(span);
        self.check_depth(range.start)?;
        let properties = self.properties(anchor, tag, span)?;
        let value_of_mapping = self.open.last().is_some_and(|open| open.key.is_some());
        if value_of_mapping
            && matches!(
                kind,
                Kind::Sequence {
                    style: CollectionStyle::Block,
                    ..
                }
            )
        {
            // the parser reports a list that is not indented at its first item instead of its dash
            range.start = skip_to_content(self.text, self.cursor, b":").min(range.start);
        }
        self.cursor = if kind.is_flow() { range.end } else { range.start };
        self.open.push(Open {
            node: Node {
                span: range,
                kind,
                properties,
                indent: 0,
            },
            key: None,
        });
        Ok(())
    }

    fn check_depth(&self, at: usize) -> Result<(), ParseError> {
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        if self.open.len() < MAX_DEPTH {
            Ok(())
        } else {
            Err(ParseError { message, span: at..at })
        }
    }

    fn close(&mut self, span: &Span) {
        let Some(Open { mut node, .. }) = self.open.pop() else {
            return;
        };
        let flow_end = self.range(span).end;
        node.span.end = match &node.kind {
            kind if kind.is_flow() => flow_end,
            Kind::Sequence { items, .. } => items.last().map_or(node.span.end, |item| item.span.end),
            Kind::Mapping { entries, .. } => entries
                .last()
                .map_or(node.span.end, |(key, value)| value.span.end.max(key.span.end)),
            _ => node.span.end,
        };
        self.put(node);
    }

    /// Gives a finished node to the collection that holds it.
    fn put(&mut self, node: Node<'s>) {
        self.cursor = self.cursor.max(node.span.end);
        let Some(parent) = self.open.last_mut() else {
            self.document.root = Some(node);
            return;
        };
        match &mut parent.node.kind {
            Kind::Sequence { items, .. } => items.push(node),
            Kind::Mapping { entries, .. } => match parent.key.take() {
                None => parent.key = Some(node),
                Some(key) => entries.push((key, node)),
            },
            _ => {}
        }
    }
}

fn collection_style(style: StructureStyle) -> CollectionStyle {
    match style {
        StructureStyle::Block => CollectionStyle::Block,
        StructureStyle::Flow => CollectionStyle::Flow,
    }
}

fn scalar_style(style: granit_parser::ScalarStyle) -> ScalarStyle {
    match style {
        granit_parser::ScalarStyle::Plain => ScalarStyle::Plain,
        granit_parser::ScalarStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        granit_parser::ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        granit_parser::ScalarStyle::Literal => ScalarStyle::Literal,
        granit_parser::ScalarStyle::Folded => ScalarStyle::Folded,
    }
}
