//! Secrets: each in every other's place, and shown to readers.

use portreeve_api::Effect;

use crate::support::*;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// What lets root in, or belongs to what does: each good, and of one kind.
struct Secrets {
    session: Session,
    of_each_kind: [(&'static str, String); 7],
}

async fn whm(session: &Session, function: &str, fields: &[(&str, &str)]) -> serde_json::Value {
    let answer = session.post(&format!("/json-api/{function}?api.version=1")).form(fields).send().await;
    assert!(is_done(&answer), "{answer:?}");
    answer.json()["data"].clone()
}

fn text(data: &serde_json::Value) -> String {
    data.as_str().expect("a text").to_owned()
}

async fn secrets(server: &TestServer) -> Secrets {
    let first = server.session(Whm, "root").await;
    let code = server.code_of(SECRET, 0);
    let enrolled =
        whm(&first, "twofactorauth_set_tfa_config", &[("secret", SECRET), ("tfa_token", &code)]).await;
    let client = server.client(Whm);
    let opened = log_in_with(&client, "root", "sandbox", &server.code_of(SECRET, 0)).await;
    let session = Session::from_answer(client.clone(), Whm, &opened).expect("a session");
    server.pass_seconds(30);
    let link = whm(&session, "create_user_session", &[("user", "root"), ("service", "whostmgrd")]).await;
    let token = whm(&session, "api_token_create", &[("token_name", "all")]).await;
    let of_each_kind = [
        ("session", session.value.clone()),
        ("security token", session.token.trim_start_matches("/cpsess").to_owned()),
        ("link", text(&link["session"])),
        ("API token", text(&token["token"])),
        ("access hash", server.account("root").access_hash.clone().expect("an access hash")),
        ("recovery code", text(&enrolled["recovery_codes"][0])),
        ("pending login", pending(&client, Whm, "root", "sandbox").await),
    ];
    Secrets { session, of_each_kind }
}

/// Where a secret goes, and the kinds that belong there.
type Slot = (&'static str, &'static [&'static str], fn(&TestServer, &Client, &Session, &str) -> Call);

const SLOTS: [Slot; 9] = [
    ("session's cookie", &["session"], |_, client, session, value| {
        client.get(&format!("{}{VERSION}", session.token)).cookie("whostmgrsession", value)
    }),
    ("address", &["security token"], |_, client, session, value| {
        session.with_cookie(client.get(&format!("/cpsess{value}{VERSION}")))
    }),
    ("link's parameter", &["link"], |_, client, _, value| {
        client.post("/login/?login_only=1").form(&[("session", value)])
    }),
    ("token's header", &["API token", "access hash"], |_, client, _, value| {
        client.get(VERSION).header("Authorization", &format!("whm root:{value}"))
    }),
    ("password", &[], |server, client, _, value| {
        client.get(VERSION).basic("root", value).code(&server.code_of(SECRET, 0))
    }),
    ("code", &["recovery code"], |_, client, _, value| {
        client.get(VERSION).basic("root", "sandbox").code(value)
    }),
    ("pending login's cookie", &["pending login"], |server, client, _, value| {
        let second = client.post("/login/?login_only=1").form(&[("tfa_token", &server.code_of(SECRET, 0))]);
        second.cookie(Whm.pending_cookie(), value)
    }),
    ("ticket", &[], |_, client, _, value| {
        client.get(VERSION).header("Authorization", &format!("ticket {value}"))
    }),
    ("kept page's cookie", &[], |_, client, _, value| {
        client.get("/go/api-tokens").cookie("whostmgrkept_1", value)
    }),
];

#[tokio::test]
async fn cve_2026_124021_no_secret_is_good_in_anothers_place() {
    let server = TestServer::start().await;
    let Secrets { session, of_each_kind } = secrets(&server).await;
    let client = server.client(Whm);
    for (number, (slot, good, call)) in SLOTS.into_iter().enumerate() {
        for (kind, value) in of_each_kind.iter().filter(|(kind, _)| !good.contains(kind)) {
            // guesses are counted by address; a session is good in its own network
            let from = if slot == "pending login's cookie" {
                "127.0.0.1".to_owned()
            } else {
                format!("127.0.0.{}", 10 + number)
            };
            let answer = call(&server, &client.from(&from), &session, value).send().await;
            assert_opens_nothing(&answer);
            let is_login_page = answer.text().contains("login_form");
            assert!((400..500).contains(&answer.status) || is_login_page, "{kind} as {slot}: {answer:?}");
        }
    }
    // each was good all the while, in its own place
    for (slot, good, call) in SLOTS {
        for (kind, value) in of_each_kind.iter().filter(|(kind, _)| good.contains(kind)) {
            let answer = call(&server, &client, &session, value).send().await;
            assert_eq!(answer.status, 200, "{kind} as {slot}: {answer:?}");
        }
    }
    let (.., password) = SLOTS[4];
    server.pass_seconds(3600);
    assert!(is_done(&password(&server, &client, &session, "sandbox").send().await));
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
