//! The run, broken on purpose: each time it has to fail, to say why in one message, and to leave no process behind.
use crate::{place, say};
use anyhow::{Context, Result};
use stand::traefik;
use std::process::{Command, ExitCode};

/// What is broken, in which rule, the exit code, and words of the message.
const BROKEN: &[(&str, &str, i32, &str)] = &[
    ("swap-middlewares", "external-auth", 1, "FAIL     external-auth:"),
    ("unknown-field", "cors", 1, "the API server refuses"),
    (
        "kill-api",
        "class",
        2,
        "the kube-apiserver ended in the middle of the run",
    ),
    ("take-port", "class", 2, "port 80 of the stand is taken"),
];

/// Runs all of them.
pub(crate) fn run() -> Result<ExitCode> {
    let mut failed = false;
    for (sabotage, rule, code, words) in BROKEN {
        let program = std::env::current_exe().context("where this program is")?;
        let out = Command::new(program)
            .args([
                "conformance",
                rule,
                "--target",
                "ingress",
                "--sabotage",
                sabotage,
                "--traefik",
            ])
            .arg(traefik::program())
            .output()?;
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        let left = left_behind()?;
        let noticed = out.status.code() == Some(*code) && said.contains(words) && left.is_empty();
        say::line(&format!("{}  {sabotage}", if noticed { "ok  " } else { "FAIL" }));
        if !noticed {
            failed = true;
            say::line(&format!(
                "  exit {:?}, processes left: {left:?}\n{said}",
                out.status.code()
            ));
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// Command lines of processes that belong to a run: all of them name its folder.
fn left_behind() -> Result<Vec<String>> {
    let folder = place::cache().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let line = std::fs::read(entry?.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(&folder) {
            found.push(line);
        }
    }
    Ok(found)
}
