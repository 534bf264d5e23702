//! What nginx makes of the collected locations: order, exact twins of prefixes, regex mode.
//!
//! ingress-nginx `location.go` updateServerLocations, `template.go` needsRewrite, enforceRegexModifier, buildLocation.
use super::Source;
use super::servers::{Raw, Server};
use super::upstreams::Upstreams;
use crate::effective::host::{Backend, Canary, Matcher};
use crate::effective::{Location, Setting};
use crate::features::rewrite::Rewrite;

/// One `location` block.
pub(super) struct Block<'s> {
    pub(super) raw: &'s Raw,
    pub(super) path: String,
    /// `= path` without regex mode.
    pub(super) exact: bool,
    /// It is the `= /x` that a prefix `/x/` gets.
    twin: bool,
}

/// The blocks in the order of nginx's configuration: longest path first, of equal length the one that sorts last.
pub(super) fn blocks<'s>(source: &Source<'_>, server: &'s Server) -> Vec<Block<'s>> {
    let mut sorted: Vec<&Raw> = server.locations.iter().collect();
    sorted.sort_by(|a, b| (b.path.len(), &b.path).cmp(&(a.path.len(), &a.path)));
    let is_exact = |path: &str| sorted.iter().any(|r| r.exact && r.path == path);
    let mut blocks = Vec::new();
    for raw in &sorted {
        let block = |path: String, exact, twin| Block { raw, path, exact, twin };
        let is_regex = rewrite(source, raw).is_some_and(|r| r.use_regex.value || rewrites(r, &raw.path));
        if raw.path == "/" || raw.exact || is_regex {
            blocks.push(block(raw.path.clone(), raw.exact, false));
            continue;
        }
        let with_slash = if raw.path.ends_with('/') {
            raw.path.clone()
        } else {
            format!("{}/", raw.path)
        };
        blocks.push(block(with_slash, false, false));
        if !is_exact(&raw.path) {
            blocks.push(block(raw.path.clone(), true, true));
        }
    }
    blocks
}

/// The rewrite settings of a location, where they apply.
fn rewrite<'a>(source: &Source<'a>, raw: &Raw) -> Option<&'a Rewrite> {
    let id = raw.ingress.filter(|_| !raw.without_redirects)?;
    Some(&source.settings(id).rewrite)
}

/// rewrite-target is written and is not the path itself.
fn rewrites(rewrite: &Rewrite, path: &str) -> bool {
    rewrite.target.as_ref().is_some_and(|t| t.value != path)
}

/// Who turns all locations of the server into regular expressions.
pub(super) fn regex_mode(source: &Source<'_>, blocks: &[Block<'_>]) -> Option<Setting<()>> {
    blocks.iter().find_map(|block| {
        let rewrite = rewrite(source, block.raw)?;
        if rewrite.use_regex.value {
            return Some(rewrite.use_regex.clone().map(|_| ()));
        }
        let target = rewrite.target.clone().filter(|_| rewrites(rewrite, &block.path))?;
        Some(target.map(|_| ()))
    })
}

/// The locations of a server, as the model shows them.
pub(super) fn finish(source: &Source<'_>, upstreams: &Upstreams, blocks: &[Block<'_>], regex: bool) -> Vec<Location> {
    if !regex {
        let mut all: Vec<Location> = own(blocks).map(|b| plain(source, upstreams, blocks, b)).collect();
        all.sort_by(|a, b| (&a.path, a.matcher != Matcher::Exact).cmp(&(&b.path, b.matcher != Matcher::Exact)));
        return all;
    }
    let mut all: Vec<Location> = Vec::new();
    for block in blocks.iter().filter(|b| b.raw.ingress.is_some()) {
        let rewritten = rewrite(source, block.raw).is_some_and(|r| r.target.is_some());
        if block.twin && !rewritten && !block.path.ends_with('/') {
            // `^/x/` and right behind it `^/x`, with the same settings: the second says it all
            all.pop();
        } else if block.twin && block.path.ends_with('/') {
            // the twin of `/x/` is `/x/` itself
            continue;
        }
        all.push(location(source, upstreams, block, Matcher::Regex));
    }
    all
}

/// The blocks that stand for a location of their own, the catch-all `/` of nobody left out.
fn own<'b, 's>(blocks: &'b [Block<'s>]) -> impl Iterator<Item = &'b Block<'s>> {
    blocks.iter().filter(|b| !b.twin && b.raw.ingress.is_some())
}

fn plain(source: &Source<'_>, upstreams: &Upstreams, blocks: &[Block<'_>], block: &Block<'_>) -> Location {
    let matcher = if block.exact { Matcher::Exact } else { Matcher::Prefix };
    let mut location = location(source, upstreams, block, matcher);
    location.path.clone_from(&block.raw.path);
    location.slash_redirect = block.raw.path.strip_suffix('/').is_some_and(|bare| {
        // an unserved location has no proxy_pass, and nginx redirects only to locations that have one
        let denied = block.raw.ingress.is_some_and(|id| source.settings(id).denied.is_some());
        !bare.is_empty() && !denied && !blocks.iter().any(|b| b.exact && b.path == bare)
    });
    location
}

fn location(source: &Source<'_>, upstreams: &Upstreams, block: &Block<'_>, matcher: Matcher) -> Location {
    let upstream = block.raw.upstream.as_ref().and_then(|n| upstreams.get(n));
    let canaries = upstream.and_then(|u| u.alternatives.first());
    let canaries = canaries.and_then(|n| canary(source, upstreams.get(n)?));
    Location {
        path: block.path.clone(),
        matcher,
        // the blocks of nobody are left out before
        ingress: block.raw.ingress.unwrap_or(crate::model::IngressId(0)),
        span: block.raw.span,
        implicit: block.raw.implicit,
        backend: upstream.map_or(Backend::Default, |u| Backend::Service(u.service.clone())),
        canaries: canaries.into_iter().collect(),
        slash_redirect: false,
        without_redirects: block.raw.without_redirects,
    }
}

fn canary(source: &Source<'_>, upstream: &super::upstreams::Upstream) -> Option<Canary> {
    let ingress = upstream.canary?;
    Some(Canary {
        ingress,
        backend: upstream.service.clone(),
        rule: source.settings(ingress).canary.as_ref()?.value.clone(),
    })
}
