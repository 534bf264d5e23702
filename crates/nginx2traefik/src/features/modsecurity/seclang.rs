//! ModSecurity's language, as far as it says whether a request can be refused (libmodsecurity v3.0.14).
use super::words::{actions, name_of, statements, words};

/// SecRuleEngine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    /// Rules may refuse.
    On,
    /// Rules only log.
    DetectionOnly,
    /// No rule is asked.
    Off,
    /// A file in the controller's image decides: as it ships it only detects, but it is the one that people replace.
    File,
}

/// Something in a text, by the line that it begins on (from 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The line; none where it does not stand in the text.
    pub(super) line: Option<usize>,
    /// What it is.
    pub(super) what: String,
}

/// What a text says about requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// The last SecRuleEngine; none where there is none.
    pub(super) engine: Option<Engine>,
    /// Rules that refuse while the engine is on.
    pub(super) refusing: Vec<Told>,
    /// Rules that do what SecDefaultAction says.
    blocking: Vec<Told>,
    /// SecDefaultAction refuses.
    default_refuses: bool,
    /// Limits of bodies.
    limits: Vec<Told>,
    /// What is done over a limit is to refuse.
    over_limit_refuses: bool,
    /// A rule switches the engine on (`ctl:ruleEngine=On`).
    pub(super) switches_on: bool,
    /// What nobody knows from the text alone, whatever the engine is.
    pub(super) unclear: Vec<Told>,
}

/// Directives that decide nothing about a request by themselves (src/parser/seclang-scanner.ll): logs, files, limits of parsers, and what
/// takes rules away.
const HARMLESS: [&str; 39] = [
    "secargumentseparator",
    "secargumentslimit",
    "secauditengine",
    "secauditlog",
    "secauditlog2",
    "secauditlogdirmode",
    "secauditlogfilemode",
    "secauditlogformat",
    "secauditlogparts",
    "secauditlogrelevantstatus",
    "secauditlogstoragedir",
    "secauditlogtype",
    "seccollectiontimeout",
    "seccomponentsignature",
    "seccookieformat",
    "secdatadir",
    "secdebuglog",
    "secdebugloglevel",
    "secgeolookupdb",
    "sechttpblkey",
    "secmarker",
    "secpcrematchlimit",
    "secpcrematchlimitrecursion",
    "secrequestbodyaccess",
    "secrequestbodyinmemorylimit",
    "secrequestbodyjsondepthlimit",
    "secrequestbodynofileslimit",
    "secresponsebodyaccess",
    "secresponsebodymimetype",
    "secresponsebodymimetypesclear",
    "secruleperftime",
    "secruleremovebyid",
    "secruleremovebymsg",
    "secruleremovebytag",
    "secruleupdatetargetbyid",
    "secruleupdatetargetbymsg",
    "secruleupdatetargetbytag",
    "secsensorid",
    "secstatusengine",
];

/// The same, about files that are uploaded and the like.
const HARMLESS_TOO: [&str; 8] = [
    "sectmpdir",
    "sectmpsaveuploadedfiles",
    "secunicodemapfile",
    "secuploaddir",
    "secuploadfilelimit",
    "secuploadfilemode",
    "secuploadkeepfiles",
    "secxmlexternalentity",
];

impl Rules {
    /// Reads a text.
    pub(super) fn read(text: &str) -> Rules {
        let mut rules = Rules::default();
        for (line, statement) in statements(text) {
            match words(&statement) {
                Some(words) => rules.take(line, &words),
                None => rules.unclear.push(Told {
                    line: Some(line),
                    what: "a quotation that does not end on its line".into(),
                }),
            }
        }
        rules
    }

    /// A text that nobody can make sense of.
    pub(super) fn unclear(what: &str) -> Rules {
        let told = Told {
            line: None,
            what: what.to_owned(),
        };
        Rules {
            unclear: vec![told],
            ..Rules::default()
        }
    }

    /// /etc/nginx/modsecurity/modsecurity.conf, which is modsecurity.conf-recommended of the same version.
    pub(super) fn recommended() -> Rules {
        Rules {
            engine: Some(Engine::File),
            refusing: vec![Told {
                line: None,
                what: "modsecurity.conf refuses bodies that cannot be read (400) or are over its limits (403)".into(),
            }],
            ..Rules::default()
        }
    }

