//! Programs: ours, and those that Debian has.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, anyhow, bail};

/// Interpreters and clients, and the Debian package that each comes from.
const PACKAGES: [(&str, &str); 6] = [
    ("bash", "bash"),
    ("curl", "curl"),
    ("perl", "perl"),
    ("php", "php-cli"),
    ("python3", "python3"),
    ("oathtool", "oathtool"),
];

/// A program by its name or path.
#[expect(clippy::disallowed_methods, reason = "these tests are about programs that talk to each other")]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// What a program printed. One that is missing is an error that says how to get it.
///
/// # Errors
/// When the program cannot be started.
pub fn output(command: &mut Command) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow!(
            "{name} is missing: install the Debian package {}, or run `cargo xtask test --install`",
            PACKAGES
                .iter()
                .find(|(program, _)| *program == name)
                .map_or(name.as_str(), |(_, package)| package)
        ),
        _ => anyhow!("{name} cannot be started: {error}"),
    })
}

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").components().fold(PathBuf::new(), |path, part| {
        if part.as_os_str() == ".." { path.parent().unwrap_or(&path).to_owned() } else { path.join(part) }
    })
}

/// The `portreeve` of the target directory that this test is in.
///
/// # Errors
/// When it is not built.
pub fn portreeve() -> Result<PathBuf> {
    let test = std::env::current_exe().context("finding the test's own program")?;
    let Some(directory) = test.parent().and_then(Path::parent) else {
        bail!("{} has no parent", test.display())
    };
    let program = directory.join("portreeve");
    if !program.is_file() {
        bail!("{} is not built: run `cargo build -p portreeve`, or `cargo xtask test`", program.display());
    }
    Ok(program)
}
