use super::{RequestHeader, State};
use crate::more_headers::MoreHeaders;
use crate::program::Setting;
use crate::template::writes_request_header;
use crate::{Template, Value};

impl State<'_> {
    /// What the backend's request gets beside what ingress-nginx sets.
    pub(super) fn upstream_headers(&self) -> Vec<RequestHeader> {
        let mut headers = Vec::new();
        for setting in self.stacked(&["more_set_input_headers", "more_clear_input_headers"]) {
            let more = MoreHeaders::parse(&setting.name, &setting.args);
            for (name, value) in more.headers {
                headers.push(self.header(name, &value, setting));
            }
        }
        for setting in self.set_headers() {
            headers.push(self.header(setting.arg(0).to_owned(), setting.arg(1), setting));
        }
        headers
    }

    /// ingress-nginx writes `proxy_set_header` lines into its locations, so those of the server do not get there.
    fn set_headers(&self) -> Vec<&Setting> {
        let names = ["proxy_set_header", "grpc_set_header"];
        let Some(at) = self.chain.iter().position(|level| level.managed.is_some()) else {
            return self.nearest(&names).into_iter().collect();
        };
        let inner = self.chain[at..].iter().flat_map(|level| &level.settings);
        inner.filter(|setting| names.contains(&setting.name.as_str())).collect()
    }

    fn header(&self, name: String, value: &str, setting: &Setting) -> RequestHeader {
        let value = self.expand_text(value);
        let by_proxy = setting.name.ends_with("_set_header");
        let duplicate = by_proxy && self.in_managed() && writes_request_header(&name);
        RequestHeader {
            name,
            value,
            duplicate,
            place: setting.place,
        }
    }

    /// A text with variables, as settings hold them.
    pub(super) fn expand_text(&self, text: &str) -> Value {
        match Template::parse(text) {
            Ok(template) => self.expand(&template),
            Err(why) => Value::Unknown(why),
        }
    }
}