    /// /etc/nginx/owasp-modsecurity-crs/nginx-modsecurity.conf; it never touches the engine but to switch it off.
    pub(super) fn core_rules() -> Rules {
        Rules {
            refusing: vec![Told {
                line: None,
                what: "the OWASP core rules refuse what they take for an attack with 403".into(),
            }],
            ..Rules::default()
        }
    }

    /// What comes behind it in the same place: the last word about the engine counts.
    pub(super) fn then(mut self, later: Rules) -> Rules {
        self.engine = later.engine.or(self.engine);
        self.joined(later)
    }

    /// What stands around it: its word about the engine counts where this has none (rules_set_properties.h, mergeProperties).
    pub(super) fn within(mut self, outer: Rules) -> Rules {
        self.engine = self.engine.or(outer.engine);
        self.joined(outer)
    }

    fn joined(mut self, other: Rules) -> Rules {
        self.refusing.extend(other.refusing);
        self.blocking.extend(other.blocking);
        self.limits.extend(other.limits);
        self.unclear.extend(other.unclear);
        self.default_refuses |= other.default_refuses;
        self.over_limit_refuses |= other.over_limit_refuses;
        self.switches_on |= other.switches_on;
        self
    }

    /// Everything that refuses a request while the engine is on.
    pub(super) fn refusals(&self) -> Vec<Told> {
        let blocking = self.blocking.iter().filter(|_| self.default_refuses);
        let limits = self.limits.iter().filter(|_| self.over_limit_refuses);
        self.refusing.iter().chain(blocking).chain(limits).cloned().collect()
    }

    /// It stands here.
    pub(super) fn mentions(&self, told: &Told) -> bool {
        [&self.refusing, &self.blocking, &self.limits]
            .iter()
            .any(|list| list.contains(told))
    }

    fn take(&mut self, line: usize, words: &[String]) {
        let Some((name, args)) = words.split_first() else {
            return;
        };
        let lower = name.to_ascii_lowercase();
        let arg = args.first().map(|arg| arg.to_ascii_lowercase()).unwrap_or_default();
        let told = |what: String| Told { line: Some(line), what };
        match lower.as_str() {
            "secruleengine" => match engine(&arg) {
                Some(engine) => self.engine = Some(engine),
                None => self.unclear.push(told(format!("`{name} {arg}`"))),
            },
            "secdefaultaction" => self.default_refuses |= actions(&arg).any(|a| refuses(&a)),
            "secrule" if [2, 3].contains(&args.len()) => self.rule(line, args.get(2)),
            "secaction" if args.len() == 1 => self.rule(line, args.first()),
            "secrulescript" | "secruleupdateactionbyid" => self.rule(line, args.get(1)),
            "secrequestbodylimit" | "secresponsebodylimit" => {
                self.limits
                    .push(told(format!("bodies over {name} {arg} are refused with 403")));
            }
            "secrequestbodylimitaction" | "secresponsebodylimitaction" => {
                self.over_limit_refuses |= arg == "reject";
            }
            "include" => self.include(line, args),
            known if HARMLESS.contains(&known) || HARMLESS_TOO.contains(&known) => {}
            _ => self.unclear.push(told(format!("`{name}`"))),
        }
    }

    fn rule(&mut self, line: usize, list: Option<&String>) {
        let list: Vec<String> = list.iter().flat_map(|list| actions(list)).collect();
        self.switches_on |= list.iter().any(|a| a.replace(['\'', ' '], "") == "ctl:ruleengine=on");
        let told = Told {
            line: Some(line),
            what: described(&list),
        };
        let passes = |action: &String| ["pass", "allow"].contains(&name_of(action));
        if list.iter().any(|action| refuses(action)) {
            self.refusing.push(told);
        } else if !list.iter().any(passes) {
            self.blocking.push(told);
        }
    }

    fn include(&mut self, line: usize, args: &[String]) {
        let path = args.first().map_or("", String::as_str);
        if path == "/etc/nginx/modsecurity/modsecurity.conf" {
            *self = std::mem::take(self).then(Rules::recommended());
        } else if path.starts_with("/etc/nginx/owasp-modsecurity-crs/") {
            *self = std::mem::take(self).then(Rules::core_rules());
        } else {
            self.unclear.push(Told {
                line: Some(line),
                what: format!("the file {path}"),
            });
        }
    }
}

