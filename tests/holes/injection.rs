//! What a value can turn into on its way: a command, a statement, another parameter, a line of a log, a document.

use std::path::PathBuf;

use portreeve_api::Entry;
use serde_json::Value;

use crate::support::*;

/// A file that appears when anything runs one of [`commands`].
fn canary(server: &TestServer) -> PathBuf {
    server.plugins().join("canary")
}

/// Texts that run `touch` in a shell, in Perl or in a template, wherever in a command they come to stand.
fn commands(server: &TestServer) -> Vec<String> {
    let touch = format!("touch {}", canary(server).display());
    vec![
        format!("$({touch})"),
        format!("`{touch}`"),
        format!(";{touch};"),
        format!("|{touch}"),
        format!("& {touch} &"),
        format!("'; {touch}; '"),
        format!("\"; {touch}; \""),
        format!("x\n{touch}\n"),
        format!("x\u{c}\n{touch}\u{c}"),
        format!("';system('{touch}');'"),
        format!("--checkpoint-action=exec={touch}"),
    ]
}

#[track_caller]
fn assert_nothing_ran(server: &TestServer) {
    assert!(!canary(server).exists(), "a command was run");
}

#[tokio::test]
async fn cve_2022_44877_a_login_name_is_no_command() {
    let server = TestServer::start().await;
    for (number, command) in commands(&server).into_iter().enumerate() {
        let client = server.client(Cpanel).from(&format!("127.4.{number}.1"));
        assert_refused(&log_in(&client, &command, "x").await);
        assert_refused(&log_in_with(&client, "cptest", "blahblah", &command).await);
        assert_refused(&log_in(&client, "plain", &command).await);
        let one_line = command.replace(['\n', '\u{c}'], " ");
        assert_refused(
            &client.get(LIST_POPS).basic(&one_line, "x").header("User-Agent", &one_line).send().await,
        );
        let token = format!("whm {}:x", one_line.replace(':', " "));
        assert_refused(&client.get(LIST_POPS).header("Authorization", &token).send().await);
        assert_refused(&client.get(LIST_POPS).cookie("cpsession", &one_line.replace(';', ",")).send().await);
        assert_nothing_ran(&server);
        assert_opened(&log_in(&client, "plain", "plainpass").await);
        // so that the next one's code is looked at too
        server.pass_seconds(300);
    }
}

#[tokio::test]
async fn cve_2019_15107_an_old_password_is_no_command() {
    let server = TestServer::start().await;
    server.set("minpwstrength", "0").await;
    let session = server.session(Cpanel, "plain").await;
    let change = async |old: &str, new: &str| {
        let fields = [("oldpass", old), ("newpass", new)];
        session.post("/execute/UserManager/change_password").form(&fields).send().await
    };
    let mut password = "plainpass".to_owned();
    for command in commands(&server) {
        let wrong = change(&command, STRONG).await;
        assert_eq!(wrong.json()["errors"][0], "The old password is wrong.", "{wrong:?}");
        let form = [("user", "plain"), ("old", &command), ("expired", "2"), ("new1", "x"), ("new2", "x")];
        let stranger = server.client(Cpanel).post("/password_change.cgi").form(&form).send().await;
        assert_refused(&stranger);
        // one that is a command is a password like others, but for its line ends
        if change(&password, &command).await.json()["status"] == 1 {
            password = command;
        }
        assert_nothing_ran(&server);
        assert_opened(&log_in(&server.client(Cpanel), "plain", &password).await);
    }
    assert_ne!(password, "plainpass");
    assert_done(&change(&password, STRONG).await);
}

