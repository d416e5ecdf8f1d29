//! XML, API 1 and API 2 as scripts in PHP and Perl call them.

use std::process::Output;

use anyhow::{Result, ensure};
use portreeve_e2e::curl::whm;
use portreeve_e2e::program::{command, output, root};
use portreeve_e2e::sandbox::Sandbox;
use serde_json::Value;

#[test]
fn a_php_script_reads_the_xml_of_createacct_and_makes_mailboxes_with_an_access_hash() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let printed = run(&sandbox, "php", "older.php", "phpuser")?;
    assert_eq!(printed, "status\t1\tAccount Creation Ok\nresult\t1\t\nevent\t1\t\n");
    assert_eq!(
        mailboxes(&sandbox, "phpuser")?,
        ["phpuser", "first@phpuser.example", "second@phpuser.example"]
    );
    let again = run(&sandbox, "php", "older.php", "phpuser")?;
    assert_eq!(
        again,
        "status\t0\tThe account “phpuser” already exists.\n\
         result\t0\tThe mailbox “second@phpuser.example” already exists.\n\
         event\t0\tThe mailbox “first@phpuser.example” already exists.\n"
    );
    Ok(())
}

#[test]
fn a_perl_script_makes_a_mailbox_by_api_1_with_an_access_hash() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let printed = run(&sandbox, "perl", "older.pl", "cptest")?;
    assert_eq!(printed, "event\t1\t\nevent\t0\tThe mailbox “first@cptest.example” already exists.\n");
    assert!(mailboxes(&sandbox, "cptest")?.contains(&"first@cptest.example".to_owned()));
    Ok(())
}

fn run(sandbox: &Sandbox, interpreter: &str, name: &str, user: &str) -> Result<String> {
    let mut script = command(interpreter);
    script.current_dir(root()).arg(format!("tests/e2e/scripts/{name}")).arg(user);
    script.env("WHM_URL", sandbox.tls("whm")?).env("ACCESS_HASH", sandbox.text("/accounts/0/access_hash")?);
    script.env("SSL_CERT_FILE", sandbox.ca()?).env("PERL_LWP_SSL_CA_FILE", sandbox.ca()?);
    let Output { status, stdout, stderr } = output(&mut script)?;
    ensure!(status.success(), "{status}: {}", String::from_utf8_lossy(&stderr));
    Ok(String::from_utf8(stdout)?)
}

fn mailboxes(sandbox: &Sandbox, user: &str) -> Result<Vec<String>> {
    let call = [
        ("cpanel_jsonapi_user", user),
        ("cpanel_jsonapi_apiversion", "3"),
        ("cpanel_jsonapi_module", "Email"),
        ("cpanel_jsonapi_func", "list_pops"),
    ];
    let listed = whm(sandbox, "cpanel", &call)?;
    let items = listed.pointer("/result/data").and_then(Value::as_array).into_iter().flatten();
    Ok(items.filter_map(|item| item.get("email")?.as_str()).map(str::to_owned).collect())
}
