//! What ingress-nginx makes of it.
use crate::effective::{Effect, Reader, Setting, Unset, Value};

/// `return <code> <target>` before everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// May hold nginx variables.
    pub target: Setting<String>,
    /// 301 or 302 by default; a code out of range is the default.
    pub code: Setting<u16>,
    /// It is temporal-redirect.
    pub temporal: bool,
    /// relative-redirects: true (Location stays as written)
    pub relative: Setting<bool>,
}

/// Reads it from the annotations of one Ingress, together with from-to-www-redirect, which shares its fate. (`annotations/redirect`:
/// temporal before permanent; an empty value or a target without http discards the whole group, and the request is proxied.)
pub fn read(reader: &Reader<'_>) -> Option<Redirect> {
    read_group(reader).and_then(|group| group.redirect)
}

/// Reads from-to-www-redirect.
pub fn read_www(reader: &Reader<'_>) -> Option<Setting<()>> {
    read_group(reader).and_then(|group| group.www)
}

struct Group {
    redirect: Option<Redirect>,
    www: Option<Setting<()>>,
}

/// None: the group is discarded, or the Ingress is refused.
fn read_group(reader: &Reader<'_>) -> Option<Group> {
    let www = wanted(reader, reader.bool("from-to-www-redirect")).ok()?;
    let relative = wanted(reader, reader.bool("relative-redirects")).ok()?;
    let relative = match relative {
        Some(written) if written.value => written,
        // nginx itself has absolute_redirect off from the ConfigMap, which the annotation cannot turn on again (measured)
        _ => reader.config_bool("relative-redirects", false),
    };
    let temporal = wanted(reader, reader.string("temporal-redirect")).ok()?;
    let redirect = match temporal {
        Some(target) => Some(read_temporal(reader, target, relative)?),
        None => {
            reader.inert(&["temporal-redirect-code"], "there is no temporal-redirect");
            read_permanent(reader, relative).ok()?
        }
    };
    Some(Group {
        redirect,
        www: www.filter(|s| s.value).map(|s| s.map(|_| ())),
    })
}

fn read_temporal(reader: &Reader<'_>, target: Setting<String>, relative: Setting<bool>) -> Option<Redirect> {
    let code = wanted(reader, reader.int("temporal-redirect-code")).ok()?;
    let scheme = target.value.split_once(':').map_or("", |(scheme, _)| scheme);
    if !scheme.to_ascii_lowercase().starts_with("http") || scheme.contains('/') {
        reader.problem(
            "temporal-redirect",
            Effect::Open,
            "not a URL with http or https: no redirect at all",
        );
        return None;
    }
    Some(Redirect {
        target,
        code: code_within(reader, code, 300..=307, 302),
        temporal: true,
        relative,
    })
}

fn read_permanent(reader: &Reader<'_>, relative: Setting<bool>) -> Result<Option<Redirect>, ()> {
    let target = wanted(reader, reader.string("permanent-redirect"))?;
    let code = wanted(reader, reader.int("permanent-redirect-code"))?;
    let code = code_within(reader, code, 300..=308, 301);
    Ok(target.map(|target| Redirect {
        target,
        code,
        temporal: false,
        relative,
    }))
}

/// A code out of range is the default.
fn code_within(
    reader: &Reader<'_>,
    code: Option<Setting<i64>>,
    range: std::ops::RangeInclusive<u16>,
    default: u16,
) -> Setting<u16> {
    let Some(code) = code else {
        return Setting::built_in(default);
    };
    match u16::try_from(code.value).ok().filter(|c| range.contains(c)) {
        Some(value) => code.map(|_| value),
        None => {
            let key = code.origin.annotation().unwrap_or_default();
            reader.problem(
                key,
                Effect::Ignored,
                format!("not within {} to {}: {default}", range.start(), range.end()),
            );
            Setting::built_in(default)
        }
    }
}

/// Not written: no value. An unusable value discards the group: Err, and the problem is recorded.
fn wanted<T>(reader: &Reader<'_>, value: Value<T>) -> Result<Option<Setting<T>>, ()> {
    match value {
        Ok(setting) => Ok(Some(setting)),
        Err(Unset::Missing) => Ok(None),
        Err(Unset::Content(written)) => {
            reader.report(&written, Effect::Open);
            Err(())
        }
        Err(Unset::Refused(written)) => {
            reader.report(&written, Effect::Refused);
            Err(())
        }
    }
}
