//! The command line of nginx2traefik.

fn main() {}
