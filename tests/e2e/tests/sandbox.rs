//! `portreeve sandbox` as a program: how it starts, what it refuses, what it keeps, how it ends.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use portreeve_e2e::curl::{curl, whm};
use portreeve_e2e::sandbox::{Options, Sandbox};
use tempfile::TempDir;

/// The text with which a sandbox refuses to start.
fn refusal(options: &Options<'_>) -> Result<String> {
    match Sandbox::with(options) {
        Ok(sandbox) => anyhow::bail!("it started: {}", sandbox.description),
        Err(error) => Ok(error.to_string()),
    }
}

fn add_mailbox(sandbox: &Sandbox, name: &str) -> Result<()> {
    on_plain(sandbox, "add_pop", &[("email", name), ("password", "correct horse battery staple")]).map(drop)
}

fn has_mailbox(sandbox: &Sandbox, name: &str) -> Result<bool> {
    Ok(on_plain(sandbox, "list_pops", &[])?.contains(&format!("\"{name}@plain.example\"")))
}

/// A call of a mail function that root makes for the account `plain`.
fn on_plain(sandbox: &Sandbox, function: &str, arguments: &[(&str, &str)]) -> Result<String> {
    let mut call = vec![
        ("cpanel_jsonapi_user", "plain"),
        ("cpanel_jsonapi_apiversion", "3"),
        ("cpanel_jsonapi_module", "Email"),
        ("cpanel_jsonapi_func", function),
    ];
    call.extend(arguments);
    Ok(whm(sandbox, "cpanel", &call)?.to_string())
}

#[test]
fn a_taken_port_is_named_with_an_offset_that_avoids_it() -> Result<()> {
    let first = Sandbox::start()?;
    let data = TempDir::new()?;
    let untouched = data.path().join("never-made");
    let options = Options { offset: Some(first.offset), data_dir: Some(&untouched), ..Options::default() };
    let text = refusal(&options)?;
    let port = 2082 + first.offset;
    ensure!(text.contains(&format!("127.0.0.1:{port} is taken; --port-offset ")), "{text}");
    ensure!(!untouched.exists(), "a directory was made before the ports were there");
    let (_, proposed) = text.split_once("--port-offset ").context("no offset")?;
    let proposed = proposed.split(' ').next().unwrap_or_default().parse().context("no number")?;
    let second = Sandbox::with(&Options { offset: Some(proposed), ..Options::default() })?;
    ensure!(curl(&second, &[&second.tls("cpanel")?])?.status == 200);
    Ok(())
}

#[test]
fn an_offset_beyond_the_last_port_is_refused() -> Result<()> {
    let text = refusal(&Options { offset: Some(65000), ..Options::default() })?;
    ensure!(text.contains("--port-offset 65000 leads beyond the last port"), "{text}");
    Ok(())
}

#[test]
fn well_known_passwords_are_for_loopback_only() -> Result<()> {
    let everywhere = ["--listen", "0.0.0.0"];
    let text = refusal(&Options { arguments: &everywhere, ..Options::default() })?;
    ensure!(text.contains("--random-credentials"), "{text}");
    let open = ["--listen", "0.0.0.0", "--random-credentials"];
    let sandbox = Sandbox::with(&Options { arguments: &open, ..Options::default() })?;
    let url = format!("{}/json-api/version?api.version=1", sandbox.tls("whm")?);
    ensure!(curl(&sandbox, &["--user", "root:sandbox", &url])?.status == 403, "the known password");
    let password = format!("root:{}", sandbox.text("/accounts/0/password")?);
    ensure!(curl(&sandbox, &["--user", &password, &url])?.status == 200, "its own password");
    Ok(())
}

#[test]
fn random_credentials_are_new_ones_each_time_all_of_them() -> Result<()> {
    let random = ["--random-credentials"];
    let options = Options { arguments: &random, ..Options::default() };
    let all = [Sandbox::with(&options)?, Sandbox::with(&options)?, Sandbox::start()?];
    let mut compared = 0;
    for account in 0..4 {
        for path in [
            "password",
            "secret",
            "access_hash",
            "tokens/0/token",
            "mailboxes/0/password",
            "mailboxes/2/secret",
        ] {
            let pointer = format!("/accounts/{account}/{path}");
            let values: Vec<_> = all
                .iter()
                .filter_map(|sandbox| sandbox.description.pointer(&pointer).and_then(|value| value.as_str()))
                .collect();
            ensure!(values.is_empty() || values.len() == 3, "{pointer}: {values:?}");
            if let [one, two, known] = values.as_slice() {
                ensure!(one != two && one != known && two != known, "{pointer} is the same twice");
                compared += 1;
            }
        }
    }
    // four passwords, two secrets, an access hash, two tokens, three mailboxes' passwords and a mailbox's secret
    ensure!(compared == 13, "{compared} credentials were compared");
    Ok(())
}

