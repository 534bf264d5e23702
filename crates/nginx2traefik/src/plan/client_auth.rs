//! Client certificates of a host.
use super::Collected;
use super::host::{Given, HostPlan};

pub(crate) fn plan(_given: Given<'_>, _plan: &mut HostPlan<'_>, _collected: &mut Collected) {}
