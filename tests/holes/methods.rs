//! Methods, paths and what follows a redirect: no way around the question of who is asking.

use crate::support::*;

const METHODS: [&str; 14] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "Post",
    "PROPFIND", "DEBUG", "GETX",
];

/// What makes other servers take one method for another.
const OVERRIDES: [(&str, &str); 4] = [
    ("X-HTTP-Method-Override", "POST"),
    ("X-HTTP-Method", "GET"),
    ("X-Method-Override", "POST"),
    ("X-Original-Method", "GET"),
];

/// Every method, plain and with each override.
fn calls(client: &Client, target: &str) -> Vec<Call> {
    let plain = METHODS.iter().map(|method| client.call(method, target));
    let overridden = OVERRIDES.iter().flat_map(|(name, value)| {
        ["GET", "HEAD", "POST"].map(|method| client.call(method, target).header(name, value))
    });
    plain.chain(overridden).collect()
}

#[tokio::test]
async fn cve_2024_51567_no_method_skips_the_question_who_asks() {
    let server = TestServer::start().await;
    for (service, paths) in [
        (Cpanel, &[LIST_POPS, "/json-api/cpanel", "/security/two-factor", "/bookmarks", "/session.js"][..]),
        (Whm, &[LIST_ACCOUNTS, "/xml-api/listaccts", "/security/policies", "/xfercpanel/plain"][..]),
        (Webmail, &[LIST_POPS, "/security/sessions", "/execute/Session/create_webmail_session_for_self"][..]),
    ] {
        let client = server.client(service);
        for path in paths {
            for call in calls(&client, path) {
                assert_refused(&call.send().await);
            }
        }
    }
    for method in ["GET", "HEAD", "POST"] {
        let call = server.client(Cpanel).call(method, LIST_POPS).basic("plain", "plainpass");
        assert_eq!(call.send().await.status, 200, "{method}");
    }
}

#[tokio::test]
async fn cve_2024_51378_no_method_changes_anything_for_a_stranger() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    let target = "/json-api/createacct?api.version=1&username=evil&domain=evil.example";
    let exists = async || server.store().account(&"evil".parse().unwrap()).await.unwrap().is_some();
    for call in calls(&client, target) {
        assert_refused(&call.clone().send().await);
        assert_refused(&call.form(&[("_method", "POST"), ("username", "evil")]).send().await);
    }
    assert!(!exists().await, "a stranger made an account");
    assert!(is_done(&client.get(target).basic("root", "sandbox").send().await));
    assert!(exists().await);
}

#[tokio::test]
async fn cve_2024_51568_no_method_reads_a_plugins_file_for_a_stranger() {
    let server = TestServer::start().await;
    let folder = server.plugins().join("3rdparty/files");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("page.html"), "for accounts only").unwrap();
    let client = server.client(Cpanel);
    let target = "/3rdparty/files/page.html";
    for call in calls(&client, target) {
        let answer = call.send().await;
        assert_refused(&answer);
        assert!(!answer.text().contains("for accounts only"), "{answer:?}");
    }
    let read = client.get(target).basic("plain", "plainpass").send().await;
    assert_eq!((read.status, read.text().as_str()), (200, "for accounts only"), "{read:?}");
}

#[tokio::test]
async fn cve_2026_73696_nothing_is_done_for_whoever_is_led_elsewhere() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let fields = [("action", "create"), ("new_name", "made")];
    let make = || session.post("/security/api-tokens").form(&fields);
    let made = async || session.get("/execute/Tokens/list").send().await.text().contains("made");
    let assert_led = |answer: &Response| assert!((300..500).contains(&answer.status), "{answer:?}");
    // led to the login page, to the token's, to the TLS port
    assert_led(&session.client.post("/security/api-tokens").form(&fields).send().await);
    assert_led(&session.with_cookie(session.client.post("/security/api-tokens").form(&fields)).send().await);
    let plain = server.plain_client(Cpanel);
    let over_plain = plain.post(&format!("{}/security/api-tokens", session.token)).form(&fields);
    assert_led(&session.with_cookie(over_plain).send().await);
    // led to where a policy's demand is settled
    server.set("minpwstrength", "100").await;
    server.set("SecurityPolicy::PasswordStrength", "1").await;
    let demanded = make().send().await;
    assert_eq!(demanded.status, 303, "{demanded:?}");
    server.set("SecurityPolicy::PasswordStrength", "0").await;
    assert!(!made().await, "a token was made all the same");
    assert_eq!(make().send().await.status, 200);
    assert!(made().await);
}

#[tokio::test]
async fn cve_2026_41473_what_a_stranger_gets_is_a_short_list() {
    let server = TestServer::start().await;
    for service in Service::ALL {
        let client = server.client(service);
        for entry in portreeve_functions::entries() {
            let function = entry.name.function();
            let target = match entry.name.module() {
                Some(module) => format!("/execute/{module}/{function}"),
                None => format!("/json-api/{function}?api.version=1"),
            };
            assert_refused(&client.get(&target).send().await);
        }
        for path in [
            "/webhook",
            "/api",
            "/api/",
            "/api/ai_scanner/callback",
            "/metrics",
            "/health",
            "/status",
            "/.git/config",
            "/.env",
            "/server-status",
            "/debug",
            "/openid_connect/cpanelid",
            "/unprotected/x",
            "/cPanel_magic_revision_1/x",
            "/sys_cpanel/x",
            "/resetpass",
            "/invite/x",
            "/webcalls/x",
            "/cpanelwebcall/x",
            "/go/start",
            "/nothing",
        ] {
            let answer = client.get(path).send().await;
            let is_login_page = answer.text().contains("login_form");
            assert!(answer.status == 401 || is_login_page, "{service} {path}: {answer:?}");
            assert_opens_nothing(&answer);
        }
        // the list
        for path in ["/", "/login", "/login/"] {
            let answer = client.get(path).send().await;
            assert_eq!(answer.status, 200, "{service} {path}: {answer:?}");
        }
    }
}