/// Calls the functions that are meant with each of their arguments replaced by each command.
async fn with_commands_for_arguments(is_meant: fn(&Entry) -> bool) {
    let server = TestServer::start().await;
    let socket = server.socket_client();
    let mut called = 0;
    for entry in portreeve_functions::entries().filter(|entry| is_meant(entry)) {
        let known = entry.examples.first().map(|example| example.args).unwrap_or_default();
        let schema = entry.describe()["schema"]["arguments"]["properties"].clone();
        let names: Vec<String> =
            schema.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        for name in names {
            for command in commands(&server) {
                let others = known.iter().filter(|(known, _)| *known != name).copied();
                let fields: Vec<(&str, &str)> = others.chain([(name.as_str(), command.as_str())]).collect();
                let (function, own) = (entry.name.function(), ("Authorization", "peer root"));
                let call = match entry.name.module() {
                    Some(module) => {
                        socket.post(&format!("/execute/{module}/{function}")).header(own.0, "peer plain")
                    }
                    None => socket.post(&format!("/json-api/{function}?api.version=1")).header(own.0, own.1),
                };
                let answer = call.form(&fields).send().await;
                assert!(answer.status == 200, "{function} {name}: {answer:?}");
                called += 1;
            }
        }
    }
    assert!(called > 100, "only {called} calls were made");
    assert_nothing_ran(&server);
}

#[tokio::test]
async fn cve_2022_36446_no_argument_of_whms_is_a_command() {
    with_commands_for_arguments(|entry| entry.name.api() == "WHM").await;
}

#[tokio::test]
async fn cve_2020_35606_no_argument_of_ftp_and_other_small_modules_is_a_command() {
    with_commands_for_arguments(|entry| entry.name.api() == "UAPI" && entry.name.module() != Some("Email"))
        .await;
}

#[tokio::test]
async fn cve_2026_29202_no_argument_of_mails_is_code() {
    with_commands_for_arguments(|entry| entry.name.api() == "UAPI" && entry.name.module() == Some("Email"))
        .await;
}

#[tokio::test]
async fn cve_2019_15642_no_body_is_a_program() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    for command in commands(&server) {
        for body in [
            format!("OBJECT main;{command}"),
            format!("--- !!perl/code 'sub {{ system(\"{command}\") }}'"),
            format!("O:8:\"stdClass\":1:{{s:1:\"x\";s:1:\"{command}\";}}"),
            command,
        ] {
            for kind in ["application/octet-stream", "application/x-yaml", "application/json", "text/xml"] {
                for path in ["/rpc.cgi", LIST_ACCOUNTS, "/xml-api/listaccts"] {
                    let call = client.post(path).body(Some(kind), body.as_bytes());
                    call.clone().send().await;
                    call.basic("root", "sandbox").send().await;
                }
            }
        }
        assert_nothing_ran(&server);
    }
    let listed = client.post(LIST_ACCOUNTS).basic("root", "sandbox").body(Some("text/plain"), b"user=plain");
    assert!(is_done(&listed.send().await));
}

