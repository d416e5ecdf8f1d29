//! Secrets: each in every other's place, and shown to readers.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use portreeve_api::Effect;
use portreeve_e2e::program::portreeve;

use crate::places::{PLACES, Place, Secrets};
use crate::support::*;

/// A server with a program that shows its ticket.
async fn with_a_program() -> TestServer {
    let program = portreeve().expect("the portreeve of this build");
    let server = TestServer::builder().programs(program.to_str().expect("a plain path")).start().await;
    let path = server.plugins().join("3rdparty/a/run.cgi");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = "#!/usr/bin/perl\n$| = 1; print \"Content-Type: text/plain\\n\\n\";\n\
                print \"ticket $ENV{PORTREEVE_CALL_TICKET}\\n\"; sleep 50;\n";
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    server
}

/// Wrong passwords and codes are evaluated only so fast; everything else is no guess.
fn wait_for_tries(server: &TestServer, place: &Place) {
    if place.kind == "password" || place.kind.ends_with("code") {
        server.pass_seconds(900);
    }
}

/// Every kind in every place: named cells, of which those where a kind is at home have to let somebody in.
#[tokio::test]
async fn cve_2026_124021_no_secret_is_good_in_anothers_place() {
    let mut cells = 0;
    for place in &PLACES {
        // of its own, since some secrets are good once
        let server = with_a_program().await;
        let secrets = Secrets::made(&server).await;
        let others = PLACES.iter().filter(|other| !place.is_for(other.kind));
        for (number, Place { kind, .. }) in others.enumerate() {
            if number > 3 {
                wait_for_tries(&server, place);
            }
            let answer = place.put(&server, &secrets, kind).await;
            assert_opens_nothing(&answer);
            assert_eq!(answer.retry_after(), None, "{kind} as {}: {answer:?}", place.kind);
            let is_login_page = answer.text().contains("login_form");
            let refused = (400..500).contains(&answer.status) || is_login_page;
            assert!(refused, "{kind} as {}: {answer:?}", place.kind);
            cells += 1;
        }
        // and what is at home there was good all the while
        for kind in [Some(place.kind), place.shared_with].into_iter().flatten() {
            wait_for_tries(&server, place);
            let answer = place.put(&server, &secrets, kind).await;
            assert_eq!(answer.status, 200, "{kind} as {}: {answer:?}", place.kind);
            assert!(!answer.text().contains("login_form"), "{kind} as {}: {answer:?}", place.kind);
            cells += 1;
        }
    }
    assert_eq!(cells, PLACES.len() * PLACES.len());
}

#[tokio::test]
async fn cve_2026_62988_no_function_that_reads_shows_a_secret() {
    let server = TestServer::start().await;
    let mut secrets: Vec<String> = vec!["$argon2".to_owned(), "$6$".to_owned()];
    for account in &server.description().accounts {
        secrets.extend(account.secret.clone());
        secrets.extend(account.access_hash.clone());
        secrets.extend(account.tokens.iter().map(|token| token.token.clone()));
        secrets.extend(["blahblah", "plainpass", "mailpass"].map(str::to_owned));
    }
    let (root, account) = (server.session(Whm, "root").await, server.session(Cpanel, "cptest").await);
    let reads =
        ["get_", "list", "has_", "summary", "version", "applist", "privs", "load", "_status", "_details"];
    let mut answered = 0;
    for entry in portreeve_functions::entries().filter(|entry| entry.effect == Effect::Data) {
        let (module, function) = (entry.name.module(), entry.name.function());
        if !reads.iter().any(|part| function.contains(part)) {
            continue;
        }
        let fields = entry.examples.first().map(|example| example.args).unwrap_or_default();
        let call = match (entry.name.api(), module) {
            ("UAPI", Some(module)) => account.post(&format!("/execute/{module}/{function}")),
            (_, Some(module)) => account.post(&format!(
                "/json-api/cpanel?cpanel_jsonapi_apiversion=2&cpanel_jsonapi_module={module}\
                 &cpanel_jsonapi_func={function}"
            )),
            (_, None) => root.post(&format!("/json-api/{function}?api.version=1")),
        };
        let answer = call.form(fields).send().await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", entry.name);
        answered +=
            usize::from(answer.text().contains("\"result\":1") || answer.text().contains("\"status\":1"));
        for secret in &secrets {
            assert!(!answer.text().contains(secret.as_str()), "{} shows {secret}: {answer:?}", entry.name);
        }
    }
    assert!(answered > 20, "only {answered} functions answered");
    for (session, path) in
        [(&root, "/security/two-factor"), (&root, "/security/api-tokens"), (&account, "/security/two-factor")]
    {
        let page = session.get(path).send().await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(!secrets.iter().any(|secret| page.text().contains(secret.as_str())), "{page:?}");
    }
}