#[test]
fn a_directory_keeps_its_data_until_it_is_reset() -> Result<()> {
    let data = TempDir::new()?;
    let options = Options { data_dir: Some(data.path()), ..Options::default() };
    let sandbox = Sandbox::with(&options)?;
    add_mailbox(&sandbox, "kept")?;
    ensure!(has_mailbox(&sandbox, "kept")?);
    let ca = fs::read(sandbox.ca()?)?;
    ensure!(sandbox.end()?.success());

    let again = Sandbox::with(&options)?;
    ensure!(has_mailbox(&again, "kept")?, "the mailbox is gone");
    ensure!(data.path().join("home/plain/mail/plain.example/kept").is_dir(), "its Maildir is gone");
    ensure!(fs::read(again.ca()?)? == ca, "clients would have to trust another authority");
    ensure!(again.end()?.success());

    let reset = Sandbox::with(&Options { arguments: &["--reset"], ..options })?;
    ensure!(!has_mailbox(&reset, "kept")?, "the mailbox is still there");
    ensure!(has_mailbox(&reset, "user")?, "the sandbox's own mailboxes are not there");
    Ok(())
}

#[test]
fn credentials_that_were_random_once_are_the_same_when_the_directory_is_opened_again() -> Result<()> {
    let data = TempDir::new()?;
    let random = ["--random-credentials"];
    let first =
        Sandbox::with(&Options { data_dir: Some(data.path()), arguments: &random, ..Options::default() })?;
    let accounts = first.description.pointer("/accounts").cloned();
    ensure!(first.end()?.success());
    let again = Sandbox::with(&Options { data_dir: Some(data.path()), ..Options::default() })?;
    ensure!(again.description.pointer("/accounts").cloned() == accounts && accounts.is_some());
    whm(&again, "version", &[]).map(drop)
}

#[test]
fn a_directory_that_holds_something_else_is_refused_and_left_as_it_was() -> Result<()> {
    for arguments in [&[][..], &["--reset"]] {
        let foreign = TempDir::new()?;
        fs::write(foreign.path().join("thesis.tex"), "ten years")?;
        let options = Options { data_dir: Some(foreign.path()), arguments, ..Options::default() };
        let text = refusal(&options)?;
        ensure!(text.contains("is not empty and holds no sandbox"), "{text}");
        ensure!(names(foreign.path())? == ["thesis.tex"], "{:?}", names(foreign.path())?);
        ensure!(fs::read_to_string(foreign.path().join("thesis.tex"))? == "ten years");
    }
    Ok(())
}

#[test]
fn two_sandboxes_never_share_a_directory() -> Result<()> {
    let first = Sandbox::start()?;
    let data = first.data_dir()?;
    for arguments in [&[][..], &["--reset"]] {
        let text = refusal(&Options { data_dir: Some(&data), arguments, ..Options::default() })?;
        ensure!(text.contains("is used by another sandbox that is running"), "{text}");
    }
    ensure!(has_mailbox(&first, "user")?, "the first one was disturbed");
    Ok(())
}

#[test]
fn a_sandbox_without_a_directory_leaves_nothing_behind() -> Result<()> {
    let sandbox = Sandbox::with(&Options { without_data_dir: true, ..Options::default() })?;
    let data = sandbox.data_dir()?;
    ensure!(data.join("records/store.sqlite").is_file());
    ensure!(sandbox.end()?.success());
    ensure!(!data.exists(), "{} is still there", data.display());
    Ok(())
}

#[test]
fn secrets_lie_in_files_that_only_their_owner_reads() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::start()?;
    let data = sandbox.data_dir()?;
    for name in ["sandbox.json", "accesshash", "keys/keyring", "keys/ca.key", "tls/server.key"] {
        let mode = fs::metadata(data.join(name)).with_context(|| name.to_owned())?.permissions().mode();
        ensure!(mode & 0o077 == 0, "{name} has mode {mode:o}");
    }
    Ok(())
}

#[test]
fn programs_on_this_machine_reach_the_api_by_its_socket() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let socket = sandbox.text("/socket")?;
    let call = "http://localhost/execute/Email/list_pops";
    let as_plain = curl(&sandbox, &["--unix-socket", socket, "--header", "Authorization: peer plain", call])?;
    ensure!(as_plain.status == 200 && as_plain.body.contains("user@plain.example"), "{as_plain:?}");
    let nobody = curl(&sandbox, &["--unix-socket", socket, "--header", "Authorization: peer nobody", call])?;
    ensure!(nobody.status == 401, "{nobody:?}");
    let url = format!("{}/execute/Email/list_pops", sandbox.tls("cpanel")?);
    let by_network = curl(&sandbox, &["--header", "Authorization: peer plain", &url])?;
    ensure!(by_network.status == 401, "{by_network:?}");
    Ok(())
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}
