//! nginx configuration of the user's own: each snippet is read once, here, and everything else asks the result.
//!
//! A stage that wants to know what a snippet does never looks at its text: [`Host::snippets`](super::Host::snippets) holds what the
//! snippets of a server mean, location by location ([`HostSnippets::reading`], [`HostSnippets::location`]), as conditions and
//! effects. Each effect names the directives that cause it by a [`nginx_snippet::Place`]: [`Effective::place`] says where that
//! stands in the user's file, [`Effective::snippet_of`] to which annotation or key of the ConfigMap it belongs, and
//! [`Effective::directive`] gives the directive itself.
mod build;
mod findings;
mod host;
mod http;
mod read;
mod refused;
mod text;
mod written;
mod zones;

pub(super) use build::of_hosts;
pub(super) use findings::of_snippets;
pub use host::HostSnippets;
pub use http::{is_opaque, is_setting, only_declares, only_prepares};
pub(super) use read::{Defined, of_config, read};
pub use text::SnippetText;
pub(super) use written::{REACHED, WRITTEN, cors_variable};

use super::{Effective, Origin};
use crate::source::Span;
use nginx_snippet::{Directive, Hint, Place, Problem, Tree};

/// Which snippet of [`Effective::snippets`]; also the `source` of a [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnippetId(pub u32);

/// Where in nginx's configuration a snippet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SnippetKind {
    /// In the locations of its Ingress (configuration-snippet), or in all locations (ConfigMap location-snippet).
    Location,
    /// In the servers of its Ingress's hosts, or (ConfigMap) in all servers.
    Server,
    /// In the location that asks the auth server (auth-snippet, global-auth-snippet).
    Auth,
    /// Rules of ModSecurity; read as the argument of `modsecurity_rules`.
    ModSecurity,
    /// Around all servers (ConfigMap http-snippet).
    Http,
    /// In `stream` (stream-snippet).
    Stream,
    /// Outside of everything (ConfigMap main-snippet).
    Main,
}

/// A snippet as nginx reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Its number.
    pub id: SnippetId,
    /// Where it stands in nginx's configuration.
    pub kind: SnippetKind,
    /// The annotation, or the key of the ConfigMap.
    pub origin: Origin,
    /// What nginx is given, and how it lies in the user's file.
    pub text: SnippetText,
    /// Its directives; spans are bytes of [`SnippetText::nginx`].
    pub tree: Tree,
    /// Why ingress-nginx does not write it into nginx's configuration. None: it does.
    pub dropped: Option<String>,
    /// What nginx refuses in it. Anything here means that no configuration can be loaded any more.
    pub refused: Vec<Problem>,
    /// What nginx takes and that does something else than it looks like.
    pub hints: Vec<Hint>,
}

impl Snippet {
    /// The annotation or key of the ConfigMap, without a prefix: `configuration-snippet`.
    pub fn key(&self) -> &str {
        match &self.origin {
            Origin::Annotation { key, .. } | Origin::ConfigMap { key, .. } => key,
            Origin::BuiltIn | Origin::Spec { .. } => "",
        }
    }

    /// Where a piece of it stands in the user's file.
    pub fn span(&self, piece: nginx_snippet::Span) -> Span {
        self.text.span(piece)
    }

    /// ingress-nginx writes it into nginx's configuration.
    pub fn is_written(&self) -> bool {
        self.dropped.is_none()
    }

    /// The innermost directive at a piece of the text: the one whose head (name and arguments) is this piece, or which holds it.
    pub fn directive(&self, piece: nginx_snippet::Span) -> Option<&Directive> {
        let mut list = self.tree.directives.as_slice();
        let mut found = None;
        loop {
            let holds = |d: &&Directive| d.span.start <= piece.start && piece.end <= d.span.end;
            let Some(directive) = list.iter().find(holds) else {
                return found;
            };
            if directive.span.start == piece.start {
                return Some(directive);
            }
            found = Some(directive);
            list = directive.children();
        }
    }
}

impl Effective {
    /// The snippet to which a place belongs; none for what annotations write.
    pub fn snippet_of(&self, place: Place) -> Option<&Snippet> {
        self.snippets.get(usize::try_from(place.source).ok()?)
    }

    /// The snippet with this number.
    pub fn snippet(&self, id: SnippetId) -> &Snippet {
        &self.snippets[id.0 as usize]
    }

    /// Where a place stands in the user's file; none for what annotations write.
    pub fn place(&self, place: Place) -> Option<Span> {
        Some(self.snippet_of(place)?.span(place.span))
    }

    /// The directive at a place.
    pub fn directive(&self, place: Place) -> Option<&Directive> {
        self.snippet_of(place)?.directive(place.span)
    }
}
