use super::{Action, Level, Location, LocationMatch, Op, Place, Return, Rewrite, RewriteEnd, Setting};
use crate::{Block, Body, Condition, Directive, Pattern, Template};

impl Level {
    pub(super) fn add(&mut self, source: u32, directives: &[Directive]) {
        for directive in directives {
            self.add_one(source, directive);
        }
    }

    fn add_one(&mut self, source: u32, directive: &Directive) {
        let place = Place {
            source,
            span: directive.span,
        };
        let name = directive.name.text.as_str();
        let action = match name {
            "set" => set(directive),
            "if" => self.condition(source, directive),
            "return" => returns(directive),
            "rewrite" => rewrite(directive),
            "break" => Ok(Action::Break),
            "location" => match self.location(source, directive) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
            "limit_except" => return self.limit_except(source, place, directive),
            _ if sets_variable(directive) => Ok(other_set(directive)),
            _ => {
                let args = directive.args.iter().map(|word| word.text.clone()).collect();
                return self.settings.push(Setting {
                    place,
                    name: name.to_owned(),
                    args,
                    lua: lua(directive),
                });
            }
        };
        self.script.push(Op {
            place,
            action: action.unwrap_or_else(Action::Broken),
        });
    }

    fn condition(&self, source: u32, directive: &Directive) -> Result<Action, String> {
        let condition = Condition::parse(directive)?;
        let mut level = Level::default();
        level.add(source, directive.children());
        Ok(Action::If {
            condition,
            level: Box::new(level),
        })
    }

    fn location(&mut self, source: u32, directive: &Directive) -> Result<(), String> {
        let args: Vec<&str> = directive.args.iter().map(|word| word.text.as_str()).collect();
        let matcher = LocationMatch::parse(&args)?;
        let mut level = Level::default();
        level.add(source, directive.children());
        let place = Some(Place {
            source,
            span: directive.span,
        });
        self.locations.push(Location { matcher, place, level });
        Ok(())
    }

    fn limit_except(&mut self, source: u32, place: Place, directive: &Directive) {
        let methods = directive
            .args
            .iter()
            .map(|word| word.text.to_ascii_uppercase())
            .collect();
        let mut level = Level::default();
        level.add(source, directive.children());
        self.limit_except = Some((place, methods, Box::new(level)));
    }

    pub(super) fn collect_broken(&self, found: &mut Vec<(Place, String)>) {
        for op in &self.script {
            match &op.action {
                Action::Broken(error) => found.push((op.place, error.clone())),
                Action::If { level, .. } => level.collect_broken(found),
                _ => {}
            }
        }
        for location in &self.locations {
            location.level.collect_broken(found);
        }
    }
}

/// Why nginx refuses a directive of the script by its arguments, in nginx's words.
pub(crate) fn refused(directive: &Directive) -> Option<String> {
    match directive.name.text.as_str() {
        "set" => set(directive).err(),
        "return" => returns(directive).err(),
        "rewrite" => rewrite(directive).err(),
        "if" => match Condition::parse(directive) {
            Ok(Condition::Matches { pattern, .. }) => invalid(&pattern),
            other => other.err(),
        },
        "location" => {
            let args: Vec<&str> = directive.args.iter().map(|word| word.text.as_str()).collect();
            match LocationMatch::parse(&args) {
                Ok(LocationMatch::Regex(pattern)) => invalid(&pattern),
                other => other.err(),
            }
        }
        _ => None,
    }
}

fn invalid(pattern: &Pattern) -> Option<String> {
    let error = pattern.pcre.invalid.as_ref()?;
    Some(format!("pcre2_compile() failed: {error} in \"{}\"", pattern.source))
}

