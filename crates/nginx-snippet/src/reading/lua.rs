use super::effects::Effect;
use crate::program::Setting;

/// What people use Lua for, by what the code calls.
const IDIOMS: [(&str, &str, &str); 9] = [
    (
        "resty.redis",
        "Lua that asks Redis",
        "a plugin, or a service behind ForwardAuth",
    ),
    (
        "resty.openidc",
        "Lua that signs users in (OpenID Connect)",
        "ForwardAuth to oauth2-proxy or the like",
    ),
    ("resty.jwt", "Lua that checks a JWT", "ForwardAuth, or a JWT plugin"),
    (
        "resty.limit",
        "Lua that limits requests",
        "the rateLimit or inFlightReq middleware",
    ),
    ("ngx.redirect", "Lua that redirects", "a redirect middleware"),
    (
        "ngx.req.set_header",
        "Lua that sets a header for the backend",
        "a headers middleware, or ForwardAuth when it is computed",
    ),
    (
        "ngx.header",
        "Lua that sets a header of the answer",
        "a headers middleware, when the value does not vary",
    ),
    (
        "ngx.exit",
        "Lua that refuses requests",
        "a route of its own, ipAllowList or ForwardAuth",
    ),
    (
        "ngx.say",
        "Lua that answers by itself",
        "a small service that gives the answer",
    ),
];

/// Lua is never translated; what it is likely for is said.
pub(super) fn effect(directive: &str, setting: &Setting) -> Effect {
    let code = setting.lua.as_str();
    let found = IDIOMS.iter().find(|(call, _, _)| code.contains(call));
    let (what, advice) = match found {
        Some((_, what, advice)) => (*what, *advice),
        None => ("Lua", "a plugin, a change of the backend, or drop it"),
    };
    Effect::Untranslatable {
        why: format!("{directive} runs {what}"),
        advice: format!("in Traefik: {advice}"),
    }
}
