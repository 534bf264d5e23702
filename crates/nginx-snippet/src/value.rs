use std::fmt::{self, Display, Formatter};

/// A text with variables in it, as nginx compiles it (`ngx_http_script_compile`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Template {
    /// The pieces in their order.
    pub parts: Vec<Part>,
}

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Plain text.
    Text(String),
    /// `$name` or `${name}`, by its lower-case name.
    Variable(String),
    /// `$1` to `$9`.
    Capture(usize),
}

impl Template {
    /// Read `text`; the error is nginx's.
    ///
    /// ```
    /// use nginx_snippet::{Part, Template};
    /// let template = Template::parse("https://b.example$request_uri").unwrap();
    /// assert_eq!(template.parts[1], Part::Variable("request_uri".into()));
    /// assert_eq!(Template::parse("a$").unwrap_err(), "invalid variable name");
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            push_text(&mut parts, &rest[..at]);
            let (part, length) = variable(&rest[at + 1..])
                .map_err(|error| error.replace("%s", rest[at + 1..].trim_start_matches('{')))?;
            parts.push(part);
            rest = &rest[at + 1 + length..];
        }
        push_text(&mut parts, rest);
        Ok(Self { parts })
    }

    /// The text, if there is no variable in it.
    pub fn literal(&self) -> Option<String> {
        let text = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.parts.iter().map(text).collect()
    }

    /// The names of the variables.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// True if a capture of an earlier regex is used.
    pub fn has_captures(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Capture(_)))
    }
}

/// The template as it would be written.
impl Display for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Variable(name) => write!(f, "${{{name}}}"),
            Part::Capture(number) => write!(f, "${number}"),
        })
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

/// The variable behind a `$`, and its length.
fn variable(rest: &str) -> Result<(Part, usize), &'static str> {
    let bytes = rest.as_bytes();
    if let Some(digit @ b'1'..=b'9') = bytes.first() {
        return Ok((Part::Capture(usize::from(digit - b'0')), 1));
    }
    let bracket = usize::from(bytes.first() == Some(&b'{'));
    let name = &rest[bracket..];
    let length = name
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    if bracket == 1 && bytes.get(1 + length) != Some(&b'}') {
        return Err("the closing bracket in \"%s\" variable is missing");
    }
    if length == 0 {
        return Err("invalid variable name");
    }
    Ok((
        Part::Variable(name[..length].to_ascii_lowercase()),
        length + 2 * bracket,
    ))
}

/// A text that is known, or the reason why it is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// This text.
    Known(String),
    /// It depends on what nobody told: a backend, a certificate, a module.
    Unknown(String),
}

impl Value {
    /// The text, if it is known.
    pub fn known(&self) -> Option<&str> {
        match self {
            Value::Known(text) => Some(text),
            Value::Unknown(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Known(text.to_owned())
    }
}
