use super::Intent;
use super::guard::Subject;
use super::lua;
use super::meaning::{Meaning, meaning_of};
use crate::more_headers::MoreHeaders;
use crate::program::{Level, Setting, nearest, stacked};
use crate::template::writes_request_header;
use crate::{Pattern, Template, size};

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// nginx answers itself.
    Answer {
        /// The status.
        status: u16,
        /// The body; `None` is nginx's page for the status, or nothing below 400.
        text: Option<Template>,
    },
    /// A redirect.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// Where to; one that begins with `/` stays on the scheme and host of the request.
        target: Template,
        /// What `$1` in it stands for.
        captures: Option<(Subject, Pattern)>,
        /// The query of the request is appended.
        keep_query: bool,
    },
    /// The backend gets another path.
    Rewrite {
        /// What of the path matches.
        pattern: Pattern,
        /// The path instead of the whole of it.
        target: Template,
        /// The query that comes with it.
        args: Option<Template>,
        /// The query of the request is kept, behind the other.
        keep_query: bool,
        /// The location is looked up again, by the new path.
        again: bool,
    },
    /// The connection is closed without an answer (444).
    Close,
    /// The answer has this header and no other of its name, whatever the status.
    SetResponseHeader {
        /// The name.
        name: String,
        /// The value.
        value: Template,
        /// Only for these statuses, unless empty.
        statuses: Vec<u16>,
    },
    /// The answer has one more header.
    AddResponseHeader {
        /// The name.
        name: String,
        /// The value.
        value: Template,
        /// Also for errors; else see [`crate::adds_header`].
        always: bool,
    },
    /// The answer has no such header.
    ClearResponseHeader {
        /// The name; `*` at its end stands for anything.
        name: String,
        /// Only for these statuses, unless empty.
        statuses: Vec<u16>,
        /// Only what the backend sent (`proxy_hide_header`).
        of_backend: bool,
    },
    /// `expires`
    Cache(CacheRule),
    /// The backend gets this header instead of the client's.
    SetRequestHeader {
        /// The name.
        name: String,
        /// The value.
        value: Template,
        /// ingress-nginx sends one of its own before.
        duplicate: bool,
    },
    /// The backend does not get this header.
    ClearRequestHeader {
        /// The name.
        name: String,
    },
    /// `allow` (true) and `deny` in their order; the first that covers the client decides, and none lets it in.
    Access {
        /// The rules.
        rules: Vec<(bool, String)>,
    },
    /// A user name and a password are asked for.
    BasicAuth {
        /// The realm.
        realm: String,
    },
    /// A server is asked for its consent.
    AuthRequest {
        /// The path of the location that asks it.
        path: String,
    },
    /// An error is answered by something else.
    ErrorPage {
        /// The statuses.
        statuses: Vec<u16>,
        /// The status instead; `Some(0)` is that of the page, `None` keeps the first.
        response: Option<u16>,
        /// A path, `@name` or a URL.
        target: Template,
    },
    /// The body of the answer is changed.
    ReplaceInBody {
        /// This text
        from: Template,
        /// becomes this one.
        to: Template,
    },
    /// Larger bodies are refused with 413; 0 is no limit.
    BodyLimit {
        /// In bytes.
        bytes: u64,
    },
    /// A backend of the snippet's own.
    Proxy {
        /// The argument of `proxy_pass`.
        url: Template,
    },
    /// The same as an annotation of ingress-nginx does.
    Setting {
        /// The directive.
        directive: String,
        /// Its arguments.
        args: Vec<String>,
        /// The annotation, without its prefix.
        annotation: &'static str,
    },
    /// Nothing that a client or backend of another proxy would miss.
    Nothing {
        /// Why.
        why: &'static str,
    },
    /// It cannot be said in other words than nginx's.
    Untranslatable {
        /// Why.
        why: String,
        /// What to do by hand.
        advice: String,
    },
}

/// What `expires` says, for the statuses of [`crate::adds_header`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheRule {
    /// `Cache-Control: max-age` and an Expires that moves with the clock.
    MaxAge(u64),
    /// `no-cache`, and an Expires in the past.
    NoCache,
}

/// Directives that are read together with others, or in groups.
const GROUPED: [&str; 14] = [
    "add_header",
    "more_set_headers",
    "more_clear_headers",
    "more_set_input_headers",
    "more_clear_input_headers",
    "proxy_set_header",
    "proxy_hide_header",
    "allow",
    "deny",
    "auth_basic",
    "auth_basic_user_file",
    "auth_request",
    "error_page",
    "sub_filter",
];

