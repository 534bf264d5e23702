//! What a program means for all requests must be what it does with each.

#![allow(clippy::unwrap_used)]

use nginx_snippet::{
    Answer, Branch, Effect, Guard, Handled, Idiom, Outcome, Program, RequestFacts, ResponseOp, Subject, Template, Test,
    evaluate, parse, read,
};

fn branches(text: &str) -> Vec<Branch> {
    read(&Program::location(&parse(text))).locations.remove(0).branches
}

/// A branch in one line: conditions, then effects.
fn line(branch: &Branch) -> String {
    let guards: Vec<String> = branch.positive().map(guard).collect();
    let effects: Vec<String> = branch.intents.iter().map(|one| format!("{:?}", one.effect)).collect();
    format!("{} -> {}", guards.join(" && "), effects.join(", "))
}

fn guard(guard: &Guard) -> String {
    match &guard.test {
        Test::Equals(text) => format!("{:?} = {text}", guard.subject),
        Test::Matches(pattern) => format!("{:?} ~ {}", guard.subject, pattern.source),
        Test::Truthy => format!("{:?}", guard.subject),
    }
}

#[test]
fn variables_are_followed_through_conditions() {
    let text = "set $cors 'true';
        if ($request_method = 'OPTIONS') { set $cors ${cors}options; }
        if ($cors = \"true\") { more_set_headers 'Access-Control-Allow-Origin: $http_origin'; }
        if ($cors = \"trueoptions\") { more_set_headers 'Access-Control-Allow-Origin: $http_origin'; return 204; }";
    let branches = branches(text);
    assert_eq!(branches.len(), 2);
    assert_eq!(
        branches[0].positive().map(guard).collect::<Vec<_>>(),
        ["Method = OPTIONS"]
    );
    assert_eq!(branches[0].idiom(), Some(Idiom::CorsPreflight));
    assert_eq!(branches[1].positive().count(), 0);
    assert_eq!(branches[1].idiom(), Some(Idiom::Cors));
}

#[test]
fn only_the_settings_of_the_last_true_condition_count() {
    let branches = branches("if ($http_a) { add_header A 1; } if ($http_b) { add_header B 2; }");
    let names = |branch: &Branch| -> Vec<String> {
        let name = |effect: &Effect| match effect {
            Effect::AddResponseHeader { name, .. } => name.clone(),
            other => format!("{other:?}"),
        };
        branch.intents.iter().map(|one| name(&one.effect)).collect()
    };
    let seen: Vec<(usize, Vec<String>)> = branches
        .iter()
        .map(|one| (one.positive().count(), names(one)))
        .collect();
    let expected = [(2, vec!["B"]), (1, vec!["A"]), (1, vec!["B"]), (0, vec![])];
    assert_eq!(
        seen,
        expected.map(|(count, names)| (count, names.into_iter().map(str::to_owned).collect()))
    );
}

#[test]
fn a_condition_that_is_wanted_not_to_hold_comes_second() {
    let branches = branches("if ($request_method !~ ^(GET|HEAD)$) { return 405; }");
    assert_eq!(
        branches[0].positive().map(guard).collect::<Vec<_>>(),
        ["Method ~ ^(GET|HEAD)$"]
    );
    assert_eq!(branches[0].intents.len(), 0);
    assert_eq!(branches[1].idiom(), Some(Idiom::Refusal));
}

#[test]
fn redirects_know_what_their_captures_stand_for() {
    let branches = branches(
        "rewrite ^/(sitemap.+) /goa/sitemaps/$1 redirect; if ($host = a.example) { return 301 https://b.example$request_uri; }",
    );
    let Effect::Redirect {
        status: 302,
        target,
        captures: Some((Subject::Path, pattern)),
        keep_query: true,
    } = &branches[0].intents[0].effect
    else {
        panic!("{}", line(&branches[0]));
    };
    assert_eq!(
        (target.to_string().as_str(), pattern.source.as_str()),
        ("/goa/sitemaps/$1", "^/(sitemap.+)")
    );
    assert_eq!(branches[1].idiom(), Some(Idiom::HostRedirect));
}

#[test]
fn what_only_nginx_knows_has_no_translation() {
    for (text, why) in [
        (
            "if ($geoip2_country_code = XX) { return 403; }",
            "$geoip2_country_code is not known from the request",
        ),
        (
            "if ($http_a = $http_b) { return 403; }",
            "it compares with ${http_b}, which only the request knows",
        ),
        (
            "access_by_lua_block { ngx.exit(403) }",
            "access_by_lua_block runs Lua that refuses requests",
        ),
        ("proxy_store on;", "proxy_store has no equivalent"),
    ] {
        let reading = read(&Program::location(&parse(text)));
        let found = reading.untranslatable();
        assert_eq!(
            found.iter().map(|(_, why, _)| *why).collect::<Vec<_>>(),
            [why],
            "{text}"
        );
        assert!(!found[0].0.is_empty() && !found[0].2.is_empty());
    }
}

#[test]
fn many_conditions_end_in_one_branch_that_says_so() {
    let text: String = (0..40)
        .map(|n| format!("if ($http_h{n}) {{ add_header H{n} 1; }}\n"))
        .collect();
    let branches = branches(&text);
    assert_eq!(branches.len(), 1);
    assert!(!branches[0].is_translatable());
    // conditions that end the script are no combinations
    let text: String = (0..390)
        .map(|n| format!("if ($host = h{n}.example) {{ return 301 https://new.example; }}\n"))
        .collect();
    assert_eq!(self::branches(&text).len(), 391);
}

#[test]
fn a_condition_that_nobody_sees_is_no_condition() {
    let text =
        "set $ip \"\"; if ($http_x_forwarded_for ~ \"^([^,]+)\") { set $ip $1; } if ($ip != \"\") { set $from $ip; }";
    assert_eq!(branches(text).len(), 1);
    assert!(branches(text)[0].is_translatable());
    let seen = format!("{text} proxy_set_header X-From $from;");
    assert!(
        branches(&seen)
            .iter()
            .any(|branch| !branch.is_translatable() || branch.when.len() == 1)
    );
}

#[test]
fn an_answer_of_the_server_has_the_headers_of_the_server() {
    let text =
        "add_header A 1 always; more_set_headers 'B: 2'; if ($http_x) { return 403; } location /a { add_header C 3; }";
    let reading = read(&Program::server(&parse(text)));
    assert_eq!(reading.server[0].idiom(), Some(Idiom::Refusal));
    assert_eq!(headers(&reading.server[0]), ["B", "A"]);
    assert_eq!(reading.server[1].intents, []);
    // the location's own add_header hides the server's
    let own = reading
        .locations
        .iter()
        .find(|location| location.place.is_some())
        .unwrap();
    assert_eq!(headers(&own.branches[0]), ["B", "C"]);
}

/// The end of a branch as the evaluation would say it.
fn end(branch: &Branch) -> Option<(u16, Option<String>)> {
    match &branch.intents.first()?.effect {
        Effect::Answer { status, .. } => Some((*status, None)),
        Effect::Redirect { status, target, .. } => Some((*status, target.literal())),
        _ => None,
    }
}

fn headers(branch: &Branch) -> Vec<String> {
    let name = |effect: &Effect| match effect {
        Effect::SetResponseHeader { name, .. }
        | Effect::AddResponseHeader { name, .. }
        | Effect::ClearResponseHeader {
            name,
            of_backend: false,
            ..
        } => Some(name.clone()),
        _ => None,
    };
    branch.intents.iter().filter_map(|one| name(&one.effect)).collect()
}

fn evaluated_headers(outcome: &Outcome) -> Vec<String> {
    let name = |op: &ResponseOp| match op {
        ResponseOp::Set { name, .. } | ResponseOp::Add { name, .. } | ResponseOp::Clear { name, .. } => {
            Some(name.clone())
        }
        _ => None,
    };
    outcome.response.iter().filter_map(name).collect()
}

/// The branch that a request takes must do what the evaluation says.
fn agrees(text: &str, request: &RequestFacts) -> Result<(), String> {
    let program = Program::location(&parse(text));
    let reading = read(&program);
    let outcome = evaluate(&program, request);
    let taken = reading.locations[0]
        .branches
        .iter()
        .find(|branch| branch.applies(request) == Some(true))
        .ok_or("no branch")?;
    let said = format!("{text}\n{request:?}\n{}\n{outcome:?}", line(taken));
    if headers(taken) != evaluated_headers(&outcome) {
        return Err(said);
    }
    let rewrites = taken
        .intents
        .iter()
        .any(|one| matches!(one.effect, Effect::Rewrite { .. }));
    let same = match (&outcome.handled, end(taken)) {
        (
            Handled::Answer(Answer {
                status, location: None, ..
            }),
            Some((own, None)),
        ) => *status == own,
        (
            Handled::Answer(Answer {
                status,
                location: Some(at),
                ..
            }),
            Some((own, target)),
        ) => {
            let fits = |target: &String| at.known().is_some_and(|at| at.contains(target.as_str()));
            *status == own && target.as_ref().is_none_or(fits)
        }
        (Handled::Answer(answer), None) => matches!(answer.status, 403 | 503),
        (Handled::Backend { target, .. }, None) => rewrites || *target == request.target,
        _ => false,
    };
    if same { Ok(()) } else { Err(said) }
}

#[derive(serde::Deserialize)]
struct Entry {
    location: Option<String>,
    server: Option<String>,
    host: String,
    annotations: std::collections::BTreeMap<String, String>,
    answers: Vec<Recorded>,
}

#[derive(serde::Deserialize)]
struct Recorded {
    request: Request,
}

#[derive(serde::Deserialize)]
struct Request {
    method: String,
    scheme: String,
    path: String,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
}

#[test]
fn the_branch_that_a_recorded_request_takes_does_what_nginx_did() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/snippets/recorded.json");
    let entries: Vec<Entry> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut all, mut wrong) = (0, Vec::new());
    for entry in entries
        .iter()
        .filter(|entry| entry.server.is_none() && entry.annotations.is_empty())
    {
        for Recorded { request } in &entry.answers {
            let mut facts = RequestFacts::new(&request.method, &request.scheme, &entry.host, &request.path).address(
                request
                    .headers
                    .get("X-Forwarded-For")
                    .map_or("127.0.0.1", String::as_str),
            );
            for (name, value) in &request.headers {
                facts = facts.header(name, value);
            }
            all += 1;
            wrong.extend(agrees(entry.location.as_deref().unwrap_or_default(), &facts).err());
        }
    }
    println!(
        "readings: {} of {all} requests take the branch that nginx took",
        all - wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong, the first: {}", wrong.len(), wrong[0]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]
    /// Random little programs: the order of the branches alone must keep each request in its own.
    #[test]
    fn a_reading_agrees_with_the_evaluation(picks in proptest::collection::vec((0usize..8, 0usize..8), 1..6), asks in 0usize..8) {
        let conditions = [
            "$request_method = POST", "$request_method != GET", "$http_x", "$http_x ~ ^o", "$http_x !~ n$", "$uri ~ ^/a",
            "$arg_q = 1", "$flag = 1",
        ];
        let bodies = [
            "return 403;", "add_header A 1;", "set $flag 1;", "more_set_headers 'B: 2';", "return 301 /x;", "break;",
            "rewrite ^/a /b redirect;", "set $flag \"\"; add_header C 3;",
        ];
        let ifs = picks.iter().map(|(c, b)| format!("if ({}) {{ {} }}\n", conditions[*c], bodies[*b]));
        let text: String = std::iter::once("set $flag 0;\n".to_owned()).chain(ifs).collect();
        let method = ["GET", "POST"][asks & 1];
        let mut request = RequestFacts::new(method, "http", "a.example", ["/a?q=1", "/z"][asks >> 1 & 1]);
        if asks >> 2 == 1 {
            request = request.header("X", "on");
        }
        let held = agrees(&text, &request);
        proptest::prop_assert!(held.is_ok(), "{}", held.unwrap_err());
    }
}

#[test]
fn a_template_keeps_what_it_does_not_know() {
    assert_eq!(Template::parse("a${b}c$1").unwrap().to_string(), "a${b}c$1");
}

#[test]
fn an_inner_location_is_asked_before_the_outer_one() {
    let text = "more_set_headers 'A: 1'; set $x y;
        location /old { return 301 https://new.example$request_uri; }
        location ~ ^/cron/(.*)$ { return 302 /jobs/$1; }
        location = /admin { deny all; }";
    let lines: Vec<String> = branches(text).iter().map(line).collect();
    let starts = [
        "Path = /admin -> Answer { status: 503",
        "Path ~ ^/cron/(.*)$ -> Redirect { status: 302",
        "Path ~ ^/old -> Redirect",
        " -> SetResponseHeader",
    ];
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start) && line.contains("name: \"A\""), "{line}");
    }
    // what the evaluation does with each
    let program = Program::location(&parse(text));
    for (path, status) in [("/admin", 503), ("/cron/a", 302), ("/old/x", 301)] {
        let outcome = evaluate(&program, &RequestFacts::new("GET", "http", "a.example", path));
        let Handled::Answer(answer) = outcome.handled else {
            panic!("{path}")
        };
        assert_eq!(answer.status, status, "{path}");
    }
}

#[test]
fn a_regex_of_a_location_captures() {
    let reading = read(&Program::server(&parse(
        "location ~ ^/old/(.*)$ { return 301 https://new.example/$1; }",
    )));
    let Effect::Redirect { target, captures, .. } = &reading.locations[0].branches[0].intents[0].effect else {
        panic!("{reading:?}");
    };
    assert_eq!(target.to_string(), "https://new.example/$1");
    assert!(captures.is_some());
}

#[test]
fn a_name_that_nothing_leads_to() {
    let text = |page: &str| format!("{page} location @busy {{ add_header A 1; return 503; }}");
    let effects = |text: &str| -> Vec<Effect> {
        let reading = read(&Program::server(&parse(text)));
        let intents = reading.locations[0].branches.iter().flat_map(|branch| &branch.intents);
        intents.map(|intent| intent.effect.clone()).collect()
    };
    assert!(matches!(effects(&text("")).as_slice(), [Effect::Nothing { .. }]));
    let named = effects(&text("error_page 502 @busy;"));
    assert!(
        matches!(named.first(), Some(Effect::Answer { status: 503, .. })),
        "{named:?}"
    );
}
