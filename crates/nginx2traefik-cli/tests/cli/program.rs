//! Runs the real binary in a folder of its own.
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder for one test, removed at its end.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    /// A path in it.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs the binary in this folder, without the environment's wishes about colour and width.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, Stdio::null())
    }

    /// The same, with this standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: Stdio) -> Output {
        Command::new(env!("CARGO_BIN_EXE_nginx2traefik"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .stdin(input)
            .output()
            .unwrap()
    }

    /// What the run said and how it ended, with the folder's own path taken out.
    pub(crate) fn said(&self, arguments: &[&str]) -> String {
        self.shown(&self.run(arguments))
    }

    /// An output as text.
    pub(crate) fn shown(&self, output: &Output) -> String {
        let text =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.0.path().display().to_string(), "[FOLDER]");
        let stdout = text(&output.stdout);
        let stdout = if stdout.is_empty() {
            stdout
        } else {
            format!("{stdout}---------- standard error\n")
        };
        format!(
            "{stdout}{}---------- exit code {}",
            text(&output.stderr),
            output.status.code().unwrap()
        )
    }
}

/// An Ingress that is converted without anything to say.
pub(crate) fn ingress(name: &str) -> String {
    format!(
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
spec:
  ingressClassName: nginx
  rules:
    - host: {name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: {name}, port: {{number: 80}}}}}}
"
    )
}