/// The effects of the settings in a chain of levels. `answered`: nginx answers itself, so only the answer's headers count.
pub(super) fn of_settings(chain: &[&Level], answered: bool, resolve: impl Fn(&Template) -> Template) -> Vec<Intent> {
    let reader = Reader {
        chain,
        resolve: &resolve,
    };
    let mut intents = Vec::new();
    if !answered {
        reader.access(&mut intents);
        reader.each_nearest(&["proxy_hide_header"], &mut intents);
        reader.each(
            stacked(chain, &["more_set_input_headers", "more_clear_input_headers"]),
            &mut intents,
        );
        reader.each(reader.request_headers(), &mut intents);
    }
    reader.each(
        stacked(chain, &["more_set_headers", "more_clear_headers"]),
        &mut intents,
    );
    reader.each_nearest(&["add_header"], &mut intents);
    if !answered {
        for group in [["error_page"], ["sub_filter"]] {
            reader.each_nearest(&group, &mut intents);
        }
    }
    reader.others(answered, &mut intents);
    intents
}

struct Reader<'a> {
    chain: &'a [&'a Level],
    resolve: &'a dyn Fn(&Template) -> Template,
}

impl<'a> Reader<'a> {
    fn managed(&self) -> bool {
        self.chain.iter().any(|level| level.managed.is_some())
    }

    fn template(&self, text: &str) -> Template {
        Template::parse(text)
            .map(|template| (self.resolve)(&template))
            .unwrap_or_default()
    }

    fn each(&self, settings: Vec<&Setting>, intents: &mut Vec<Intent>) {
        for setting in settings {
            for effect in self.of_setting(setting) {
                intents.push(Intent {
                    effect,
                    places: vec![setting.place],
                });
            }
        }
    }

    fn each_nearest(&self, names: &[&str], intents: &mut Vec<Intent>) {
        self.each(nearest(self.chain, names), intents);
    }

