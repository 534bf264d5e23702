use super::{Answer, Handled, State};
use crate::program::{Action, Level, Op, Return, Rewrite, RewriteEnd};
use crate::request::{ESCAPED_IN_ARGS, decode, escape};
use crate::{Condition, Pattern, Value};

/// How a script goes on after a directive.
enum Step {
    Next,
    /// The script is over; the phases go on.
    End,
    Handled(Handled),
}

impl<'a> State<'a> {
    /// Run a script; `Some` is an answer. `depth` is the length of the chain that a true `if` adds its level to:
    /// a later one replaces an earlier one, and in a server none is added (`ngx_http_script_if_code`).
    pub(super) fn script(&mut self, ops: &'a [Op], depth: Option<usize>) -> Option<Handled> {
        match self.ops(ops, depth) {
            Step::Handled(handled) => Some(handled),
            Step::Next | Step::End => None,
        }
    }

    fn ops(&mut self, ops: &'a [Op], depth: Option<usize>) -> Step {
        for op in ops {
            let step = self.op(op, depth).unwrap_or_else(|why| {
                Step::Handled(Handled::Unknown {
                    why,
                    place: Some(op.place),
                })
            });
            if !matches!(step, Step::Next) {
                return step;
            }
        }
        Step::Next
    }

    fn op(&mut self, op: &'a Op, depth: Option<usize>) -> Result<Step, String> {
        match &op.action {
            Action::Set { name, value } => {
                let value = self.expand(value);
                self.variables.insert(name.clone(), value);
                self.trace.push(op.place);
                Ok(Step::Next)
            }
            Action::SetElsewhere { sets, why } => {
                self.variables.insert(sets.clone(), Value::Unknown(why.clone()));
                Ok(Step::Next)
            }
            Action::If { condition, level } => {
                if !self.holds(condition)? {
                    return Ok(Step::Next);
                }
                self.trace.push(op.place);
                Ok(self.enter(level, depth))
            }
            Action::Return(answer) => {
                self.trace.push(op.place);
                Ok(Step::Handled(self.returned(answer)))
            }
            Action::Rewrite(rewrite) => {
                let step = self.rewrite(rewrite)?;
                if let Some(step) = step {
                    self.trace.push(op.place);
                    return Ok(step);
                }
                Ok(Step::Next)
            }
            Action::Break => {
                self.trace.push(op.place);
                self.path_changed = false;
                Ok(Step::End)
            }
            Action::Broken(error) => Err(format!("nginx refuses it: {error}")),
        }
    }

    /// The inside of an `if` that is true: its settings replace those of an earlier one.
    fn enter(&mut self, level: &'a Level, depth: Option<usize>) -> Step {
        if let Some(depth) = depth {
            self.chain.truncate(depth);
            self.chain.push(level);
        }
        self.ops(&level.script, depth)
    }

    fn holds(&mut self, condition: &Condition) -> Result<bool, String> {
        match condition {
            Condition::Truthy(variable) => {
                let text = self.known(variable)?;
                Ok(!text.is_empty() && text != "0")
            }
            Condition::Equals {
                variable,
                value,
                negated,
            } => Ok((self.known(variable)? == self.known(value)?) != *negated),
            Condition::Matches {
                variable,
                pattern,
                negated,
            } => {
                let subject = self.known(variable)?;
                Ok(self.matches(pattern, &subject)? != *negated)
            }
            // the controller's container has no file that a request could name
            Condition::File {
                test: 'f' | 'x',
                negated,
                ..
            } => Ok(*negated),
            Condition::File { negated, .. } if self.path != "/" => Ok(*negated),
            Condition::File { .. } => Err("it depends on the directories of the controller's container".to_owned()),
        }
    }

    fn known(&self, template: &crate::Template) -> Result<String, String> {
        match self.expand(template) {
            Value::Known(text) => Ok(text),
            Value::Unknown(why) => Err(why),
        }
    }

    /// Match, and keep the captures; without a match there are none any more.
    fn matches(&mut self, pattern: &Pattern, subject: &str) -> Result<bool, String> {
        let found = pattern.run(subject)?;
        let matched = found.is_some();
        let found = found.unwrap_or_default();
        self.captures = found.groups;
        for (name, value) in found.names {
            self.variables.insert(name, Value::Known(value));
        }
        Ok(matched)
    }

