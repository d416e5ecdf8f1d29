//! Who may do what: privileges of resellers and tokens, other people's accounts, two names in one call.

use crate::support::*;

/// Calls of WHM that need a privilege or more, each with what it needs to be done, in an order in which root can.
const CALLS: [(&str, &[(&str, &str)]); 14] = [
    ("listaccts", &[]),
    ("accountsummary", &[("user", "plain")]),
    ("createacct", &[("username", "evil"), ("domain", "evil.example"), ("password", STRONG)]),
    ("suspendacct", &[("user", "plain")]),
    ("unsuspendacct", &[("user", "plain")]),
    ("passwd", &[("user", "plain"), ("password", STRONG)]),
    ("create_user_session", &[("user", "plain"), ("service", "cpaneld")]),
    ("set_tweaksetting", &[("key", "minpwstrength"), ("value", "0")]),
    ("get_tweaksetting", &[("key", "minpwstrength")]),
    ("api_token_create", &[("token_name", "made")]),
    ("twofactorauth_disable_policy", &[]),
    ("twofactorauth_remove_user_config", &[("user", "cptest")]),
    ("twofactorauth_set_issuer", &[("issuer", "x")]),
    ("removeacct", &[("username", "plain")]),
];

fn whm(client: &Client, function: &str, fields: &[(&str, &str)]) -> Call {
    client.post(&format!("/json-api/{function}?api.version=1")).form(fields)
}

#[tokio::test]
async fn cve_2019_14391_a_privilege_that_is_lacking_is_lacking_on_every_call() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let fields = [("token_name", "limited"), ("acl", "basic-whm-functions")];
    let made = root.post("/json-api/api_token_create?api.version=1").form(&fields).send().await;
    let token = format!("whm root:{}", made.json()["data"]["token"].as_str().expect("a token"));
    let client = server.client(Whm);
    for (function, fields) in CALLS {
        let answer = whm(&client, function, fields).header("Authorization", &token).send().await;
        assert!(!is_done(&answer), "{function}: {answer:?}");
        let older = client.post(&format!("/xml-api/{function}")).form(fields).header("Authorization", &token);
        let older = older.send().await;
        assert!(
            !older.text().contains("<status>1</status>") && !older.text().contains("<acct>"),
            "{older:?}"
        );
    }
    assert!(server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap().suspension.is_none());
    let version = client.get(VERSION).header("Authorization", &token).send().await;
    assert!(is_done(&version), "{version:?}");
    // each of them is done for root, so what was lacking was the privilege
    for (function, fields) in CALLS {
        let done = whm(&client, function, fields).basic("root", "sandbox").send().await;
        assert!(is_done(&done), "{function}: {done:?}");
    }
}

#[tokio::test]
async fn cve_2022_0824_an_account_calls_nothing_of_whms() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    let session = server.session(Cpanel, "plain").await;
    for (function, fields) in CALLS {
        for (user, pass) in [("plain", "plainpass"), ("user@plain.example", "mailpass")] {
            assert_refused(&whm(&client, function, fields).basic(user, pass).send().await);
        }
        let own = session.post(&format!("/json-api/{function}?api.version=1")).form(fields).send().await;
        assert_refused(&own);
        // nor by the cookie of another service's session
        let crossed = whm(&client, function, fields).cookie("whostmgrsession", &session.value).send().await;
        assert_refused(&crossed);
    }
    for path in ["/", "/security/policies", "/xfercpanel/cptest", "/cgi/x.cgi"] {
        let crossed =
            client.get(&format!("{}{path}", session.token)).cookie("whostmgrsession", &session.value);
        assert_opens_nothing(&crossed.send().await);
    }
    assert_refused(&log_in(&client, "plain", "plainpass").await);
    assert!(is_done(&whm(&client, "listaccts", &[]).basic("root", "sandbox").send().await));
    assert!(session.lives().await);
}