    /// The lines of the server do not reach a location of ingress-nginx, which has lines of its own.
    fn request_headers(&self) -> Vec<&'a Setting> {
        let from = self.chain.iter().position(|level| level.managed.is_some());
        match from {
            Some(from) => stacked(&self.chain[from..], &["proxy_set_header"]),
            None => nearest(self.chain, &["proxy_set_header"]),
        }
    }

    fn access(&self, intents: &mut Vec<Intent>) {
        let rules = nearest(self.chain, &["allow", "deny"]);
        if !rules.is_empty() {
            let places = rules.iter().map(|rule| rule.place).collect();
            let rules = rules
                .iter()
                .map(|rule| (rule.name == "allow", rule.arg(0).to_owned()))
                .collect();
            intents.push(Intent {
                effect: Effect::Access { rules },
                places,
            });
        }
        let realm = nearest(self.chain, &["auth_basic"]);
        if let Some(realm) = realm.first().filter(|realm| realm.arg(0) != "off") {
            let effect = Effect::BasicAuth {
                realm: realm.arg(0).to_owned(),
            };
            intents.push(Intent {
                effect,
                places: vec![realm.place],
            });
        }
        let request = nearest(self.chain, &["auth_request"]);
        if let Some(request) = request.first().filter(|request| request.arg(0) != "off") {
            let effect = Effect::AuthRequest {
                path: request.arg(0).to_owned(),
            };
            intents.push(Intent {
                effect,
                places: vec![request.place],
            });
        }
    }

    /// Every other directive, the innermost of each name.
    fn others(&self, answered: bool, intents: &mut Vec<Intent>) {
        let mut seen: Vec<&str> = Vec::new();
        for level in self.chain.iter().rev() {
            for setting in &level.settings {
                let name = setting.name.as_str();
                let inner = seen.contains(&name) || GROUPED.contains(&name);
                let counts = !answered || name == "expires" || name == "default_type";
                if !inner && counts {
                    self.each(vec![setting], intents);
                }
            }
            seen.extend(level.settings.iter().map(|setting| setting.name.as_str()));
        }
    }

    fn of_setting(&self, setting: &Setting) -> Vec<Effect> {
        let (name, value) = (setting.arg(0).to_owned(), setting.arg(1));
        let one = match setting.name.as_str() {
            "more_set_headers" | "more_clear_headers" | "more_set_input_headers" | "more_clear_input_headers" => {
                return self.more(setting);
            }
            "add_header" => {
                let always = setting.arg(2) == "always";
                Effect::AddResponseHeader {
                    name,
                    value: self.template(value),
                    always,
                }
            }
            "proxy_hide_header" => Effect::ClearResponseHeader {
                name,
                statuses: Vec::new(),
                of_backend: true,
            },
            "proxy_set_header" => self.request_header(name, value),
            "expires" => expires(&name),
            "error_page" => return self.error_page(setting),
            "sub_filter" => Effect::ReplaceInBody {
                from: self.template(&name),
                to: self.template(value),
            },
            "client_max_body_size" => match size::bytes(&name) {
                Some(bytes) if !self.managed() => Effect::BodyLimit { bytes },
                _ => Effect::Nothing {
                    why: "ingress-nginx writes a limit of its own into its locations",
                },
            },
            "proxy_pass" => Effect::Proxy {
                url: self.template(&name),
            },
            directive => general(directive, setting),
        };
        vec![one]
    }

    fn request_header(&self, name: String, value: &str) -> Effect {
        let value = self.template(value);
        let duplicate = self.managed() && writes_request_header(&name);
        let same = crate::template::request_header_value(&name);
        if duplicate && same.iter().any(|own| *own == value.to_string()) {
            return Effect::Nothing {
                why: "ingress-nginx sends the same header already",
            };
        }
        match value.literal().as_deref() {
            Some("") => Effect::ClearRequestHeader { name },
            _ => Effect::SetRequestHeader { name, value, duplicate },
        }
    }

    fn more(&self, setting: &Setting) -> Vec<Effect> {
        let more = MoreHeaders::parse(&setting.name, &setting.args);
        let input = setting.name.ends_with("input_headers");
        let effect = |(name, value): (String, String)| {
            let value = self.template(&value);
            let empty = value.parts.is_empty();
            match (input, empty) {
                (true, true) => Effect::ClearRequestHeader { name },
                (true, false) => Effect::SetRequestHeader {
                    name,
                    value,
                    duplicate: false,
                },
                (false, true) => Effect::ClearResponseHeader {
                    name,
                    statuses: more.statuses.clone(),
                    of_backend: false,
                },
                (false, false) if more.append => Effect::AddResponseHeader {
                    name,
                    value,
                    always: true,
                },
                (false, false) => Effect::SetResponseHeader {
                    name,
                    value,
                    statuses: more.statuses.clone(),
                },
            }
        };
        more.headers.into_iter().map(effect).collect()
    }

    fn error_page(&self, setting: &Setting) -> Vec<Effect> {
        let Some((target, codes)) = setting.args.split_last() else {
            return Vec::new();
        };
        let statuses = codes.iter().filter_map(|code| code.parse().ok()).collect();
        let response = codes
            .iter()
            .find_map(|code| code.strip_prefix('='))
            .map(|code| code.parse().unwrap_or(0));
        vec![Effect::ErrorPage {
            statuses,
            response,
            target: self.template(target),
        }]
    }
}

fn expires(time: &str) -> Effect {
    match time {
        "off" => Effect::Nothing {
            why: "expires off adds nothing",
        },
        "epoch" => Effect::Cache(CacheRule::NoCache),
        "max" => Effect::Cache(CacheRule::MaxAge(315_360_000)),
        _ if time.starts_with('-') => Effect::Cache(CacheRule::NoCache),
        _ => match size::seconds(time.trim_start_matches('+')) {
            Some(age) => Effect::Cache(CacheRule::MaxAge(age)),
            None => Effect::Untranslatable {
                why: format!("expires {time} depends on the time of day or of the file"),
                advice: "send Cache-Control from the backend".to_owned(),
            },
        },
    }
}

/// A directive that has no effect of its own here, by what is known of it.
fn general(directive: &str, setting: &Setting) -> Effect {
    if directive.contains("_by_lua") {
        return lua::effect(directive, setting);
    }
    match meaning_of(directive) {
        Meaning::Nothing(why) => Effect::Nothing { why },
        Meaning::Annotation(annotation) => Effect::Setting {
            directive: directive.to_owned(),
            args: setting.args.clone(),
            annotation,
        },
        Meaning::Effect(note) | Meaning::Manual(note) => Effect::Untranslatable {
            why: format!("{directive} has no equivalent"),
            advice: note.to_owned(),
        },
        Meaning::Unknown => Effect::Untranslatable {
            why: format!("nginx knows no directive {directive}"),
            advice: "remove it; nginx refuses the whole configuration with it".to_owned(),
        },
    }
}