    fn returned(&mut self, answer: &Return) -> Handled {
        let status = answer.status;
        if status == 444 {
            return Handled::Closed;
        }
        let text = answer.text.as_ref().map(|text| self.expand(text));
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            let location = self.absolute(text.unwrap_or(Value::Known(String::new())));
            return Handled::Answer(Answer {
                status,
                location,
                text: None,
            });
        }
        let empty = || Value::Known(String::new());
        // below 400 nginx sends the text even when there is none (ngx_http_script_return_code)
        let text = if status < 400 {
            Some(text.unwrap_or_else(empty))
        } else {
            text
        };
        Handled::Answer(Answer {
            status,
            location: None,
            text,
        })
    }

    /// A Location that begins with `/` gets scheme and host (`ngx_http_header_filter`); an empty one is not sent.
    pub(super) fn absolute(&self, location: Value) -> Option<Value> {
        match location {
            Value::Known(text) if text.is_empty() => None,
            Value::Known(text) if text.starts_with('/') && self.nearest_value("absolute_redirect") != "off" => Some(
                Value::Known(format!("{}://{}{text}", self.request.scheme, self.request.host_name())),
            ),
            other => Some(other),
        }
    }

    fn rewrite(&mut self, rewrite: &Rewrite) -> Result<Option<Step>, String> {
        let path = self.path.clone();
        if !self.matches(&rewrite.pattern, &path)? {
            return Ok(None);
        }
        if let RewriteEnd::Redirect(status) = rewrite.end {
            return Ok(Some(Step::Handled(self.redirected(rewrite, status))));
        }
        let target = self.known(&rewrite.target)?;
        let args = rewrite
            .args
            .as_ref()
            .map(|args| self.expand_escaping(args, self.was_escaped().then_some(ESCAPED_IN_ARGS)));
        self.query = match args {
            Some(Value::Known(args)) if rewrite.keep_args && !self.query.is_empty() => format!("{args}&{}", self.query),
            Some(Value::Known(args)) => args,
            Some(Value::Unknown(why)) => return Err(why),
            None if rewrite.keep_args => std::mem::take(&mut self.query),
            None => String::new(),
        };
        if target.is_empty() {
            return Ok(Some(Step::Handled(Handled::Answer(Answer::page(500)))));
        }
        self.path = target;
        self.untouched = false;
        self.internal = true;
        self.path_changed = rewrite.end != RewriteEnd::Break;
        Ok(Some(if rewrite.end == RewriteEnd::Continue {
            Step::Next
        } else {
            Step::End
        }))
    }

    fn redirected(&mut self, rewrite: &Rewrite, status: u16) -> Handled {
        let signs = self.was_escaped().then_some(ESCAPED_IN_ARGS);
        let location = match self.expand_escaping(&rewrite.target, signs) {
            Value::Known(text) => {
                let mut text = unescape_redirect(&text);
                if rewrite.keep_args && !self.query.is_empty() {
                    let has_query = rewrite.target.to_string().contains('?');
                    text.push(if has_query { '&' } else { '?' });
                    text.push_str(&self.query);
                }
                Value::Known(text)
            }
            unknown => unknown,
        };
        Handled::Answer(Answer {
            status,
            location: self.absolute(location),
            text: None,
        })
    }

    /// The client's path had `%` or `+` in it: only then nginx escapes captures.
    fn was_escaped(&self) -> bool {
        self.request.raw_path().contains(['%', '+'])
    }

    /// Path and query for the backend: the client's bytes, or, after a rewrite, the new path escaped.
    pub(super) fn target(&self) -> String {
        if self.untouched {
            return self.request.target.clone();
        }
        let path = escape(&self.path, crate::request::ESCAPED_IN_URI);
        if self.query.is_empty() {
            path
        } else {
            format!("{path}?{}", self.query)
        }
    }
}

/// `NGX_UNESCAPE_REDIRECT`: before the query, escapes of plain characters are undone.
fn unescape_redirect(text: &str) -> String {
    let (path, rest) = match text.find('?') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut out = String::with_capacity(text.len());
    let mut left = path;
    while let Some(at) = left.find('%') {
        out.push_str(&left[..at]);
        let code = left.get(at..at + 3);
        let plain = code
            .and_then(decode)
            .filter(|plain| plain.bytes().all(|b| b > b'%' && b < 0x7f));
        match (plain, code) {
            (Some(plain), _) => out.push_str(&plain),
            (None, code) => out.push_str(code.unwrap_or(&left[at..at + 1])),
        }
        left = &left[at + code.map_or(1, str::len)..];
    }
    out + left + rest
}
