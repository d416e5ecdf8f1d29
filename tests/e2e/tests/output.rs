//! What the sandbox prints: its description, commands to paste, and a line for each request.

use anyhow::{Context, Result, ensure};
use portreeve_e2e::curl::curl;
use portreeve_e2e::program::{command, output};
use portreeve_e2e::sandbox::{Options, Sandbox};
use portreeve_types::{Clock, SystemClock};
use serde_json::Value;

#[test]
fn the_three_commands_to_paste_work_when_they_are_pasted() -> Result<()> {
    let sandbox = Sandbox::with(&Options { text: true, ..Options::default() })?;
    let lines = sandbox.lines_with(|line| line.contains("uapi") || line.contains("Ftp"))?;
    let commands: Vec<&String> = lines.iter().filter(|line| line.trim_start().starts_with("curl ")).collect();
    ensure!(commands.len() == 3, "{}", lines.join("\n"));
    for (command_line, expected) in
        commands.iter().zip(["info@cptest.example", "plain.example", "upload@plain.example"])
    {
        let printed = output(command("bash").arg("-c").arg(command_line))?;
        let answer = String::from_utf8_lossy(&printed.stdout);
        ensure!(printed.status.success() && answer.contains(expected), "{command_line}\n{answer}");
    }
    Ok(())
}

#[test]
fn the_line_that_makes_programs_trust_the_certificate_works_when_it_is_pasted() -> Result<()> {
    let sandbox = Sandbox::with(&Options { text: true, ..Options::default() })?;
    let lines = sandbox.lines_with(|line| line.contains("Ftp"))?;
    let export = lines.iter().find(|line| line.contains("export SSL_CERT_FILE=")).context("no such line")?;
    let fetch = format!("curl -sS -o /dev/null -w '%{{http_code}}' {}/", sandbox.tls("cpanel")?);
    let printed = output(
        command("bash").arg("-c").arg(format!("unset CURL_CA_BUNDLE SSL_CERT_DIR\n{export}\n{fetch}")),
    )?;
    ensure!(printed.stdout == b"200", "{}", String::from_utf8_lossy(&printed.stderr));
    let printed = output(
        command("bash")
            .env_remove("SSL_CERT_FILE")
            .arg("-c")
            .arg(format!("unset CURL_CA_BUNDLE SSL_CERT_DIR\n{fetch}")),
    )?;
    ensure!(!printed.status.success(), "the certificate is trusted without it");
    Ok(())
}

#[test]
fn the_first_line_says_where_everything_is_as_json() -> Result<()> {
    let sandbox = Sandbox::start()?;
    for (service, tls, plain) in [("cpanel", 2083, 2082), ("whm", 2087, 2086), ("webmail", 2096, 2095)] {
        let address = |scheme: &str, port| format!("{scheme}://127.0.0.1:{}", port + sandbox.offset);
        ensure!(sandbox.text(&format!("/services/{service}/tls"))? == address("https", tls));
        ensure!(sandbox.text(&format!("/services/{service}/plain"))? == address("http", plain));
    }
    let accounts =
        sandbox.description.pointer("/accounts").and_then(Value::as_array).context("no accounts")?;
    let known: Vec<(&str, &str, Option<&str>)> = accounts
        .iter()
        .map(|account| {
            let text = |name: &str| account.pointer(name).and_then(Value::as_str);
            (text("/user").unwrap_or_default(), text("/password").unwrap_or_default(), text("/secret"))
        })
        .collect();
    ensure!(
        known
            == [
                ("root", "sandbox", None),
                ("cptest", "blahblah", Some("QSARBVKLZHYHLJ3M")),
                ("asder", "blah1", Some("FZ4ZVGTMFTIOF54T")),
                ("plain", "plainpass", None),
            ],
        "{known:?}"
    );
    Ok(())
}

