use crate::{Directive, Part, Pattern, Template};

/// What stands in the parentheses of an `if`, after `ngx_http_rewrite_if_condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `($variable)`: neither empty nor `0`.
    Truthy(Template),
    /// `($variable = text)` or, negated, `!=`.
    Equals {
        /// The left side.
        variable: Template,
        /// The right side, which may hold variables too.
        value: Template,
        /// True for `!=`.
        negated: bool,
    },
    /// `~`, `~*`, `!~`, `!~*`.
    Matches {
        /// The left side.
        variable: Template,
        /// The regex.
        pattern: Pattern,
        /// True for `!~` and `!~*`.
        negated: bool,
    },
    /// `-f`, `-d`, `-e`, `-x`: a look at the disk of the controller's container.
    File {
        /// `f`, `d`, `e` or `x`.
        test: char,
        /// The path.
        path: Template,
        /// True for `!-f` and the like.
        negated: bool,
    },
}

impl Condition {
    /// Read the arguments of an `if`; the error is nginx's.
    ///
    /// ```
    /// use nginx_snippet::{Condition, parse};
    /// let tree = parse("if ($request_method !~ ^(GET|HEAD)$ ) { }");
    /// assert!(matches!(Condition::parse(&tree.directives[0]), Ok(Condition::Matches { negated: true, .. })));
    /// let tree = parse("if ($host == a) { }");
    /// assert_eq!(Condition::parse(&tree.directives[0]).unwrap_err(), "unexpected \"==\" in condition");
    /// ```
    pub fn parse(directive: &Directive) -> Result<Self, String> {
        let words = inside(directive)?;
        let invalid = || format!("invalid condition \"{}\"", words[0]);
        let first = words[0].as_str();
        if first.len() > 1 && first.starts_with('$') {
            return match words.as_slice() {
                [variable] => Ok(Self::Truthy(left_side(variable))),
                [variable, operator, value] => Self::compare(variable, operator, value),
                _ => Err(invalid()),
            };
        }
        let (negated, test) = match first.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, first),
        };
        let test = test
            .strip_prefix('-')
            .filter(|test| matches!(*test, "f" | "d" | "e" | "x"));
        match (test.and_then(|test| test.chars().next()), words.get(1), words.len()) {
            (Some(test), Some(path), 2) => Ok(Self::File {
                test,
                path: Template::parse(path)?,
                negated,
            }),
            _ => Err(invalid()),
        }
    }

    fn compare(variable: &str, operator: &str, value: &str) -> Result<Self, String> {
        let variable = left_side(variable);
        let negated = operator.starts_with('!');
        match operator {
            "=" | "!=" => Ok(Self::Equals {
                variable,
                value: Template::parse(value)?,
                negated,
            }),
            "~" | "~*" | "!~" | "!~*" => {
                let pattern = Pattern::new(value, operator.ends_with('*'));
                Ok(Self::Matches {
                    variable,
                    pattern,
                    negated,
                })
            }
            _ => Err(format!("unexpected \"{operator}\" in condition")),
        }
    }
}

/// The left side is one variable: all behind the `$` is its name (`ngx_http_rewrite_variable`).
fn left_side(word: &str) -> Template {
    let name = word.strip_prefix('$').unwrap_or(word).to_ascii_lowercase();
    Template {
        parts: vec![Part::Variable(name)],
    }
}

/// The words between the parentheses, which may stand alone or cling to a word.
fn inside(directive: &Directive) -> Result<Vec<String>, String> {
    let mut words: Vec<String> = directive.args.iter().map(|word| word.text.clone()).collect();
    let invalid = |word: Option<&String>| format!("invalid condition \"{}\"", word.map_or("", String::as_str));
    match words.first_mut() {
        Some(first) if first == "(" => drop(words.remove(0)),
        Some(first) if first.starts_with('(') => drop(first.remove(0)),
        first => return Err(invalid(first.map(|word| &*word))),
    }
    match words.last_mut() {
        Some(last) if last == ")" => drop(words.pop()),
        Some(last) if last.ends_with(')') => drop(last.pop()),
        last => return Err(invalid(last.map(|word| &*word))),
    }
    if words.is_empty() {
        Err("invalid condition \")\"".to_owned())
    } else {
        Ok(words)
    }
}