#[tokio::test]
async fn cve_2026_67401_what_a_mailboxs_user_sends_is_no_statement() {
    let server = TestServer::start().await;
    let user = "user@plain.example";
    let session = server.session(Webmail, user).await;
    let statement = "x'); DELETE FROM accounts; UPDATE mailboxes SET password = '' WHERE ('1'='1";
    let keep = session.post("/bookmarks").header("User-Agent", statement);
    let page =
        keep.form(&[("action", "keep"), ("name", "start"), ("query", "a='||(SELECT'1')||'")]).send().await;
    assert!(page.text().contains("is kept open"), "{page:?}");
    for (path, fields) in [
        ("/execute/Email/list_pops", [("regex", statement), ("email", statement)]),
        ("/execute/Email/passwd_pop", [("email", statement), ("password", statement)]),
        ("/execute/TwoFactorAuth/set_user_configuration", [("secret", statement), ("tfa_token", statement)]),
        ("/security/sessions", [("action", "end_session"), ("session", statement)]),
        ("/security/sessions", [("action", "end_page"), ("page", statement)]),
    ] {
        session.post(path).form(&fields).send().await;
    }
    for (number, name) in
        [statement, "user@plain.example' OR '1'='1", "user@plain.example'--"].into_iter().enumerate()
    {
        let client = server.client(Webmail).from(&format!("127.4.{number}.2"));
        assert_refused(&log_in(&client, name, "mailpass").await);
        assert_refused(&client.get(LIST_POPS).basic(name, "mailpass").send().await);
        assert_refused(
            &client.get(LIST_POPS).cookie("webmailsession", "user%3ax'%20OR%201=1%2cx").send().await,
        );
    }
    // it is there to the letter, and so is everything else
    let kept = session.get("/security/sessions").send().await;
    assert!(kept.text().contains("DELETE FROM accounts"), "{kept:?}");
    assert_opened(&log_in(&server.client(Webmail), user, "mailpass").await);
    assert!(server.store().account(&"plain".parse().unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn cve_2026_93698_a_language_is_a_short_word() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let touch = format!("en;touch {}", canary(&server).display());
    let make = |locale: &str| {
        let fields = [("user", "plain"), ("service", "cpaneld"), ("locale", locale)];
        root.post("/json-api/create_user_session?api.version=1").form(&fields)
    };
    for locale in
        [touch.as_str(), "../../etc/passwd", "en; Domain=evil.example", "en\r\nSet-Cookie: a=b", "$(id)"]
    {
        assert!(!is_done(&make(locale).send().await), "{locale}");
        // a link that says it anyway sets no more than its session
        let made = make("fr").send().await;
        let value = made.json()["data"]["session"].as_str().expect("a link").to_owned();
        let fields = [("session", value.as_str()), ("locale", locale)];
        let opened = server.client(Cpanel).post("/login/?login_only=1").form(&fields).send().await;
        assert_opened(&opened);
        let cookies = opened.headers.iter().filter(|(name, _)| name == "Set-Cookie");
        assert!(
            cookies.clone().all(|(_, value)| !value.contains("Domain") && !value.contains("etc")),
            "{opened:?}"
        );
        assert!(!opened.whole().contains("a=b"), "{opened:?}");
    }
    assert_nothing_ran(&server);
    assert!(is_done(&make("pt_br").send().await));
}

#[tokio::test]
async fn cve_2020_29135_a_value_never_becomes_another_parameter() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for password in
        ["pass word&email=news@plain.example;x=y", "half#pass%26email%3Dnews?x+y", "a=b&&c%0ad%2525e"]
    {
        let fields = [("email", "user"), ("password", password)];
        assert_done(&session.post("/execute/Email/passwd_pop").form(&fields).send().await);
        let client = server.client(Webmail);
        assert_opened(&log_in(&client, "user@plain.example", password).await);
        assert_opened(&log_in(&client, "news@plain.example", "mailpass").await);
        assert_done(&client.get(LIST_POPS).basic("user@plain.example", password).send().await);
    }
    // nor does what a login leads to
    let goto = "/frontend/x.html?a=1&user=root\r\nSet-Cookie: x=y";
    let fields = [("user", "plain"), ("pass", "plainpass"), ("goto_uri", goto)];
    let opened = server.client(Cpanel).post("/login/").form(&fields).send().await;
    assert_eq!(opened.status, 301, "{opened:?}");
    assert!(!opened.whole().contains("x=y"), "{opened:?}");
}

#[tokio::test]
async fn cve_2021_38584_no_document_is_read_for_its_entities() {
    let server = TestServer::start().await;
    let secret = server.plugins().join("secret.txt");
    std::fs::write(&secret, "entity secret").unwrap();
    let document = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file://{}\">]><x><domain>&e;</domain></x>",
        secret.display()
    );
    let client = server.client(Whm);
    // a function that repeats a domain which is none
    for path in ["/xml-api/createacct?username=made", "/json-api/createacct?api.version=1&username=made"] {
        for kind in ["text/xml", "application/xml", "application/x-www-form-urlencoded"] {
            let call = client.post(path).body(Some(kind), document.as_bytes()).basic("root", "sandbox");
            let answer = call.send().await;
            assert!(!answer.text().contains("entity secret"), "{answer:?}");
        }
        let field = client.post(path).form(&[("domain", &document)]).basic("root", "sandbox").send().await;
        assert!(!field.text().contains("entity secret") && field.text().contains("domain"), "{field:?}");
        let plain =
            client.post(path).form(&[("domain", "entity secret")]).basic("root", "sandbox").send().await;
        assert!(plain.text().contains("entity secret"), "{plain:?}");
    }
    let asked = client.post("/xml-api/accountsummary").form(&[("user", "plain")]).basic("root", "sandbox");
    assert!(asked.send().await.text().contains("<domain>plain.example</domain>"));
}

