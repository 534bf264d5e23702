//! A network, mount and PID namespace of our own: ports 80 and 443 are free in it, and nothing outlives it.
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const MARK: &str = "NGINX2TRAEFIK_STAND";
const FLAGS: &[&str] = &["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/// Where this process is.
#[derive(Debug)]
pub enum Place {
    /// Inside: go on.
    Inside,
    /// Outside: the run is over, and this is how it ended.
    Outside(ExitCode),
}

/// Whether this process is in the namespaces already.
pub fn inside() -> bool {
    std::env::var_os(MARK).is_some()
}

/// The folder of the run, for who is inside.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(MARK).map(PathBuf::from)
}

/// Runs this program again inside namespaces of its own, unless it is there already. It is told the folder of the run.
///
/// # Errors
/// Where the machine does not let us make namespaces: says what is missing.
pub fn enter(run: &Path) -> Result<Place> {
    if inside() {
        prepare()?;
        return Ok(Place::Inside);
    }
    let flags = allowed()?;
    let program = std::env::current_exe().context("where this program is")?;
    // However this process ends, the kernel ends `unshare`, and with it the first process of the namespace and all others.
    let status = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "unshare"])
        .args(flags)
        .arg(program)
        .args(std::env::args_os().skip(1))
        .env(MARK, run)
        .status()
        .context("the stand needs `setpriv` (Debian: util-linux)")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Place::Outside(ExitCode::from(code.unwrap_or(1))))
}

/// The flags with which this machine lets us: as root, else as root of a user namespace.
fn allowed() -> Result<Vec<&'static str>> {
    let mut said = String::new();
    for more in [None, Some("--map-root-user")] {
        let flags: Vec<&str> = FLAGS.iter().copied().chain(more).collect();
        let tried = Command::new("unshare").args(&flags).arg("true").output();
        match tried.context("the stand needs `unshare` (Debian: util-linux)")? {
            out if out.status.success() => return Ok(flags),
            out => said = String::from_utf8_lossy(&out.stderr).trim().to_owned(),
        }
    }
    bail!(
        "the stand needs a network namespace, and this machine does not allow one, neither to root nor to a user: {said}"
    )
}

/// Loopback up, and every 10.244.x.y is this host: addresses that EndpointSlices accept (loopback ones are refused).
fn prepare() -> Result<()> {
    ip(&["link", "set", "lo", "up"])?;
    // the API servers choose their ports above; see freePort in tests/stand/kubeapi
    std::fs::write("/proc/sys/net/ipv4/ip_local_port_range", "20000 49999").context("the ports of clients")?;
    ip(&["route", "add", "local", "10.244.0.0/16", "dev", "lo"])
}

/// Makes an address of the client's own, so that a request can come from it.
///
/// # Errors
/// It is no address.
pub fn add_address(address: &str) -> Result<()> {
    ip(&["addr", "add", &format!("{address}/32"), "dev", "lo"])
}

fn ip(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("ip");
    command.args(arguments);
    run(command, "the stand needs `ip` (Debian: iproute2)")
}

/// Names for addresses, seen by everything in this namespace: lines of `/etc/hosts`.
///
/// # Errors
/// The file cannot be laid over `/etc/hosts`.
pub fn hosts(lines: &[String], folder: &Path) -> Result<()> {
    let file = folder.join("hosts");
    std::fs::write(&file, format!("127.0.0.1 localhost\n{}\n", lines.join("\n")))?;
    let mut command = Command::new("mount");
    command.arg("--bind").arg(&file).arg("/etc/hosts");
    run(command, "the stand needs `mount` (Debian: mount)")
}

fn run(mut command: Command, needs: &'static str) -> Result<()> {
    let out = command.output().context(needs)?;
    if !out.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}
