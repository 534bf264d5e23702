//! What Traefik has to be given so that it answers as ingress-nginx does, and what differs.
