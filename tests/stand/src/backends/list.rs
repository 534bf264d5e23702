//! Which backends there are.
use std::net::Ipv4Addr;

/// Whether an application speaks TLS, and what it wants of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain.
    None,
    /// A client's certificate is looked at where there is one.
    ClientMay,
    /// Nobody is let in without one.
    ClientMust,
}

/// An application: its name (the label `app` of its pods), how many pods, and the port that they listen on.
#[derive(Debug, Clone, Copy)]
pub struct App {
    /// Label `app`, and the name of its Service.
    pub name: &'static str,
    /// Third byte of its addresses `10.244.<group>.<1..>`.
    group: u8,
    /// How many pods.
    pods: u8,
    /// Where they listen.
    pub port: u16,
    /// TLS.
    pub tls: Tls,
}

const fn plain(name: &'static str, group: u8, pods: u8) -> App {
    App {
        name,
        group,
        pods,
        port: 80,
        tls: Tls::None,
    }
}

const fn secure(name: &'static str, group: u8, port: u16, tls: Tls) -> App {
    App {
        name,
        group,
        pods: 1,
        port,
        tls,
    }
}

/// All of them. `empty` has a Service and no pods.
pub const APPS: &[App] = &[
    plain("echo", 1, 1),
    plain("echo-b", 2, 1),
    plain("auth", 3, 1),
    plain("errors", 4, 1),
    plain("status", 5, 1),
    plain("slow", 6, 1),
    plain("flaky", 7, 1),
    plain("sink", 8, 1),
    plain("multi", 9, 6),
    plain("empty", 10, 0),
    secure("tls-echo", 11, 443, Tls::ClientMay),
    secure("mtls-echo", 12, 443, Tls::ClientMust),
    secure("grpc", 13, 50051, Tls::None),
    secure("grpcs", 14, 50051, Tls::ClientMay),
    secure("fastcgi", 15, 9000, Tls::None),
];

impl App {
    /// The addresses of its pods.
    pub fn addresses(self) -> impl Iterator<Item = Ipv4Addr> {
        (1..=self.pods).map(move |n| Ipv4Addr::new(10, 244, self.group, n))
    }

    /// The name of its port.
    pub fn port_name(self) -> &'static str {
        match (self.name, self.tls) {
            ("fastcgi", _) => "fastcgi",
            ("grpc" | "grpcs", _) => "grpc",
            (_, Tls::None) => "http",
            _ => "https",
        }
    }
}
