//! From the settings of nested levels to effects.

use super::Intent;
use super::effects::{CacheRule, Effect};
use super::lua;
use super::meaning::{Meaning, meaning_of};
use crate::more_headers::MoreHeaders;
use crate::program::{Level, Setting, nearest, stacked};
use crate::template::{request_header_value, writes_in_location, writes_request_header};
use crate::{Template, size};

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
        answered,
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
    reader.each_nearest(&["error_page"], &mut intents);
    if !answered {
        reader.each_nearest(&["sub_filter"], &mut intents);
    }
    reader.others(answered, &mut intents);
    intents
}

struct Reader<'a> {
    chain: &'a [&'a Level],
    /// nginx answers itself.
    answered: bool,
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
                let counts = !answered || matches!(name, "expires" | "default_type");
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
            _ => self.of_plain(setting),
        };
        vec![one]
    }

    /// Directives whose effect needs no more than their arguments.
    fn of_plain(&self, setting: &Setting) -> Effect {
        let (name, value) = (setting.arg(0).to_owned(), setting.arg(1));
        match setting.name.as_str() {
            "client_max_body_size" => match size::bytes(&name) {
                Some(bytes) if !self.managed() => Effect::BodyLimit { bytes },
                _ => Effect::Nothing {
                    why: "ingress-nginx writes a limit of its own into its locations",
                },
            },
            "proxy_pass" => Effect::Proxy {
                url: self.template(&name),
            },
            "auth_request_set" => {
                let variable = name.trim_start_matches('$').to_ascii_lowercase();
                Effect::AuthVariable {
                    variable,
                    value: self.template(value),
                }
            }
            "default_type" if self.answered => Effect::ContentType { value: name },
            "default_type" => Effect::Nothing {
                why: "the backend names the type of its content",
            },
            "gzip" | "brotli" => Effect::Compress { on: name == "on" },
            "internal" => Effect::Internal,
            "proxy_intercept_errors" if name == "on" => Effect::InterceptErrors,
            "proxy_intercept_errors" => Effect::Nothing {
                why: "it is the default",
            },
            directive => self.general(directive, setting),
        }
    }

    fn request_header(&self, name: String, value: &str) -> Effect {
        let value = self.template(value);
        let duplicate = self.managed() && writes_request_header(&name);
        let same = request_header_value(&name);
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
        if more.replace || !more.types.is_empty() {
            let flag = if more.replace { "-r" } else { "-t" };
            return vec![Effect::Untranslatable {
                why: format!("{flag} looks at what the header or the content type is before"),
                advice: "leave the flag out where the header may be set on every message".to_owned(),
            }];
        }
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

    /// A directive that has no effect of its own here, by what is known of it.
    fn general(&self, directive: &str, setting: &Setting) -> Effect {
        if directive.contains("_by_lua") {
            return lua::effect(directive, setting);
        }
        if directive == "proxy_cache" || directive.starts_with("proxy_cache_") {
            let on = nearest(self.chain, &["proxy_cache"])
                .iter()
                .any(|zone| zone.arg(0) != "off");
            let directive = directive.to_owned();
            return match on {
                true => Effect::Cached { directive },
                false => Effect::Nothing {
                    why: "without proxy_cache nothing is cached",
                },
            };
        }
        if self.managed() && writes_in_location(directive) {
            return Effect::Nothing {
                why: "ingress-nginx writes its own into its locations",
            };
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
