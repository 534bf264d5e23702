//! Bytes out: standard output, and files that are there whole or not at all.
use crate::exit::Exit;
use anyhow::{Context, bail};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes to standard output. A reader that has gone (`| head`) is no error.
pub(crate) fn stdout(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(Exit::Clean),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Clean),
        Err(error) => Err(error).context("cannot write to standard output"),
    }
}

/// Writes a file that we own: by way of a temporary file beside it, so that nobody ever sees half of it. What is no regular file
/// (`/dev/stderr`, a named pipe) is written to directly.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    match fs::metadata(path) {
        Ok(known) if !known.is_file() => {
            let mut special = fs::OpenOptions::new().write(true).open(path)?;
            special.write_all(bytes)?;
            special.flush()?;
        }
        Ok(known) if known.permissions().readonly() => bail!("the file is write-protected"),
        Ok(known) => replace(&path.canonicalize()?, bytes, Some(known.permissions()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => replace(path, bytes, None)?,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn replace(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut new = builder(permissions.as_ref()).tempfile_in(folder)?;
    new.write_all(bytes)?;
    if let Some(permissions) = permissions {
        new.as_file().set_permissions(permissions)?;
    }
    new.as_file().sync_all()?;
    new.persist(path)?;
    Ok(())
}

/// A new file gets the permissions that any new file gets, not the private ones of a temporary file.
fn builder(permissions: Option<&fs::Permissions>) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nginx2traefik-");
    #[cfg(unix)]
    if permissions.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let _ = permissions;
    builder
}

/// Writes the user's own file where it is. A link is followed only to a place inside `root`.
pub(crate) fn in_place(path: &Path, root: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    if fs::symlink_metadata(path)
        .with_context(|| format!("cannot write `{shown}`"))?
        .is_symlink()
    {
        let target = path.canonicalize().with_context(|| format!("cannot write `{shown}`"))?;
        let root = folder(root).canonicalize()?;
        if !target.starts_with(&root) {
            bail!(
                "cannot write `{shown}`: it is a link to `{}`, outside of what was named",
                target.display()
            );
        }
    }
    file(path, bytes)
}

fn folder(root: &Path) -> PathBuf {
    if root == Path::new("") {
        PathBuf::from(".")
    } else {
        root.to_path_buf()
    }
}
