//! Plugins' programs of an installation whose accounts have system users.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Result, ensure};
use portreeve_e2e::served::{Installation, PROGRAM_USER};
use rustix::process::geteuid;

const PASSWORD: &str = "correct horse battery staple";
const STRONG: &str = "Xk7-unlikely-mauve-otter";

/// Says who it is, and whether it may write where it is told to.
const WHO: &str = r#"#!/usr/bin/perl
open my $file, '>', "$ENV{TMPDIR}/own" or die "$ENV{TMPDIR}: $!";
print "Content-Type: text/plain\n\n", scalar getpwuid($>), qq( $ENV{REMOTE_USER} $ENV{TMPDIR});
"#;

/// An account `shop` with a system user and a mailbox, and one program for everybody.
fn with_a_system_user() -> Result<Installation> {
    ensure!(geteuid().is_root(), "system users are root's to become: run this test as root");
    let mut installation = Installation::new(false)?;
    let home = installation.data().join("home/shop");
    installation.system_users(&format!("shop:x:4100:4100::{}:/bin/false", home.display()))?;
    installation.set_up(PASSWORD)?;
    Ok(installation)
}

fn fill(installation: &Installation) -> Result<()> {
    for call in [
        format!("createacct?api.version=1&username=shop&domain=shop.example&password={STRONG}"),
        format!(
            "uapi_cpanel?api.version=1&cpanel.user=shop&cpanel.module=Email&cpanel.function=add_pop&email=info&password={STRONG}"
        ),
    ] {
        let answer = installation.whm(PASSWORD, &call)?;
        ensure!(answer.json().pointer("/metadata/result") == Some(&serde_json::Value::from(1)), "{answer:?}");
    }
    let folder = installation.data().join("plugins/3rdparty/who");
    fs::create_dir(&folder)?;
    let program = folder.join("who.pl");
    fs::write(&program, WHO)?;
    open(&folder)?;
    open(&program)
}

fn open(path: &Path) -> Result<()> {
    Ok(fs::set_permissions(path, Permissions::from_mode(0o755))?)
}

#[test]
fn a_mailboxes_user_runs_nothing_as_the_account_unless_the_plugin_says_so() -> Result<()> {
    let installation = with_a_system_user()?;
    let served = installation.serve()?;
    fill(&installation)?;
    let ask = |user: &str, port| installation.ask_as(user, STRONG, port, "/3rdparty/who/who.pl");
    let said = ask("shop", 2083)?;
    ensure!(said.body == "shop shop /tmp", "{said:?} {}", served.said()?);
    ensure!(!Path::new("/tmp/own").exists(), "its /tmp is its own");
    let said = ask("info@shop.example", 2096)?;
    ensure!(said.body == format!("{PROGRAM_USER} info@shop.example /tmp"), "{said:?} {}", served.said()?);
    // the account's own user, who reads its mail there
    let said = ask("shop", 2096)?;
    ensure!(said.body.starts_with(PROGRAM_USER), "{said:?}");
    let terms = installation.data().join("plugins/3rdparty/who.toml");
    fs::write(&terms, "services = [\"webmail\"]\nmailboxes_as_account = true\n")?;
    let said = ask("info@shop.example", 2096)?;
    ensure!(said.body.starts_with("shop info@shop.example "), "{said:?}");
    ensure!(ask("shop", 2083)?.status == 404);
    Ok(())
}