fn lua(directive: &Directive) -> String {
    match &directive.block {
        Some(Block {
            body: Body::Lua(code), ..
        }) => code.clone(),
        // the short form has the code as a string
        _ if directive.name.text.ends_with("_by_lua") => directive.arg(0).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// `set_by_lua`, `set_md5` and others of their kind name a variable first.
fn sets_variable(directive: &Directive) -> bool {
    directive.name.text.starts_with("set_") && directive.arg(0).is_some_and(|first| first.starts_with('$'))
}

fn arguments(directive: &Directive, counts: std::ops::RangeInclusive<usize>) -> Result<(), String> {
    if counts.contains(&directive.args.len()) {
        return Ok(());
    }
    Err(format!(
        "invalid number of arguments in \"{}\" directive",
        directive.name.text
    ))
}

fn set(directive: &Directive) -> Result<Action, String> {
    arguments(directive, 2..=2)?;
    let name = directive.arg(0).unwrap_or_default();
    let Some(plain) = name.strip_prefix('$').filter(|plain| !plain.is_empty()) else {
        return Err(format!("invalid variable name \"{name}\""));
    };
    let value = Template::parse(directive.arg(1).unwrap_or_default())?;
    Ok(Action::Set {
        name: plain.to_ascii_lowercase(),
        value,
    })
}

fn other_set(directive: &Directive) -> Action {
    let sets = directive
        .arg(0)
        .unwrap_or_default()
        .trim_start_matches('$')
        .to_ascii_lowercase();
    Action::SetElsewhere {
        sets,
        why: format!("{} computes it", directive.name.text),
    }
}

/// `return code [text]` or `return URL` (`ngx_http_rewrite_return`).
fn returns(directive: &Directive) -> Result<Action, String> {
    arguments(directive, 1..=2)?;
    let first = directive.arg(0).unwrap_or_default();
    let is_number = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    if is_number {
        let status = first.parse().ok().filter(|status| *status <= 999);
        let status = status.ok_or_else(|| format!("invalid return code \"{first}\""))?;
        let text = directive.arg(1).map(Template::parse).transpose()?;
        return Ok(Action::Return(Return { status, text }));
    }
    if directive.args.len() == 1 && is_url(first) {
        return Ok(Action::Return(Return {
            status: 302,
            text: Some(Template::parse(first)?),
        }));
    }
    Err(format!("invalid return code \"{first}\""))
}

/// A replacement that begins so is a redirect.
fn is_url(text: &str) -> bool {
    ["http://", "https://", "$scheme"]
        .iter()
        .any(|start| text.starts_with(start))
}

fn rewrite(directive: &Directive) -> Result<Action, String> {
    arguments(directive, 2..=3)?;
    let [regex, replacement] = [0, 1].map(|index| directive.arg(index).unwrap_or_default());
    if replacement.is_empty() {
        return Err("empty replacement".to_owned());
    }
    let pattern = Pattern::new(regex, false);
    if let Some(error) = invalid(&pattern) {
        return Err(error);
    }
    let (text, keep_args) = match replacement.strip_suffix('?') {
        Some(text) => (text, false),
        None => (replacement, true),
    };
    let end = match directive.arg(2) {
        Some("last") if is_url(text) => RewriteEnd::Redirect(302),
        Some("last") => RewriteEnd::Last,
        Some("break") if is_url(text) => RewriteEnd::Redirect(302),
        Some("break") => RewriteEnd::Break,
        Some("redirect") => RewriteEnd::Redirect(302),
        Some("permanent") => RewriteEnd::Redirect(301),
        Some(other) => return Err(format!("invalid parameter \"{other}\"")),
        None if is_url(text) => RewriteEnd::Redirect(302),
        None => RewriteEnd::Continue,
    };
    let redirects = matches!(end, RewriteEnd::Redirect(_));
    let (target, args) = match text.split_once('?') {
        Some((path, query)) if !redirects => (Template::parse(path)?, Some(Template::parse(query)?)),
        _ => (Template::parse(text)?, None),
    };
    Ok(Action::Rewrite(Rewrite {
        pattern,
        target,
        args,
        keep_args,
        end,
    }))
}
