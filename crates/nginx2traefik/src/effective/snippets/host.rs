//! What the snippets of one server mean.
use super::SnippetId;
use nginx_snippet::{LocationReading, Program, Reading};

/// The snippets of a server and of its locations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSnippets {
    /// What stands around all servers: the ConfigMap's http-snippet.
    pub http: Option<SnippetId>,
    /// Those in the server itself, in nginx's order: the server-snippet of the first Ingress that has one, then the ConfigMap's.
    pub server: Vec<SnippetId>,
    /// Those in each location, by its index in [`Host::locations`](crate::effective::Host::locations): the configuration-snippet of
    /// its Ingress, then the ConfigMap's location-snippet. None of a location that answers 503 (`denied`).
    pub locations: Vec<Vec<SnippetId>>,
    /// What all of them mean, without what annotations write: [`Reading::server`] is decided for every request of the host, before
    /// a location is found; [`Reading::locations`] holds the host's own locations ([`HostSnippets::location`]) and those that
    /// server-snippets write ([`HostSnippets::written_locations`]).
    pub reading: Reading,
    /// The same for nginx to run, with what the annotations write beside the snippets.
    pub(in crate::effective) program: Program,
}

impl HostSnippets {
    /// What the snippets do in a location of the host, by its index. Settings of the server that its locations inherit are in it.
    pub fn location(&self, index: usize) -> Option<&LocationReading> {
        let name = index.to_string();
        let mut all = self.reading.locations.iter();
        all.find(|l| l.name.as_ref() == Some(&name))
    }

    /// The locations that a server-snippet writes, beside the host's own.
    pub fn written_locations(&self) -> impl Iterator<Item = &LocationReading> {
        self.reading.locations.iter().filter(|l| l.name.is_none())
    }

    /// The index in [`Host::locations`](crate::effective::Host::locations) of a location of the reading; none if a snippet writes it.
    pub fn index(location: &LocationReading) -> Option<usize> {
        location.name.as_ref()?.parse().ok()
    }
}
