//! Starting programs, from the root of the repository.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A program that will run in the root of the repository.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// The cargo that runs us, with arguments separated by blanks.
pub fn cargo(arguments: &str) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Some subcommands take this variable, left by the `cargo run` that runs us, as a sign that cargo did not start
    // them, and misread their arguments.
    command.args(arguments.split_whitespace()).env_remove("CARGO_PKG_NAME");
    command
}

/// Runs a program to its end; anything but success is an error that names the program and its arguments.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    ensure!(status.success(), "{} ended with {status}", line(command));
    Ok(())
}

/// Runs a program and returns what it printed on standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    ensure!(output.status.success(), "{} ended with {}", line(command), output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{} did not print UTF-8", line(command)))
}

/// Whether a program runs and succeeds; it prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether a cargo subcommand is installed.
pub fn has_cargo_subcommand(name: &str) -> bool {
    succeeds(&mut cargo(&format!("{name} --version")))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let error = run(program("false").arg("really")).unwrap_err().to_string();
        assert!(error.starts_with("`false really` ended with"), "{error}");
    }

    #[test]
    fn a_missing_program_is_an_error_and_not_a_skip() {
        let error = run(&mut program("no-such-program-here")).unwrap_err().to_string();
        assert_eq!(error, "cannot start `no-such-program-here`");
        assert!(!succeeds(&mut program("no-such-program-here")));
    }

    #[test]
    fn programs_start_in_the_root_of_the_repository() {
        let directory = output(&mut program("pwd")).unwrap();
        assert!(Path::new(directory.trim()).join("xtask/src/run.rs").is_file());
    }
}
