//! `portreeve compat-paths`: what it makes, what it takes away, and a script that begins with the original's Perl.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::program::{command, output, portreeve, root};
use portreeve_e2e::sandbox::Sandbox;
use rustix::process::geteuid;
use tempfile::TempDir;

const PERL: &str = "usr/local/cpanel/3rdparty/bin/perl";
const MODULE: &str = "usr/local/cpanel/portreeve/perl/Cpanel/Security/Authn/TwoFactorAuth/Google.pm";

fn compat_paths(root: &Path, arguments: &[&str]) -> Result<(bool, String)> {
    let mut program = command(portreeve()?);
    program.arg("compat-paths").args(arguments).arg("--root").arg(root);
    let said = output(&mut program)?;
    let text = [said.stdout, said.stderr].concat();
    Ok((said.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// Every name below a directory, in order.
fn names(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(next) = directories.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() && !path.is_symlink() {
                directories.push(path.clone());
            }
            names.push(path.strip_prefix(directory)?.display().to_string());
        }
    }
    names.sort();
    Ok(names)
}

#[test]
fn what_was_made_is_listed_and_taken_away_and_nothing_else() -> Result<()> {
    ensure!(geteuid().is_root(), "these paths are root's to make: run this test as root");
    let root = TempDir::new()?;
    fs::create_dir_all(root.path().join("usr/bin"))?;
    fs::write(root.path().join("usr/bin/other"), "")?;
    let before = names(root.path())?;
    let (asked, text) = compat_paths(root.path(), &["install"])?;
    ensure!(!asked && text.contains("nothing was made") && names(root.path())? == before, "{text}");

    let (made, shown) = compat_paths(root.path(), &["install", "--yes"])?;
    ensure!(made, "{shown}");
    let (_, listed) = compat_paths(root.path(), &["list"])?;
    ensure!(shown == listed, "{shown}\n{listed}");
    ensure!(fs::read_link(root.path().join(PERL))? == portreeve()?);
    let new: Vec<String> = names(root.path())?.into_iter().filter(|name| !before.contains(name)).collect();
    for name in new.iter().filter(|name| !name.starts_with("etc")) {
        ensure!(listed.contains(&format!("/{name}")), "/{name} is not listed");
    }
    let (again, text) = compat_paths(root.path(), &["install", "--yes"])?;
    ensure!(!again && text.contains("made already"), "{text}");

    let (removed, text) = compat_paths(root.path(), &["remove"])?;
    ensure!(removed && text.is_empty(), "{text}");
    ensure!(names(root.path())?.iter().all(|name| before.contains(name) || name.starts_with("etc")));
    let (none, text) = compat_paths(root.path(), &["remove"])?;
    ensure!(!none && text.contains("no paths were made"), "{text}");
    Ok(())
}

#[test]
fn what_was_changed_since_stays_and_is_named() -> Result<()> {
    ensure!(geteuid().is_root(), "these paths are root's to make: run this test as root");
    let root = TempDir::new()?;
    ensure!(compat_paths(root.path(), &["install", "--yes"])?.0);
    fs::write(root.path().join(MODULE), "package Other;")?;
    fs::remove_file(root.path().join("usr/bin/uapi"))?;
    fs::write(root.path().join("usr/bin/uapi"), "another program")?;
    fs::write(root.path().join("scripts/own"), "mine")?;
    let (removed, text) = compat_paths(root.path(), &["remove"])?;
    ensure!(removed);
    for kept in [MODULE, "usr/bin/uapi", "scripts"] {
        ensure!(text.contains(&format!("/{kept}\n")) && root.path().join(kept).exists(), "{kept}: {text}");
    }
    ensure!(!root.path().join(PERL).is_symlink() && root.path().join("scripts/own").exists());
    Ok(())
}

#[test]
fn nothing_is_made_where_the_original_is_or_something_stands() -> Result<()> {
    ensure!(geteuid().is_root(), "these paths are root's to make: run this test as root");
    for (path, why) in
        [("usr/local/cpanel/version", "the original is installed"), ("usr/bin/uapi", "is not ours")]
    {
        let root = TempDir::new()?;
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().context("no directory")?)?;
        fs::write(&path, "")?;
        let before = names(root.path())?;
        let (made, text) = compat_paths(root.path(), &["install", "--yes"])?;
        ensure!(!made && text.contains(why) && names(root.path())? == before, "{text}");
    }
    Ok(())
}

#[test]
fn what_is_made_is_for_everybody_and_an_interrupted_install_leaves_nothing_behind() -> Result<()> {
    ensure!(geteuid().is_root(), "these paths are root's to make: run this test as root");
    let root = TempDir::new()?;
    let before = names(root.path())?;
    let mut careful = command("perl");
    careful.args(["-e", "umask 077; exec @ARGV or die"]).arg(portreeve()?);
    let said = output(careful.args(["compat-paths", "install", "--yes", "--root"]).arg(root.path()))?;
    ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    for name in names(root.path())?.iter().filter(|name| !name.starts_with("etc")) {
        let found = fs::symlink_metadata(root.path().join(name))?;
        let expected = if found.is_dir() { 0o755 } else { 0o644 };
        let mode = found.permissions().mode() & 0o777;
        ensure!(found.is_symlink() || mode == expected, "{name} has mode {mode:o}");
    }
    // as if the machine had lost its power while a module was written
    fs::remove_file(root.path().join(MODULE))?;
    fs::write(root.path().join(format!("{MODULE}.new")), "package Cpa")?;
    let (removed, text) = compat_paths(root.path(), &["remove"])?;
    ensure!(removed && text.is_empty(), "{text}");
    let left: Vec<String> = names(root.path())?.into_iter().filter(|name| !name.starts_with("etc")).collect();
    ensure!(left == before, "{left:?}");
    ensure!(compat_paths(root.path(), &["install", "--yes"])?.0);
    Ok(())
}