fn engine(word: &str) -> Option<Engine> {
    match word {
        "on" => Some(Engine::On),
        "off" => Some(Engine::Off),
        "detectiononly" => Some(Engine::DetectionOnly),
        _ => None,
    }
}

fn refuses(action: &str) -> bool {
    ["deny", "drop", "redirect", "proxy"].contains(&name_of(action))
}

/// By its id, and what it does.
fn described(list: &[String]) -> String {
    let value = |name: &str| list.iter().find(|a| name_of(a) == name && a.contains(':'));
    let value = |name: &str| {
        value(name)
            .and_then(|a| a.split_once(':'))
            .map(|(_, v)| v.trim_matches('\''))
    };
    let rule = value("id").map_or("a rule without id".to_owned(), |id| format!("rule {id}"));
    let does = list
        .iter()
        .find(|action| refuses(action))
        .map_or("block", |a| name_of(a));
    let status = value("status").map_or(String::new(), |status| format!(" with {status}"));
    match does {
        "deny" | "drop" => format!("{rule} refuses requests{status}"),
        "redirect" | "proxy" => format!("{rule} sends requests elsewhere"),
        _ => format!("{rule} does what SecDefaultAction says"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals(text: &str) -> Vec<String> {
        let rules = Rules::read(text);
        rules.refusals().into_iter().map(|told| told.what).collect()
    }

    #[test]
    fn a_rule_that_refuses_is_named() {
        let text = "SecRuleEngine On\n# SecRule nothing\nSecRule REQUEST_HEADERS:User-Agent \"block ua\" \\\n  \
                    \"log,deny,id:107,status:403,msg:'UA, drop it'\"";
        assert_eq!(refusals(text), ["rule 107 refuses requests with 403"]);
        assert_eq!(Rules::read(text).refusals()[0].line, Some(2));
    }

    #[test]
    fn what_passes_refuses_nobody() {
        assert!(refusals("SecAction \"id:1,pass,nolog,setvar:tx.a=1\"").is_empty());
        assert!(refusals("SecDefaultAction \"phase:2,pass,log,tag:deny\"\nSecRule ARGS x \"id:2,block\"").is_empty());
        let text = "SecDefaultAction \"phase:2,deny,status:403\"\nSecRule ARGS x \"id:2,block\"";
        assert_eq!(refusals(text), ["rule 2 does what SecDefaultAction says"]);
        assert_eq!(
            refusals("SecRule ARGS x id:3,redirect:https://a.example/"),
            ["rule 3 sends requests elsewhere"]
        );
    }

    #[test]
    fn a_limit_refuses_where_it_is_told_to() {
        assert!(refusals("SecRequestBodyLimit 1000").is_empty());
        let text = "SecRequestBodyLimit 1000\nSecRequestBodyLimitAction Reject";
        assert_eq!(
            refusals(text),
            ["bodies over SecRequestBodyLimit 1000 are refused with 403"]
        );
    }

    #[test]
    fn the_last_word_about_the_engine_counts() {
        let engine = |text| Rules::read(text).engine;
        assert_eq!(
            engine("secruleengine on\nSecRuleEngine DetectionOnly"),
            Some(Engine::DetectionOnly)
        );
        assert_eq!(
            engine("SecRuleEngine On\nInclude /etc/nginx/modsecurity/modsecurity.conf"),
            Some(Engine::File)
        );
        let outer = Rules::read("SecRuleEngine On");
        assert_eq!(
            Rules::read("SecRuleEngine Off").within(outer.clone()).engine,
            Some(Engine::Off)
        );
        assert_eq!(Rules::default().within(outer).engine, Some(Engine::On));
        assert!(Rules::read("SecAction \"id:1,pass,ctl:ruleEngine=On\"").switches_on);
    }

    #[test]
    fn what_cannot_be_known_is_unclear() {
        for text in [
            "Include /etc/own/*.conf",
            "SecRemoteRules key https://rules.example/",
            "SecServerSignature x",
            "SecRule ARGS \"x",
            "SecRule ARGS '@rx a b' 'id:1,deny'",
            "SecRuleEngine maybe",
        ] {
            assert_eq!(Rules::read(text).unclear.len(), 1, "{text}");
        }
    }
}
