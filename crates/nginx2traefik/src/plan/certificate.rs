//! cert-manager: an Ingress that becomes an IngressRoute leaves nobody to ask for its certificates.
use super::Collected;
use super::decide::Decision;
use super::host::Given;

pub(crate) fn write(_given: Given<'_>, _decision: &Decision, _collected: &mut Collected) {}
