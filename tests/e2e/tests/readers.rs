//! Programs as people wrote them who were puzzled by security tokens: corrected as docs/troubleshooting.md says, and
//! the refusals that tell the others what is wrong.

use anyhow::{Context, Result, ensure};
use portreeve_e2e::curl::{curl, whm};
use portreeve_e2e::program::{command, output, root};
use portreeve_e2e::sandbox::Sandbox;

/// What a script printed: the status of the answer, and its body or what curl says.
fn run(sandbox: &Sandbox, script: &str, token: &str, arguments: &[&str]) -> Result<(u16, String)> {
    let hash = sandbox.work().join("accesshash");
    let lines: Vec<String> = sandbox
        .text("/accounts/0/access_hash")?
        .as_bytes()
        .chunks(32)
        .map(|chunk| String::from_utf8_lossy(chunk).into_owned())
        .collect();
    std::fs::write(&hash, lines.join("\n") + "\n")?;
    let mut php = command("php");
    php.current_dir(root()).arg(format!("tests/e2e/scripts/{script}.php")).args(arguments);
    php.env("WHM_URL", sandbox.tls("whm")?).env("HASH_FILE", &hash).env("WHM_TOKEN", token);
    php.env_remove("cp_security_token");
    let printed = output(&mut php)?;
    let said = String::from_utf8(printed.stdout)?;
    let (status, text) = said.trim_end().split_once('\t').with_context(|| said.clone())?;
    Ok((status.parse()?, text.to_owned()))
}

/// The mailboxes of `plain`, as it sees them.
fn mailboxes(sandbox: &Sandbox) -> Result<String> {
    let address = format!("{}/execute/Email/list_pops", sandbox.tls("cpanel")?);
    Ok(curl(sandbox, &["--user", "plain:plainpass", &address])?.body)
}

#[test]
fn a_mailbox_is_made_with_an_access_hash_once_its_line_breaks_are_gone() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let (status, said) = run(&sandbox, "mailbox", "", &["letters-stripped", "case17"])?;
    ensure!(status == 400 && said.contains("send the access hash on one line"), "{status} {said}");
    let (status, said) = run(&sandbox, "mailbox", "", &["variable-in-host", "case17"])?;
    ensure!(status == 0 && said.contains("URL"), "curl itself says: {status} {said}");
    ensure!(!mailboxes(&sandbox)?.contains("case17"), "nothing was made");
    let (status, said) = run(&sandbox, "mailbox", "", &["good", "case17"])?;
    ensure!(status == 200 && said.contains(r#""event":{"result":1}"#), "{status} {said}");
    ensure!(mailboxes(&sandbox)?.contains("case17@plain.example"), "it was made");
    Ok(())
}

#[test]
fn an_account_is_made_by_xml_once_perls_variable_is_out_of_the_address() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let made = whm(&sandbox, "api_token_create", &[("token_name", "shop")])?;
    let token = made["data"]["token"].as_str().context("a token")?.to_owned();
    let (status, said) = run(&sandbox, "account", &token, &["variable-in-string", "hooked"])?;
    ensure!(status == 400 && said.contains("cp_security_token"), "{status} {said}");
    let (status, said) = run(&sandbox, "account", &token, &["good", "hooked"])?;
    ensure!(status == 200 && said.starts_with("1 "), "{status} {said}");
    let listed = whm(&sandbox, "listaccts", &[])?;
    ensure!(listed.to_string().contains("hooked.example"), "{listed}");
    Ok(())
}