#[test]
fn root_is_not_linked_to_a_program_that_others_may_overwrite() -> Result<()> {
    ensure!(geteuid().is_root(), "these paths are root's to make: run this test as root");
    let (root, work) = (TempDir::new()?, TempDir::new()?);
    let program = work.path().join("portreeve");
    fs::copy(portreeve()?, &program)?;
    let mut install = command(&program);
    let said = output(install.args(["compat-paths", "install", "--yes", "--root"]).arg(root.path()))?;
    let text = String::from_utf8_lossy(&said.stderr);
    ensure!(!said.status.success() && text.contains("/tmp") && text.contains("root runs"), "{text}");
    ensure!(names(root.path())?.is_empty());
    Ok(())
}

/// Prepares, in a mount namespace of its own, a copy of this system that is written in memory only, with the paths made
/// in it. Its arguments: a directory, this program, and files for `/opt/portreeve`.
const PREPARE: &str = r#"
set -e
directory=$1
inside() { chroot "$directory/root" "$@"; }
mount -t tmpfs none "$directory"
mkdir "$directory/upper" "$directory/work" "$directory/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" "$directory/root"
mount --rbind /proc "$directory/root/proc"
mount --rbind /dev "$directory/root/dev"
mkdir -p "$directory/root/opt/portreeve"
cp "$2" "$directory/root/opt/portreeve/portreeve"
shift 2
cp "$@" "$directory/root/opt/portreeve/"
inside /opt/portreeve/portreeve compat-paths install --yes >/dev/null
"#;

/// Runs commands there: what they printed on both streams.
fn inside(commands: &str, files: &[&Path], environment: &[(&str, &str)]) -> Result<(String, String)> {
    ensure!(geteuid().is_root(), "a mount namespace is root's to make: run this test as root");
    let mount = TempDir::new()?;
    let mut inside = command("unshare");
    inside.args(["--mount", "--propagation", "private", "--", "sh", "-c"]);
    inside.arg(format!("{PREPARE}{commands}")).arg("sh").arg(mount.path()).arg(portreeve()?).args(files);
    let said = output(inside.envs(environment.iter().copied()))?;
    let errors = String::from_utf8_lossy(&said.stderr).into_owned();
    ensure!(said.status.success(), "{errors}");
    Ok((String::from_utf8_lossy(&said.stdout).into_owned(), errors))
}

const SCRIPT: &str = r#"#!/usr/local/cpanel/3rdparty/bin/perl -w
use strict;
use Cpanel::Security::Authn::TwoFactorAuth::Google;
my $codes = Cpanel::Security::Authn::TwoFactorAuth::Google->new( { secret => 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } );
print join( ' ', $codes->generate_code(59), $^W, @ARGV ), "\n";
"#;

#[test]
fn a_script_that_begins_with_the_originals_perl_runs_and_finds_our_modules() -> Result<()> {
    let work = TempDir::new()?;
    let script = work.path().join("script.pl");
    fs::write(&script, SCRIPT)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    let commands = "inside /opt/portreeve/script.pl one two
        inside /scripts/perlinstaller strict
        inside /scripts/perlinstaller --force || true";
    let (said, errors) = inside(commands, &[&script], &[])?;
    // the code is that of RFC 6238, appendix B, in six digits
    ensure!(said == "287082 1 one two\nstrict is there already\n", "{said} {errors}");
    ensure!(errors.contains("“--force” is no name of a Perl module"), "{errors}");
    Ok(())
}

#[test]
fn a_script_for_the_original_logs_in_with_a_code_and_needs_no_flags() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let script = root().join("tests/e2e/scripts/lists_mailboxes.pl");
    let ca = Path::new(sandbox.ca()?);
    let trusted = ca.file_name().context("the authority's file")?.to_string_lossy().into_owned();
    let commands = "inside /scripts/perlinstaller LWP::Protocol::https
        inside /opt/portreeve/lists_mailboxes.pl";
    // this Perl's LWP verifies the chain although the script has switched the check of the name off
    let trusted = format!("/opt/portreeve/{trusted}");
    let environment = [("SERVER", &*sandbox.tls("cpanel")?), ("PERL_LWP_SSL_CA_FILE", &trusted)];
    let (said, errors) = inside(commands, &[&script, ca], &environment)?;
    ensure!(said.starts_with("LWP::Protocol::https is there already\n"), "{said} {errors}");
    ensure!(said.contains("'status' => 1") && said.contains("info@cptest.example"), "{said} {errors}");
    Ok(())
}