/// Whether a function answered, rather than an envelope that knows none.
fn is_answered(answer: &Response) -> bool {
    answer.status == 200 && answer.json()["status"] != 0
}

#[tokio::test]
async fn cve_2019_14392_an_address_leads_to_the_same_place_for_everybody() {
    let server = TestServer::start().await;
    let reseller = server.session(Cpanel, "asder").await;
    let mailbox = server.session(Webmail, "user@plain.example").await;
    let odd = |path: &str| {
        let plain = path.trim_start_matches('/');
        [
            format!("//{plain}"),
            format!("/./{plain}"),
            format!("/x/../{plain}"),
            format!("/execute/..%2f{plain}"),
            format!("/frontend/portreeve/../../{plain}"),
            format!("/webmail/portreeve/%2e%2e/%2e%2e/{plain}"),
            format!("/%6a{}", plain.trim_start_matches('j')),
            format!("/{plain}%2f"),
            format!("/{};x=y", plain.split('?').next().unwrap()),
            path.to_ascii_uppercase(),
            format!("/cpsess1/{plain}"),
            format!("/unprotected/{plain}"),
            path.to_owned(),
        ]
    };
    // a reseller has accounts, but no list of them on cPanel's port
    for path in odd(LIST_ACCOUNTS) {
        let answer = reseller.get(&path).send().await;
        assert!(!is_answered(&answer) && !answer.text().contains("\"acct\""), "{path}: {answer:?}");
        assert_refused(&reseller.client.get(&path).send().await);
    }
    // a mailbox's user has no functions of accounts
    for function in
        ["Tokens/list", "Tokens/create_full_access", "Ftp/list_ftp", "Email/add_pop", "Email/delete_pop"]
    {
        for path in odd(&format!("/execute/{function}?name=x&email=news@plain.example")) {
            let answer = mailbox.get(&path).send().await;
            assert!(!is_answered(&answer), "{path}: {answer:?}");
        }
    }
    assert!(is_done(&server.session(Whm, "root").await.get(LIST_ACCOUNTS).send().await));
    assert_done(&mailbox.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn cve_2025_48703_a_name_in_an_address_is_nobodys_credential() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for target in [
        "/plain/execute/Email/list_pops",
        "/~plain/execute/Email/list_pops",
        "/user/plain/execute/Email/list_pops",
        "/execute/Email/list_pops?user=plain",
        "/execute/Email/list_pops?cpanel_jsonapi_user=plain",
        "/execute/Email/list_pops?user=plain&t_total=644",
        "/json-api/cpanel?user=plain&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=listpops",
        "/frontend/plain/index.html",
    ] {
        for call in [client.get(target), client.post(target).form(&[("user", "plain"), ("acc", "plain")])] {
            let answer = call.send().await;
            assert_refused(&answer);
            assert!(!answer.text().contains("plain.example"), "{answer:?}");
        }
        // nor does it lend anybody's rights to somebody else
        let other =
            client.get(target).header("Authorization", "cpanel cptest:C4N7VJ2QX9TB5KW8HD3MZR6YPL0SEGUA");
        let answer = other.send().await;
        assert!(!answer.text().contains("plain.example"), "{target}: {answer:?}");
    }
    let own = client.get(LIST_POPS).basic("plain", "plainpass").send().await;
    assert!(own.text().contains("plain.example"), "{own:?}");
}

#[tokio::test]
async fn cve_2021_45467_an_escaped_nul_ends_no_name_early() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    std::fs::create_dir_all(server.plugins().join("3rdparty/a")).unwrap();
    std::fs::write(server.plugins().join("3rdparty/a/page.html"), "page").unwrap();
    for target in [
        "/3rdparty/a/page.html%00.png",
        "/3rdparty/a/settings.inc%00.html",
        "/execute/Email/list_pops%00",
        "/execute/Email/list_pops?email=info%00",
        "/%00/execute/Email/list_pops",
        "/login/?user=plain%00&pass=plainpass",
    ] {
        let answer = client.get(target).basic("plain", "plainpass").send().await;
        assert_eq!(answer.status, 400, "{target}: {answer:?}");
    }
    for target in ["/3rdparty/a/page.html", LIST_POPS] {
        assert_eq!(client.get(target).basic("plain", "plainpass").send().await.status, 200, "{target}");
    }
}

#[tokio::test]
async fn aapanel_cswsh_no_connection_becomes_a_websocket() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for path in ["/", "/ws", "/websocket", "/terminal", LIST_POPS] {
        let call = session.get(path).header("Connection", "Upgrade").header("Upgrade", "websocket");
        let call = call
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("Sec-WebSocket-Version", "13");
        let answer = call.header("Origin", "https://evil.example").send().await;
        assert_ne!(answer.status, 101, "{answer:?}");
        assert!(answer.header("Upgrade").is_none(), "{answer:?}");
    }
    assert_done(&session.get(LIST_POPS).send().await);
}
