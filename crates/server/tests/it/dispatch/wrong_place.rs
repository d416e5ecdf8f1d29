//! The golden rows of right things in wrong places: the words, the hint, and never either before the credential is
//! proven.

use portreeve_testkit::{Call, Response, TestServer};
use portreeve_types::Service;

use crate::support::*;

/// A row of the table.
struct Row<'a> {
    port: u16,
    credential: &'a str,
    call: &'a str,
    status: u16,
    words: &'a str,
    hint: Option<String>,
}

fn rows(server: &TestServer) -> Vec<Row<'static>> {
    let lines = include_str!("wrong_place.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let [port, credential, call, status, words, hint] =
            line.split('\t').collect::<Vec<_>>().try_into().expect("six columns");
        let number = |text: &str| text.parse().expect("a number");
        let hint = (hint != "-").then(|| with_ports(server, hint));
        Row { port: number(port), credential, call, status: number(status), words, hint }
    };
    lines.map(row).collect()
}

/// The well-known numbers in braces, as this server has them.
fn with_ports(server: &TestServer, text: &str) -> String {
    Service::ALL.into_iter().flat_map(|service| [(service, false), (service, true)]).fold(
        text.to_owned(),
        |text, (service, tls)| {
            let number = server.port(service, tls).to_string();
            text.replace(&format!("{{{}}}", service.port(tls)), &number)
        },
    )
}

fn call(server: &TestServer, port: u16, path: &str) -> Call {
    let (service, tls) = Service::ALL
        .into_iter()
        .flat_map(|service| [(service, false), (service, true)])
        .find(|(service, tls)| service.port(*tls) == port)
        .expect("one of the six ports");
    let client = if tls { server.client(service) } else { server.plain_client(service) };
    client.get(path)
}

/// The call with a credential: the right one, or the same with a wrong secret.
fn with_credential(server: &TestServer, call: Call, name: &str, cpanel_token: &str, right: bool) -> Call {
    let secret = |secret: &str| {
        // another of the same kind: its first character is not the same
        let first = if secret.starts_with(['b', 'B']) {
            '3'
        } else if secret.starts_with(char::is_lowercase) {
            'b'
        } else {
            'B'
        };
        if right { secret.to_owned() } else { format!("{first}{}", secret.split_at(1).1) }
    };
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    match name {
        "root's password" => call.basic("root", &secret("sandbox")),
        "plain's password" => call.basic("plain", &secret("plainpass")),
        "a mailbox's password" => call.basic("user@plain.example", &secret("mailpass")),
        "a whm token" => call.header("Authorization", &format!("whm asder:{}", secret(ASDER_TOKEN))),
        "a cpanel token" => call.header("Authorization", &format!("cpanel plain:{}", secret(cpanel_token))),
        "an access hash" => call.header("Authorization", &format!("WHM root:{}", secret(&hash))),
        other => panic!("{other}"),
    }
}

/// What the surface's own envelope says first.
fn error(answer: &Response, call: &str) -> String {
    if call.starts_with("/execute/") {
        return answer.json()["errors"][0].as_str().expect("an error").to_owned();
    }
    if call.starts_with("/json-api/") {
        return answer.json()["cpanelresult"]["error"].as_str().expect("an error").to_owned();
    }
    let text = answer.text();
    let after = text.split_once("<error>").expect("an error").1;
    after.split_once("</error>").expect("its end").0.to_owned()
}

#[tokio::test]
async fn every_golden_row_has_its_words_and_its_hint() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let made = session.get("/execute/Tokens/create_full_access?name=golden").send().await;
    let token = made.json()["data"]["token"].as_str().expect("a token").to_owned();
    let rows = rows(&server);
    assert!(rows.len() >= 30, "the table was read");
    for row in rows {
        let what = format!("{} on {} to {}", row.credential, row.port, row.call);
        let asked = call(&server, row.port, row.call);
        let answer = with_credential(&server, asked.clone(), row.credential, &token, true).send().await;
        assert_eq!(answer.status, row.status, "{what}: {answer:?}");
        let expected = match &row.hint {
            Some(hint) => format!("{}: {hint}", row.words),
            None => row.words.to_owned(),
        };
        assert_eq!(answer.reason, expected, "{what}: {answer:?}");
        assert_eq!(error(&answer, row.call), expected, "{what}: {answer:?}");
        let header = answer.header("X-Portreeve-Hint").map(str::to_owned);
        let section = row.hint.map(|hint| format!("{hint} (troubleshooting.md#wrong-port)"));
        assert_eq!(header, section, "{what}: {answer:?}");

        let refused = with_credential(&server, asked, row.credential, &token, false).send().await;
        assert!(matches!(refused.status, 401 | 403), "{what}: {refused:?}");
        assert_eq!(error(&refused, row.call), "Access denied", "{what}: {refused:?}");
        assert!(refused.header("X-Portreeve-Hint").is_none(), "{what}: {refused:?}");
        assert!(!refused.reason.contains(row.words), "{what}: {refused:?}");
        // wrong passwords count: the next row starts with a clean slate
        server.pass_seconds(3600);
    }
}
