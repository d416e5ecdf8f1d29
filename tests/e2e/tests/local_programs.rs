//! `uapi`, `whmapi1` and `cpapi2` over the API socket.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Output, Stdio};

use anyhow::{Context, Result, ensure};
use portreeve_e2e::program::{command, output, portreeve, root};
use portreeve_e2e::sandbox::{Options, Sandbox};
use rustix::process::geteuid;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs one of the programs and gives what it printed, and the status it ended with.
fn run(sandbox: &Sandbox, arguments: &[&str]) -> Result<(String, String, Option<i32>)> {
    let mut program = command(portreeve()?);
    program.args(arguments).env("PORTREEVE_SOCKET", sandbox.text("/socket")?);
    let Output { status, stdout, stderr } = output(&mut program)?;
    Ok((String::from_utf8(stdout)?, String::from_utf8(stderr)?, status.code()))
}

fn printed(sandbox: &Sandbox, arguments: &[&str]) -> Result<String> {
    let (printed, said, status) = run(sandbox, arguments)?;
    assert_eq!((said.as_str(), status), ("", Some(0)), "{arguments:?}: {printed}");
    Ok(printed)
}

fn as_json(sandbox: &Sandbox, arguments: &[&str]) -> Result<Value> {
    let printed = printed(sandbox, &[arguments, &["--output=json"]].concat())?;
    assert_eq!(printed.lines().count(), 1, "{printed}");
    Ok(serde_json::from_str(&printed)?)
}

/// What PyYAML, a reader of YAML 1.1, makes of a text.
fn yaml(text: &str) -> Result<Value> {
    let mut reader = command("python3");
    reader.arg(root().join("tests/e2e/scripts/read_yaml.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = reader.spawn().context("starting python3")?;
    reader.stdin.take().context("no standard input")?.write_all(text.as_bytes())?;
    Ok(serde_json::from_slice(&reader.wait_with_output()?.stdout)?)
}

#[test]
fn uapi_prints_the_wrapped_envelope_in_each_form() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let call = ["uapi", "--user=cptest", "Email", "list_pops"];
    let json = as_json(&sandbox, &call)?;
    assert_eq!(
        (&json["module"], &json["func"], &json["apiversion"]),
        (&json!("Email"), &json!("list_pops"), &json!(3))
    );
    assert_eq!((&json["result"]["status"], &json["result"]["errors"]), (&json!(1), &Value::Null));
    let text = printed(&sandbox, &call)?;
    assert!(text.starts_with("---\n"), "{text}");
    // the lines that scripts look for
    for line in ["  status: 1", "  errors: ~", "    -", "      email: info@cptest.example"] {
        assert!(text.lines().any(|other| other == line), "{line}: {text}");
    }
    assert_eq!(yaml(&text)?, json);
    let pretty =
        printed(&sandbox, &["uapi", "Email", "list_pops", "--user", "cptest", "--output=jsonpretty"])?;
    assert!(pretty.lines().count() > 10, "{pretty}");
    assert_eq!(serde_json::from_str::<Value>(&pretty)?, json);
    let xml = printed(&sandbox, &[&call[..], &["--output=xml"]].concat())?;
    assert!(xml.starts_with("<?xml version=\"1.0\" ?>\n<cpanelresult><module>Email</module>"), "{xml}");
    Ok(())
}

#[test]
fn values_are_percent_decoded_and_a_failure_is_an_answer() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let add = |password: &'static str| {
        as_json(
            &sandbox,
            &["uapi", "--user=cptest", "Email", "add_pop", "email=no%40cptest.example", password],
        )
    };
    let made = add("password=a%20long%26secret+%25")?;
    assert_eq!(made["result"]["data"], "no+cptest.example", "{made}");
    let login = portreeve_e2e::curl::curl(
        &sandbox,
        &[
            "--user",
            "no@cptest.example:a long&secret+%",
            &format!("{}/execute/Email/list_pops", sandbox.tls("webmail")?),
        ],
    )?;
    assert_eq!(login.json()["data"][0]["email"], "no@cptest.example", "{login:?}");
    let again = add("password=a-long-enough-secret")?;
    assert_eq!(again["result"]["status"], 0, "{again}");
    assert_eq!(again["result"]["errors"][0], "The mailbox “no@cptest.example” already exists.");
    let failed = printed(&sandbox, &["uapi", "--user=cptest", "Email", "delete_pop", "email=nobody"])?;
    assert!(failed.contains("\n  status: 0\n"), "{failed}");
    // `user` is an argument of the function here, not the account
    let ftp = ["uapi", "--user=plain", "Ftp", "delete_ftp", "user=upload"];
    assert_eq!(as_json(&sandbox, &ftp)?["result"]["status"], 1);
    Ok(())
}

