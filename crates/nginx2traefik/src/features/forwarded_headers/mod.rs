//! What the backend is told about the client and the request (ConfigMap: use-forwarded-headers and its like).
pub mod traefik;