#[tokio::test]
async fn cve_2026_64637_a_reseller_opens_no_session_of_roots() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    let session = server.session(Whm, "asder").await;
    for user in ["root", "cptest"] {
        for service in ["whostmgrd", "cpaneld", "webmaild"] {
            let fields = [("user", user), ("service", service)];
            for path in [
                "/json-api/create_user_session?api.version=1",
                "/xml-api/create_user_session",
                "/json-api/create_user_session",
            ] {
                for call in [session.post(path), client.post(path).header("Authorization", WHM_TOKEN)] {
                    let answer = call.form(&fields).send().await;
                    assert!(
                        !answer.text().contains("cpsess") && !answer.text().contains("session="),
                        "{answer:?}"
                    );
                }
            }
        }
        for (function, fields) in [
            ("passwd", &[("user", user), ("password", STRONG)][..]),
            ("twofactorauth_remove_user_config", &[("user", user)]),
            ("removeacct", &[("username", user)]),
            ("suspendacct", &[("user", user)]),
        ] {
            let answer =
                session.post(&format!("/json-api/{function}?api.version=1")).form(fields).send().await;
            assert!(!is_done(&answer) || answer.text().contains("not authorized"), "{answer:?}");
        }
        assert!(session.get(&format!("/xfercpanel/{user}")).send().await.header("Location").is_none());
    }
    assert_opened(&log_in(&client, "root", "sandbox").await);
    let own = [("user", "plain"), ("service", "cpaneld")];
    assert!(is_done(&session.post("/json-api/create_user_session?api.version=1").form(&own).send().await));
}

#[tokio::test]
async fn cve_2022_2626_nobody_gives_more_than_they_have() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "asder").await;
    let create = |more: &'static [(&'static str, &'static str)]| {
        let own = [("username", "made"), ("domain", "made.example"), ("password", STRONG)];
        session.post("/json-api/createacct?api.version=1").form(&[&own[..], more].concat())
    };
    let made =
        create(&[("reseller", "1"), ("owner", "root"), ("role", "admin"), ("acllist", "all"), ("uid", "0")]);
    let made = made.send().await;
    assert!(is_done(&made), "{made:?}");
    let account = server.store().account(&"made".parse().unwrap()).await.unwrap().unwrap();
    let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(account.owner, Some(asder.id), "it belongs to whom made it");
    assert!(account.acls().is_empty());
    assert_refused(&log_in(&server.client(Whm), "made", STRONG).await);
    assert_opened(&log_in(&server.client(Cpanel), "made", STRONG).await);
    // a token has what its maker has
    let fields = [("token_name", "more"), ("acl-0", "all"), ("acl-1", "list-accts")];
    let token = session.post("/json-api/api_token_create?api.version=1").form(&fields).send().await;
    let token = token.json()["data"]["token"].as_str().map(|token| format!("whm asder:{token}"));
    if let Some(token) = token {
        let set =
            server.client(Whm).get("/json-api/set_tweaksetting?api.version=1&key=minpwstrength&value=0");
        assert!(!is_done(&set.header("Authorization", &token).send().await));
    }
    let own = [("token_name", "own"), ("acl", "list-accts")];
    assert!(is_done(&session.post("/json-api/api_token_create?api.version=1").form(&own).send().await));
}

#[tokio::test]
async fn cve_2026_113676_two_names_of_an_account_that_differ_are_refused() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    let call = |query: &str| {
        let what = "cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=list_pops";
        client.get(&format!("/json-api/cpanel?{what}&{query}")).header("Authorization", WHM_TOKEN)
    };
    for query in [
        "cpanel_jsonapi_user=plain&cpanel_xmlapi_user=cptest",
        "cpanel_xmlapi_user=cptest&cpanel_jsonapi_user=plain",
        "cpanel.user=cptest&cpanel_jsonapi_user=plain",
    ] {
        let answer = call(query).send().await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        assert!(!answer.text().contains("example"), "{answer:?}");
    }
    // one name alone, and the same one twice, mean one account; `user` beside them is an argument
    for query in [
        "cpanel_jsonapi_user=plain",
        "cpanel_jsonapi_user=plain&cpanel_xmlapi_user=plain",
        "cpanel_jsonapi_user=plain&user=cptest",
    ] {
        let answer = call(query).send().await;
        assert!(answer.status == 200 && answer.text().contains("user@plain.example"), "{query}: {answer:?}");
        assert!(!answer.text().contains("cptest.example"), "{answer:?}");
    }
    for query in
        ["cpanel_jsonapi_user=plain&cpanel_jsonapi_user=cptest", "user=plain&user=cptest", "user=cptest"]
    {
        assert!(!call(query).send().await.text().contains("cptest.example"), "{query}");
    }
}
