//! What Traefik has to be given for it.
use crate::plan::{Context, LocationPlan};

/// Adds its part to a location.
pub fn plan(_context: &mut Context<'_>, _plan: &mut LocationPlan) {}
