//! From words to a rule.
use super::lexer::{Token, tokens};
use super::{Matcher, Rule, known_name};

/// Parentheses and `!` within each other; a rule that a person or a program writes has a handful.
const DEEPEST: usize = 64;

/// Traefik cannot read the rule, and drops its router.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    /// Byte of the rule.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
}

impl RuleError {
    pub(super) fn new(at: usize, message: &str) -> Self {
        RuleError {
            at,
            message: message.to_owned(),
        }
    }
}

/// Reads a rule.
pub fn parse(text: &str) -> Result<Rule, RuleError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        end: text.len(),
    };
    let rule = parser.or()?;
    match parser.peek() {
        None => Ok(rule),
        Some(_) => Err(parser.error("the rule should have ended here")),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn error(&self, message: &str) -> RuleError {
        let at = self.tokens.get(self.at).map_or(self.end, |(at, _)| *at);
        RuleError::new(at, message)
    }

    fn or(&mut self) -> Result<Rule, RuleError> {
        let mut parts = Vec::new();
        loop {
            match self.and()? {
                Rule::Or(inner) => parts.extend(inner),
                other => parts.push(other),
            }
            if !self.take(&Token::Or) {
                return Ok(one_or(parts, Rule::Or));
            }
        }
    }

    fn and(&mut self) -> Result<Rule, RuleError> {
        let mut parts = Vec::new();
        loop {
            match self.unary()? {
                Rule::And(inner) => parts.extend(inner),
                other => parts.push(other),
            }
            if !self.take(&Token::And) {
                return Ok(one_or(parts, Rule::And));
            }
        }
    }

    fn unary(&mut self) -> Result<Rule, RuleError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("too many parentheses within each other"));
        }
        let rule = match self.peek() {
            Some(Token::Not) => {
                self.at += 1;
                match self.unary()? {
                    Rule::Not(inner) => *inner,
                    other => Rule::Not(Box::new(other)),
                }
            }
            Some(Token::Open) => {
                self.at += 1;
                let inner = self.or()?;
                if !self.take(&Token::Close) {
                    return Err(self.error("`)` is missing"));
                }
                inner
            }
            Some(Token::Name(name)) => {
                let name = known_name(name);
                self.at += 1;
                Rule::Matcher(self.call(name)?)
            }
            _ => return Err(self.error("a matcher is missing")),
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn call(&mut self, name: String) -> Result<Matcher, RuleError> {
        if !self.take(&Token::Open) {
            return Err(self.error("`(` is missing"));
        }
        let mut arguments = Vec::new();
        while !self.take(&Token::Close) {
            let Some(Token::Text(text)) = self.peek() else {
                return Err(self.error("a string is missing"));
            };
            arguments.push(text.clone());
            self.at += 1;
            if !self.take(&Token::Comma) && self.peek() != Some(&Token::Close) {
                return Err(self.error("`,` or `)` is missing"));
            }
        }
        Ok(Matcher { name, arguments })
    }
}

fn one_or(mut parts: Vec<Rule>, several: impl Fn(Vec<Rule>) -> Rule) -> Rule {
    match parts.len() {
        1 => parts.remove(0),
        _ => several(parts),
    }
}