/// The line of a request, as a program reads it.
async fn line(server: &TestServer, answer: &Response) -> Value {
    serde_json::from_str(&server.line(answer.request_id()).await).expect("a line of JSON")
}

#[tokio::test]
async fn cve_2019_14396_nobody_writes_lines_of_the_log() {
    let server = TestServer::start().await;
    let forged = r#"x","caller":"root"}%0a{"time":"now","caller":"root","status":200,"id":"forged"}"#;
    let escaped = "%22%2c%22caller%22%3a%22root%22%7d%0d%0a%7b%22id%22%3a%22forged%22";
    let client = server.client(Whm);
    for call in [
        client.get(&format!("/json-api/{escaped}?domain={escaped}&{escaped}")),
        client.get(&format!("/{escaped}")).header("User-Agent", forged).header("Referer", forged),
        client.post("/login/").form(&[("user", forged), ("pass", forged)]),
        client.get(VERSION).basic(&forged.replace(':', ""), "x").header("X-Request-Id", "forged"),
    ] {
        let before = server.lines().len();
        let answer = call.send().await;
        let line = line(&server, &answer).await;
        assert_eq!((&line["caller"], line["id"] == "forged"), (&Value::Null, false), "{line}");
        let lines = server.lines();
        assert_eq!(lines.len(), before + 1, "{lines:?}");
        assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("\"id\":\"forged\"")), "{lines:?}");
    }
    let right = client.get(VERSION).basic("root", "sandbox").send().await;
    assert_eq!(line(&server, &right).await["caller"], "root");
}

#[tokio::test]
async fn whmscribe_a_a_claimed_name_is_nobodys_in_the_log() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    for (scheme, secret) in
        [("WHM", "x"), ("whm", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("cpanel", "x"), ("peer", "x")]
    {
        let claimed = client.get(VERSION).header("Authorization", &format!("{scheme} root:{secret}"));
        let answer = claimed.send().await;
        assert_refused(&answer);
        assert_eq!(line(&server, &answer).await["caller"], Value::Null);
    }
    let right = client.get(VERSION).header("Authorization", WHM_TOKEN).send().await;
    assert_eq!(line(&server, &right).await["caller"], "asder");
}

#[tokio::test]
async fn cve_2024_34070_a_failed_logins_name_is_in_no_log() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let name = "<script>alert(1)</script>";
    for answer in [
        log_in(&client, name, "x").await,
        client
            .post(&format!("/login/?user={name}").replace(['<', '>'], ""))
            .form(&[("user", name)])
            .send()
            .await,
        client.get(LIST_POPS).basic(name, "x").send().await,
    ] {
        assert_opens_nothing(&answer);
        let line = server.line(answer.request_id()).await;
        assert!(!line.contains("alert") && line.contains("\"caller\":null"), "{line}");
    }
    let right = log_in(&client, "plain", "plainpass").await;
    assert_eq!(line(&server, &right).await["caller"], "plain");
}

#[tokio::test]
async fn cve_2023_28486_no_control_character_reaches_the_log() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for code in (0x01..0x20).chain([0x7f]) {
        for call in [
            session.get(&format!("/x%{code:02x}y?domain=%{code:02x}&%{code:02x}=1")),
            session.client.get(LIST_POPS).cookie("cpsession", &format!("%{code:02x}")),
        ] {
            let line = server.line(call.send().await.request_id()).await;
            assert!(line.chars().all(|character| !character.is_control()), "{line:?}");
        }
    }
    assert!(session.lives().await);
}