#[test]
fn whmapi1_is_root_and_cpapi2_prints_api_2() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let listed = ["whmapi1", "listaccts"];
    let json = as_json(&sandbox, &listed)?;
    assert_eq!((&json["metadata"]["result"], &json["metadata"]["command"]), (&json!(1), &json!("listaccts")));
    assert_eq!(json["data"]["acct"].as_array().context("accounts")?.len(), 3);
    assert_eq!(yaml(&printed(&sandbox, &listed)?)?, json);
    let on_behalf =
        ["whmapi1", "uapi_cpanel", "cpanel.user=plain", "cpanel.module=Email", "cpanel.function=list_pops"];
    assert_eq!(as_json(&sandbox, &on_behalf)?["data"]["uapi"]["status"], 1);

    let json = as_json(&sandbox, &["cpapi2", "--user=plain", "Email", "listpops", "regex=^user@"])?;
    assert_eq!(json["cpanelresult"]["apiversion"], 2, "{json}");
    assert_eq!(json["cpanelresult"]["data"][0]["email"], "user@plain.example", "{json}");
    let xml = printed(&sandbox, &["cpapi2", "--user=plain", "Email", "nosuch", "--output=xml"])?;
    assert!(xml.contains("<error>Could not find function 'nosuch' in module 'Email'</error>"), "{xml}");
    Ok(())
}

#[test]
fn a_link_of_a_programs_name_is_that_program() -> Result<()> {
    let sandbox = Sandbox::start()?;
    for (name, arguments) in [
        ("uapi", &["--user=cptest", "Email", "list_pops"][..]),
        ("whmapi1", &["version"][..]),
        ("cpapi2", &["--user=cptest", "Email", "listpops"][..]),
    ] {
        let link = sandbox.work().join(name);
        symlink(portreeve()?, &link)?;
        let printed = output(command(&link).args(arguments).args(["--socket", sandbox.text("/socket")?]))?;
        assert!(printed.status.success() && printed.stdout.starts_with(b"---\n"), "{printed:?}");
    }
    Ok(())
}

#[test]
fn what_cannot_be_asked_or_is_refused_ends_with_one_and_a_message() -> Result<()> {
    let sandbox = Sandbox::start()?;
    for (arguments, message) in [
        (
            &["uapi", "--user=nobodyhere", "Email", "list_pops"][..],
            "the server says: 403 Forbidden Access denied",
        ),
        (&["uapi", "--user=root", "Email", "list_pops"][..], "the server says: 403 Permission denied"),
        (&["uapi", "Email", "list_pops"][..], "--user=NAME says which account"),
        (&["whmapi1", "../version"][..], "“../version” is no function's name"),
        (&["uapi", "--user=a\r\nX: b", "Email", "list_pops"][..], "is no account's name"),
        (&["whmapi1", "version", "--socket=/no/such/socket"][..], "asking the server at /no/such/socket"),
    ] {
        let (printed, said, status) = run(&sandbox, arguments)?;
        assert_eq!((printed.as_str(), status), ("", Some(1)), "{arguments:?}: {said}");
        assert!(said.contains(message), "{arguments:?}: {said}");
    }
    let (_, said, status) = run(&sandbox, &["uapi", "--user=cptest", "Email", "add_pop", "email"])?;
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("key=value"), "{said}");
    Ok(())
}

