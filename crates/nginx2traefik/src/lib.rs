//! Takes Kubernetes manifests off ingress-nginx and onto Traefik.
#![deny(missing_docs)]
