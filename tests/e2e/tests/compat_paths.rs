//! `portreeve compat-paths`: what it makes, what it takes away, and a script that begins with the original's Perl.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::program::{command, output, portreeve};
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

/// What runs in a mount namespace of its own, on a copy of this system that is written in memory only.
const INSIDE: &str = r#"
set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --rbind /proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mkdir -p "$1/root/opt/portreeve"
cp "$2" "$1/root/opt/portreeve/portreeve"
cp "$3" "$1/root/opt/portreeve/script.pl"
chroot "$1/root" /opt/portreeve/portreeve compat-paths install --yes >/dev/null
chroot "$1/root" /opt/portreeve/script.pl one two
chroot "$1/root" /scripts/perlinstaller strict
chroot "$1/root" /scripts/perlinstaller --force || true
"#;

const SCRIPT: &str = r#"#!/usr/local/cpanel/3rdparty/bin/perl -w
use strict;
use Cpanel::Security::Authn::TwoFactorAuth::Google;
my $codes = Cpanel::Security::Authn::TwoFactorAuth::Google->new( { secret => 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } );
print join( ' ', $codes->generate_code(59), $^W, @ARGV ), "\n";
"#;

#[test]
fn a_script_that_begins_with_the_originals_perl_runs_and_finds_our_modules() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    ensure!(geteuid().is_root(), "a mount namespace is root's to make: run this test as root");
    let work = TempDir::new()?;
    let (script, mount) = (work.path().join("script.pl"), work.path().join("mount"));
    fs::create_dir(&mount)?;
    fs::write(&script, SCRIPT)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    let mut inside = command("unshare");
    inside.args(["--mount", "--propagation", "private", "--", "sh", "-c", INSIDE, "sh"]);
    let said = output(inside.arg(&mount).arg(portreeve()?).arg(&script))?;
    let errors = String::from_utf8_lossy(&said.stderr);
    ensure!(said.status.success(), "{errors}");
    // the code is that of RFC 6238, appendix B, in six digits
    ensure!(
        String::from_utf8_lossy(&said.stdout) == "287082 1 one two\nstrict is there already\n",
        "{said:?}"
    );
    ensure!(errors.contains("“--force” is no name of a Perl module"), "{errors}");
    Ok(())
}
