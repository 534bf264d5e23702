//! What is known of the Traefik that the result is for.