#[test]
fn each_request_has_a_line_of_text_with_its_hint_and_without_its_secrets() -> Result<()> {
    let sandbox = Sandbox::with(&Options { text: true, ..Options::default() })?;
    let said = sandbox.lines_with(|line| line.contains("export SSL_CERT_FILE="))?;
    let ca = said.iter().find_map(|line| line.split_once("SSL_CERT_FILE=")).context("no certificate")?.1;
    let request = |arguments: &[&str]| output(command("curl").args(["-sS", "--cacert", ca]).args(arguments));
    let url = sandbox.tls("cpanel")?;
    request(&["--user", "cptest:blahblah", &format!("{url}/execute/Email/list_pops?regex=canary1")])?;
    request(&[&format!("{url}/login/?user=plain&pass=canary2&tfa_token=canary3")])?;
    request(&[&format!("{url}/cpsess4242424242/execute/Email/list_pops")])?;

    let port = sandbox.port("cpanel")?;
    let lines = sandbox.lines_with(|line| line.contains("cpsess"))?;
    let find =
        |wanted: &str| lines.iter().find(|line| line.contains(wanted)).with_context(|| lines.join("\n"));
    let line = find(&format!(" 401 cptest GET cpanel {port} /execute/Email/list_pops?regex="))?;
    ensure!(
        line.ends_with("hint: send X-CPANEL-OTP with the code of now (troubleshooting.md#code-needed)"),
        "{line}"
    );
    ensure!(line.starts_with("20") && line.contains("Z "), "no time: {line}");
    find(&format!(" 401 - GET cpanel {port} /login/?user="))?;
    ensure!(find("cpsess")?.contains("session cookie missing"));
    for secret in ["canary1", "canary2", "canary3", "4242424242"] {
        ensure!(!lines.iter().any(|line| line.contains(secret)), "{secret} was printed");
    }
    Ok(())
}

#[test]
fn each_request_has_a_json_line_with_the_identity_that_its_answer_carries() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let url = format!("{}/execute/Email/list_pops", sandbox.tls("cpanel")?);
    let good = curl(&sandbox, &["--user", "plain:plainpass", &url])?;
    let wrong = curl(&sandbox, &["--user", "plain:canary", "--header", "X-CPANEL-OTP: 271828", &url])?;
    let wrong_port = format!("{}/json-api/listaccts", sandbox.tls("cpanel")?);
    let misplaced = curl(&sandbox, &["--user", "plain:plainpass", &wrong_port])?;
    let log = sandbox.data_dir()?.join("log/requests.jsonl");
    for (answer, caller, hint) in [
        (&good, Value::from("plain"), None),
        (&wrong, Value::Null, None),
        (&misplaced, Value::from("plain"), Some("wrong port")),
    ] {
        let id = answer.header("X-Request-Id").context("the answer has no identity")?;
        let lines = sandbox.lines_with(|line| line.contains(id))?;
        let line = lines.iter().find(|line| line.contains(id)).context("no line")?;
        let json: Value = serde_json::from_str(line)?;
        ensure!(json["status"] == answer.status && json["caller"] == caller, "{line}");
        ensure!(json["method"] == "GET" && json["service"] == "cpanel", "{line}");
        ensure!(json["port"] == sandbox.port("cpanel")?, "{line}");
        ensure!(
            hint.is_none_or(|hint| json["hint"].as_str().is_some_and(|text| text.contains(hint))),
            "{line}"
        );
        ensure!(std::fs::read_to_string(&log)?.lines().any(|kept| kept == line), "it is not in the file");
    }
    for secret in ["canary", "271828", "plainpass"] {
        ensure!(!sandbox.lines().iter().skip(1).any(|line| line.contains(secret)), "{secret} was printed");
    }
    Ok(())
}

/// Speed is a matter of the machine and the build: it is measured here, and judged elsewhere.
#[test]
fn a_sandbox_serves_as_soon_as_it_says_so() -> Result<()> {
    let begun = SystemClock.now();
    let sandbox = Sandbox::start()?;
    println!("ready after {} ms", SystemClock.now().millis() - begun.millis());
    ensure!(curl(&sandbox, &[&sandbox.tls("cpanel")?])?.status == 200);
    Ok(())
}
