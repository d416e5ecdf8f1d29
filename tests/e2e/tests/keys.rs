//! `portreeve keys`: exports that come back, and a rotation after which everything still opens.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::served::Installation;

const PASSWORD: &str = "correct horse battery staple";
const PASSPHRASE: &str = "a passphrase for exports\n";

fn keyring(installation: &Installation) -> Result<String> {
    fs::read_to_string(installation.data().join("keys/keyring")).context("reading the keys")
}

#[test]
fn an_export_brings_the_keys_back_and_fits_no_other_installation() -> Result<()> {
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    let own = keyring(&installation)?;
    let file = installation.work().join("export");
    let path = file.to_str().context("no path")?;
    let short = installation.run(&["keys", "export", path], "short\n")?;
    ensure!(!short.status.success() && !file.exists(), "{}", short.text);
    let said = installation.run(&["keys", "export", path], PASSPHRASE)?;
    ensure!(said.status.success(), "{}", said.text);
    ensure!(fs::metadata(&file)?.permissions().mode() & 0o777 == 0o600);
    let secret = own.trim_end().rsplit(':').next().context("no key")?;
    ensure!(!fs::read_to_string(&file)?.contains(secret) && !said.text.contains(secret));
    let twice = installation.run(&["keys", "export", path], PASSPHRASE)?;
    ensure!(!twice.status.success(), "an export was overwritten");

    let present = installation.run(&["keys", "import", path], PASSPHRASE)?;
    ensure!(!present.status.success() && present.text.contains("already"), "{}", present.text);
    fs::remove_file(installation.data().join("keys/keyring"))?;
    let wrong = installation.run(&["keys", "import", path], "another passphrase\n")?;
    ensure!(!wrong.status.success() && wrong.text.contains("passphrase"), "{}", wrong.text);
    let back = installation.run(&["keys", "import", path], PASSPHRASE)?;
    ensure!(back.status.success(), "{}", back.text);
    ensure!(keyring(&installation)? == own);

    let other = Installation::new(false)?;
    other.set_up(PASSWORD)?;
    fs::remove_file(other.data().join("keys/keyring"))?;
    let refused = other.run(&["keys", "import", path], PASSPHRASE)?;
    ensure!(!refused.status.success() && refused.text.contains("made under key"), "{}", refused.text);
    ensure!(!other.data().join("keys/keyring").exists());
    Ok(())
}

#[test]
fn a_rotation_waits_for_the_server_to_stop_and_passwords_stay_good() -> Result<()> {
    let installation = Installation::new(false)?;
    installation.set_up(PASSWORD)?;
    let before = keyring(&installation)?;
    let served = installation.serve()?;
    let refused = installation.run(&["keys", "rotate"], "")?;
    ensure!(!refused.status.success() && refused.text.contains("stop the server first"), "{}", refused.text);
    ensure!(served.end()?.success());
    ensure!(keyring(&installation)? == before);

    let rotated = installation.run(&["keys", "rotate"], "")?;
    ensure!(rotated.status.success(), "{}", rotated.text);
    let after = keyring(&installation)?;
    ensure!(
        after.lines().count() == 2 && after.lines().last() == before.lines().next(),
        "the old key is kept"
    );
    let _served = installation.serve()?;
    ensure!(installation.whm(PASSWORD, "version?api.version=1")?.status == 200);
    Ok(())
}
