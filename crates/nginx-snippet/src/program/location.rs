use crate::{Directive, Pattern};

/// How a location says which paths it serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocationMatch {
    /// `= /path`
    Exact(String),
    /// `/path`, or `^~ /path` which no regex can take away.
    Prefix {
        /// The path.
        path: String,
        /// True for `^~`.
        final_: bool,
    },
    /// `~` and `~*`.
    Regex(Pattern),
    /// `@name`, reached by name only.
    Named(String),
}

impl LocationMatch {
    /// `location /path`
    pub fn prefix(path: &str) -> Self {
        Self::Prefix {
            path: path.to_owned(),
            final_: false,
        }
    }

    /// `location = /path`
    pub fn exact(path: &str) -> Self {
        Self::Exact(path.to_owned())
    }

    /// `location ~ regex`, or `~*` when it ignores case.
    pub fn regex(source: &str, caseless: bool) -> Self {
        Self::Regex(Pattern::new(source, caseless))
    }

    /// Read the arguments of a `location`, after `ngx_http_core_location`; the error is nginx's.
    ///
    /// ```
    /// use nginx_snippet::LocationMatch;
    /// assert_eq!(LocationMatch::parse(&["=/a"]), Ok(LocationMatch::exact("/a")));
    /// assert_eq!(LocationMatch::parse(&["~*", "^/a"]), Ok(LocationMatch::regex("^/a", true)));
    /// assert_eq!(LocationMatch::parse(&["=~", "/a"]), Err("invalid location modifier \"=~\"".to_owned()));
    /// ```
    pub fn parse(args: &[&str]) -> Result<Self, String> {
        match args {
            [modifier, path] => match *modifier {
                "=" => Ok(Self::exact(path)),
                "^~" => Ok(Self::Prefix {
                    path: (*path).to_owned(),
                    final_: true,
                }),
                "~" => Ok(Self::regex(path, false)),
                "~*" => Ok(Self::regex(path, true)),
                _ => Err(format!("invalid location modifier \"{modifier}\"")),
            },
            [path] => Ok(Self::single(path)),
            _ => Err("invalid number of arguments in \"location\" directive".to_owned()),
        }
    }

    /// The matcher of a `location` directive; none of any other.
    pub fn of(directive: &Directive) -> Option<Self> {
        let args: Vec<&str> = directive.args.iter().map(|word| word.text.as_str()).collect();
        let matcher = Self::parse(&args).ok();
        matcher.filter(|_| directive.name.text == "location")
    }

    /// What nginx calls it: its path, or the text of its regex.
    pub fn text(&self) -> &str {
        match self {
            Self::Exact(path) | Self::Prefix { path, .. } | Self::Named(path) => path,
            Self::Regex(pattern) => &pattern.source,
        }
    }

    /// Why nginx does not take `inner` inside of this one, in its words (`ngx_http_core_location`).
    ///
    /// ```
    /// use nginx_snippet::LocationMatch;
    /// let (outer, exact) = (LocationMatch::prefix("/app/"), LocationMatch::exact("/app"));
    /// assert_eq!(outer.refusal(&LocationMatch::regex("/cron", false)), None);
    /// let outside = "location \"/api\" is outside location \"/app/\"".to_owned();
    /// assert_eq!(outer.refusal(&LocationMatch::prefix("/api")), Some(outside));
    /// assert!(exact.refusal(&LocationMatch::regex("/cron", false)).is_some());
    /// ```
    pub fn refusal(&self, inner: &Self) -> Option<String> {
        let (own, name) = (self.text(), inner.text());
        match (self, inner) {
            (Self::Exact(_), _) => Some(format!(
                "location \"{name}\" cannot be inside the exact location \"{own}\""
            )),
            (Self::Named(_), _) => Some(format!(
                "location \"{name}\" cannot be inside the named location \"{own}\""
            )),
            (_, Self::Named(_)) => Some(format!("named location \"{name}\" can be on the server level only")),
            (_, Self::Regex(_)) => None,
            _ if name.starts_with(own) => None,
            _ => Some(format!("location \"{name}\" is outside location \"{own}\"")),
        }
    }

    /// The modifier may cling to the path.
    fn single(path: &str) -> Self {
        if let Some(rest) = path.strip_prefix('=') {
            return Self::exact(rest);
        }
        if let Some(rest) = path.strip_prefix("^~") {
            return Self::Prefix {
                path: rest.to_owned(),
                final_: true,
            };
        }
        if let Some(rest) = path.strip_prefix("~*") {
            return Self::regex(rest, true);
        }
        if let Some(rest) = path.strip_prefix('~') {
            return Self::regex(rest, false);
        }
        if path.starts_with('@') {
            return Self::Named(path.to_owned());
        }
        Self::prefix(path)
    }
}
