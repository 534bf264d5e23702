use crate::Pattern;

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