#[test]
fn an_accounts_own_user_is_that_account_and_needs_no_name() -> Result<()> {
    ensure!(geteuid().is_root(), "system users are root's to make: run this test as root");
    let work = TempDir::new()?;
    let (users, data) = (work.path().join("passwd"), work.path().join("data"));
    fs::set_permissions(work.path(), fs::Permissions::from_mode(0o711))?;
    let home = |user: &str| data.join("home").join(user).display().to_string();
    let listed = format!(
        "{}plain:x:54321:54321::{}:/bin/sh\ncptest:x:54322:54322::/home/elsewhere:/bin/sh\n",
        fs::read_to_string("/etc/passwd")?,
        home("plain")
    );
    fs::write(&users, listed)?;
    let sandbox =
        Sandbox::with(&Options { data_dir: Some(&data), system_users: Some(&users), ..Options::default() })?;
    let program = work.path().join("uapi");
    fs::copy(portreeve()?, &program)?;
    let call = |uid: &str, arguments: &[&str]| -> Result<(String, String)> {
        let mut calling = command("setpriv");
        calling.args(["--reuid", uid, "--regid", uid, "--clear-groups", "--"]).arg(&program);
        calling.args(arguments).args(["--output=json"]).env("PORTREEVE_SOCKET", sandbox.text("/socket")?);
        let said = output(&mut calling)?;
        Ok((String::from_utf8(said.stdout)?, String::from_utf8(said.stderr)?))
    };
    for own in [&["Email", "list_pops"][..], &["--user=plain", "Email", "list_pops"]] {
        let (answer, said) = call("54321", own)?;
        ensure!(answer.contains("user@plain.example") && said.is_empty(), "{answer} {said}");
    }
    // it has been given no password, so it makes nothing that lets others in
    for lasting in [
        &["Tokens", "create_full_access", "name=kept"][..],
        &["Email", "passwd_pop", "email=user@plain.example", "password=Correct-horse-9-battery"],
        &["Session", "create_webmail_session_for_mail_user", "login=user", "domain=plain.example"],
    ] {
        let (answer, said) = call("54321", lasting)?;
        ensure!(answer.contains("not good for credentials"), "{answer} {said}");
    }
    for (uid, arguments) in [
        ("54321", &["--user=cptest", "Email", "list_pops"][..]),
        // the same name with another home is somebody else
        ("54322", &["Email", "list_pops"]),
        ("54323", &["Email", "list_pops"]),
        ("54323", &["--user=plain", "Email", "list_pops"]),
    ] {
        let (answer, said) = call(uid, arguments)?;
        ensure!(answer.is_empty() && said.contains("403 Forbidden Access denied"), "{uid}: {answer} {said}");
    }
    Ok(())
}

#[test]
fn settings_are_read_and_changed_on_the_server_itself() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let get = || printed(&sandbox, &["setting", "get", "minpwstrength"]);
    assert_eq!(get()?, "65\n");
    assert_eq!(printed(&sandbox, &["setting", "set", "minpwstrength", "80"])?, "");
    assert_eq!(get()?, "80\n");
    let list = printed(&sandbox, &["setting", "list"])?;
    assert!(list.lines().any(|line| line.starts_with("minpwstrength ") && line.contains(" 80 ")), "{list}");
    assert!(list.contains("SecurityPolicy::TwoFactorAuth"), "{list}");
    for (arguments, why) in [
        (["setting", "set", "minpwstrength", "101"], "it is a whole number from 0 to 100"),
        (["setting", "set", "no.such.key", "1"], "there is no setting “no.such.key”"),
    ] {
        let (printed, said, status) = run(&sandbox, &arguments)?;
        assert_eq!((printed.as_str(), status), ("", Some(1)), "{said}");
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(get()?, "80\n");
    Ok(())
}
