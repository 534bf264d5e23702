use super::State;
use crate::LocationMatch;
use crate::program::{Level, Location};

impl<'a> State<'a> {
    /// The locations inside each other that serve the path, after `ngx_http_core_find_location`.
    pub(super) fn locate(&mut self) -> Result<Vec<&'a Level>, String> {
        let mut chain = Vec::new();
        self.descend(self.server, &mut chain)?;
        Ok(chain)
    }

    /// True when the search is over: an exact location or a regex decided.
    fn descend(&mut self, level: &'a Level, chain: &mut Vec<&'a Level>) -> Result<bool, String> {
        let mut no_regex = false;
        if let Some(found) = longest(&level.locations, &self.path) {
            chain.push(&found.level);
            match &found.matcher {
                LocationMatch::Exact(_) => return Ok(true),
                LocationMatch::Prefix { final_, .. } => no_regex = *final_,
                _ => {}
            }
            if self.descend(&found.level, chain)? {
                return Ok(true);
            }
        }
        if no_regex {
            return Ok(false);
        }
        let base = self.depth_of(level, chain);
        for location in &level.locations {
            let LocationMatch::Regex(pattern) = &location.matcher else {
                continue;
            };
            let path = self.path.clone();
            let Some(found) = pattern.run(&path)? else { continue };
            self.captures = found.groups;
            chain.truncate(base);
            chain.push(&location.level);
            self.descend(&location.level, chain)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// How many of the chain lie above the locations of `level`.
    fn depth_of(&self, level: &Level, chain: &[&Level]) -> usize {
        chain
            .iter()
            .position(|one| std::ptr::eq(*one, level))
            .map_or(0, |index| index + 1)
    }

    pub(super) fn named(&self, name: &str) -> Option<&'a Level> {
        let is_it = |one: &&Location| matches!(&one.matcher, LocationMatch::Named(own) if own == name);
        self.server.locations.iter().find(is_it).map(|location| &location.level)
    }
}

/// The exact location of the path, else the one with the longest prefix.
fn longest<'a>(locations: &'a [Location], path: &str) -> Option<&'a Location> {
    let length = |location: &Location| match &location.matcher {
        LocationMatch::Exact(own) if own == path => Some((own.len(), 1)),
        LocationMatch::Prefix { path: own, .. } if path.starts_with(own.as_str()) => Some((own.len(), 0)),
        _ => None,
    };
    locations
        .iter()
        .filter_map(|one| Some((length(one)?, one)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, one)| one)
}
