use super::{Answer, Handled, State};
use crate::request::normalise;
use crate::{Template, Value};

/// Directives that answer by themselves and that are not followed here.
const CONTENT: [&str; 10] = [
    "fastcgi_pass",
    "grpc_pass",
    "memcached_pass",
    "stub_status",
    "empty_gif",
    "try_files",
    "alias",
    "root",
    "autoindex",
    "js_content",
];

impl State<'_> {
    /// What nginx checks when it has found the location.
    pub(super) fn before_script(&mut self) -> Option<Handled> {
        if !self.internal && !self.nearest_own("internal").is_empty() {
            return Some(Handled::Answer(Answer::page(404)));
        }
        // ingress-nginx writes a limit of its own into its locations: none is known unless the caller gives it as text
        let limit = if self.in_managed() {
            let own = self.nearest_own("client_max_body_size");
            own.first().map_or(Some(0), |own| crate::size::bytes(own.arg(0)))
        } else {
            crate::size::bytes(self.nearest_value("client_max_body_size"))
        };
        let limit = limit.unwrap_or(1 << 20);
        (limit > 0 && self.request.body_size > limit).then(|| Handled::Answer(Answer::page(413)))
    }

    /// The settings of this name at the location itself.
    fn nearest_own(&self, name: &str) -> Vec<&crate::program::Setting> {
        let last = self
            .chain
            .last()
            .map(|level| level.settings.as_slice())
            .unwrap_or_default();
        last.iter().filter(|setting| setting.name == name).collect()
    }

    /// A method that `limit_except` limits, or a location inside of one that ingress-nginx wrote: the script of that one does not
    /// run, so the variables are missing that ingress-nginx's Lua needs, and it answers 503 before any rule is asked (recordings
    /// snippet/165, serversnippet/040; an inner location has the Lua of the outer one, ngx_http_lua_merge_loc_conf).
    pub(super) fn limited(&mut self) -> Handled {
        if self.in_managed() {
            Handled::Answer(Answer::page(503))
        } else {
            self.after_script()
        }
    }

    /// The access phase and the content.
    pub(super) fn after_script(&mut self) -> Handled {
        if let Some(setting) = self.code() {
            let why = format!("{} runs Lua", setting.0);
            return Handled::Unknown {
                why,
                place: Some(setting.1),
            };
        }
        let elsewhere = self.request.refused.as_ref();
        let elsewhere = elsewhere.filter(|(name, _)| self.managed_name().as_ref() == Some(name));
        let verdict = match elsewhere {
            Some((_, status)) => Ok(Some(*status)),
            None => self.access(),
        };
        match verdict {
            Ok(None) => self.content(),
            Ok(Some(status)) => {
                self.by_access = true;
                Handled::Answer(Answer::page(status))
            }
            Err(why) => Handled::Unknown { why, place: None },
        }
    }

    fn code(&self) -> Option<(String, crate::Place)> {
        let runs = |name: &str| {
            ["rewrite_by_lua", "access_by_lua", "content_by_lua"]
                .iter()
                .any(|start| name.starts_with(start))
        };
        let mut settings = self.chain.iter().rev().flat_map(|level| &level.settings);
        settings
            .find(|setting| runs(&setting.name))
            .map(|setting| (setting.name.clone(), setting.place))
    }

    fn content(&mut self) -> Handled {
        let own = self.nearest_own_or_if("proxy_pass");
        if let Some(proxy) = own {
            let url = match Template::parse(proxy.arg(0)) {
                Ok(template) => self.expand(&template),
                Err(why) => Value::Unknown(why),
            };
            return Handled::ProxyPass {
                url,
                target: self.target(),
            };
        }
        if let Some(name) = self.managed_name() {
            return Handled::Backend {
                location: name,
                target: self.target(),
            };
        }
        for name in CONTENT {
            if let Some(setting) = self.nearest(&[name]).first() {
                return Handled::Unknown {
                    why: format!("{name} serves it"),
                    place: Some(setting.place),
                };
            }
        }
        // nothing else serves the location: a file of the container, and there is none
        Handled::Answer(Answer::page(404))
    }

    /// `proxy_pass` is inherited only into an `if` (`ngx_http_proxy_merge_loc_conf`).
    fn nearest_own_or_if(&self, name: &str) -> Option<&crate::program::Setting> {
        let inner = self
            .chain
            .iter()
            .rev()
            .take(2)
            .filter(|level| !self.outer.iter().any(|outer| std::ptr::eq(**level, *outer)));
        inner
            .flat_map(|level| &level.settings)
            .find(|setting| setting.name == name)
    }

    /// Send what was decided, or lead it to the error page of its status.
    pub(super) fn finish(&mut self, handled: Handled) -> Handled {
        let Handled::Answer(answer) = &handled else {
            return handled;
        };
        if self.in_error || answer.text.is_some() || answer.status < 300 {
            return self.with_status(handled);
        }
        let status = answer.status;
        let pages = self.nearest(&["error_page"]);
        let is_it = |page: &&&crate::program::Setting| page.args.iter().any(|arg| arg.parse() == Ok(status));
        let Some(page) = pages.iter().find(is_it) else {
            return handled;
        };
        let place = page.place;
        let (target, codes) = match page.args.split_last() {
            Some((target, codes)) => (target.clone(), codes.to_vec()),
            None => return handled,
        };
        self.trace.push(place);
        self.in_error = true;
        self.internal = true;
        let replacement = codes.iter().find_map(|code| code.strip_prefix('='));
        self.status = match replacement {
            None => Some(status),
            Some("") => None,
            Some(code) => code.parse().ok(),
        };
        self.error_page(&target)
    }

    fn error_page(&mut self, target: &str) -> Handled {
        if target.starts_with('@') {
            let Some(level) = self.named(target) else {
                return Handled::Answer(Answer::page(500));
            };
            self.chain = self.outer.to_vec();
            self.chain.push(level);
            return self.in_location().unwrap_or_else(|| self.enter_location());
        }
        let text = match Template::parse(target).map(|template| self.expand(&template)) {
            Ok(Value::Known(text)) => text,
            Ok(Value::Unknown(why)) | Err(why) => return Handled::Unknown { why, place: None },
        };
        if !text.starts_with('/') {
            let status = self
                .status
                .take()
                .filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308));
            let location = Some(Value::Known(text));
            return Handled::Answer(Answer {
                status: status.unwrap_or(302),
                location,
                text: None,
            });
        }
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        self.path = normalise(path).unwrap_or_else(|| path.to_owned());
        self.query = query.to_owned();
        self.untouched = false;
        if self.method != "HEAD" {
            self.method = "GET".to_owned();
        }
        self.enter_server()
    }

    /// A text that an error page sends has the status that led there; another error or a redirect has its own
    /// (`ngx_http_special_response_handler` sets `err_status` anew).
    fn with_status(&self, handled: Handled) -> Handled {
        match (handled, self.status) {
            (Handled::Answer(answer), Some(status)) if self.in_error && answer.text.is_some() => {
                Handled::Answer(Answer { status, ..answer })
            }
            (handled, _) => handled,
        }
    }
}
