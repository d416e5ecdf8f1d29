//! Pages: what strangers and users write is shown as text, and no page leads round in circles or to another host.

use crate::support::*;

const SCRIPT: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";

/// What a browser would run of [`SCRIPT`], whatever stands around it.
#[track_caller]
fn assert_harmless(answer: &Response) {
    let text = answer.text();
    assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{answer:?}");
    let Some(kind) = answer.header("Content-Type") else { return };
    assert!(kind.contains("charset="), "{answer:?}");
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{answer:?}");
    if kind.starts_with("text/html") && !answer.body.is_empty() {
        let policy = answer.header("Content-Security-Policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{answer:?}");
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[tokio::test]
async fn cve_2023_29489_an_error_page_repeats_no_address() {
    let server = TestServer::start().await;
    let script = escaped(SCRIPT);
    for service in Service::ALL {
        let session = server.session(service, if service == Webmail { "user@plain.example" } else { "root" });
        let session = if service == Cpanel { server.session(Cpanel, "plain").await } else { session.await };
        for path in [
            format!("/cpanelwebcall/{script}"),
            format!("/cpanelwebcall/{script}aaaaaaaaaaaa"),
            format!("/{script}"),
            format!("/execute/{script}/{script}"),
            format!("/json-api/{script}"),
            format!("/xml-api/{script}"),
            format!("/frontend/{script}/x.html"),
            format!("/go/{script}"),
            format!("/3rdparty/{script}.cgi"),
            format!("/login/?user={script}&goto_uri={script}"),
            format!("/cpsess{script}/"),
            format!("/?{script}={script}"),
        ] {
            for client in [server.client(service), server.plain_client(service)] {
                assert_harmless(&client.get(&path).send().await);
            }
            assert_harmless(&session.get(&path).send().await);
        }
        // as it is, it is no address at all
        let raw =
            server.client(service).get("/cpanelwebcall/<img%20src=x%20onerror=alert(1)>aaa").send().await;
        assert_eq!(raw.status, 400, "{raw:?}");
        assert_harmless(&raw);
        assert!(session.lives().await);
    }
}

#[tokio::test]
async fn cve_2026_49243_a_forms_field_comes_back_as_text() {
    let server = TestServer::start().await;
    let (account, root) = (server.session(Cpanel, "plain").await, server.session(Whm, "root").await);
    let mut repeated = 0;
    for (session, path, fields) in [
        (&account, "/bookmarks", &["name", "query"][..]),
        (&account, "/security/api-tokens", &["name", "new_name", "expires"]),
        (&root, "/security/api-tokens", &["name", "new_name", "expires", "acl", "whitelist_ip"]),
        (&root, "/security/two-factor", &["issuer", "user", "secret", "tfa_token"]),
        (&root, "/security/policies", &["minpwstrength", "maxage"]),
        (&account, "/security/sessions", &["session", "page"]),
    ] {
        for action in
            ["keep", "create", "edit", "rename", "revoke", "set_issuer", "disable_users", "configure", "save"]
        {
            let mut form: Vec<(&str, &str)> = fields.iter().map(|name| (*name, SCRIPT)).collect();
            form.push(("action", action));
            let answer = session.post(path).form(&form).send().await;
            assert_harmless(&answer);
            repeated += usize::from(answer.text().contains("&lt;script&gt;"));
        }
    }
    assert!(repeated >= 3, "only {repeated} pages repeated what they were sent");
    for name in ["user", "goto_uri", "session", "locale"] {
        let page = account.client.post("/login/").form(&[(name, SCRIPT), ("pass", "x")]).send().await;
        assert_harmless(&page);
    }
}

/// Chooses a name with a script in it, and answers the page of whoever chose it.
async fn issuer_page(user: &str) -> Response {
    let server = TestServer::start().await;
    let session = server.session(Whm, user).await;
    let chosen = session.post("/json-api/twofactorauth_set_issuer?api.version=1").form(&[("issuer", SCRIPT)]);
    assert!(is_done(&chosen.send().await));
    session.get("/security/two-factor").send().await
}

#[tokio::test]
async fn cve_2021_31803_what_an_administrator_saves_is_shown_as_text() {
    let page = issuer_page("root").await;
    assert_harmless(&page);
    assert!(page.text().contains("&lt;script&gt;"), "{page:?}");
}

#[tokio::test]
async fn cve_2020_26110_what_a_reseller_saves_is_shown_as_text() {
    let page = issuer_page("asder").await;
    assert_harmless(&page);
    assert!(page.text().contains("&lt;script&gt;"), "{page:?}");
}

/// Keeps a page open with a browser whose name is a script, and answers the page that lists it.
async fn kept_by_a_script(service: Service, user: &str) -> Response {
    let server = TestServer::start().await;
    let session = server.session(service, user).await;
    let keep = session.post("/bookmarks").header("User-Agent", SCRIPT);
    let page = keep.form(&[("action", "keep"), ("name", "start")]).send().await;
    assert!(page.text().contains("is kept open"), "{page:?}");
    assert_harmless(&page);
    session.get("/security/sessions").send().await
}

#[tokio::test]
async fn cve_2019_20497_what_a_mailboxs_user_sends_is_shown_as_text() {
    let page = kept_by_a_script(Webmail, "user@plain.example").await;
    assert_harmless(&page);
    assert!(page.text().contains("&lt;script&gt;"), "{page:?}");
}

#[tokio::test]
async fn cve_2026_22678_what_a_browser_calls_itself_is_shown_as_text() {
    let page = kept_by_a_script(Whm, "root").await;
    assert_harmless(&page);
    assert!(page.text().contains("&lt;script&gt;"), "{page:?}");
}

/// The pages of root's, with everything that others wrote.
async fn roots_pages(server: &TestServer) -> Vec<Response> {
    let root = server.session(Whm, "root").await;
    let mut pages = Vec::new();
    for path in [
        "/",
        "/security/policies",
        "/security/two-factor",
        "/security/api-tokens",
        "/security/sessions",
        "/bookmarks",
    ] {
        let page = root.get(path).send().await;
        assert_eq!(page.status, 200, "{page:?}");
        pages.push(page);
    }
    pages
}

#[tokio::test]
async fn cve_2026_93697_what_users_write_runs_on_no_page_of_roots() {
    let server = TestServer::start().await;
    let reseller = server.session(Whm, "asder").await;
    let written = [
        ("twofactorauth_set_issuer", [("issuer", SCRIPT), ("x", "")]),
        ("suspendacct", [("user", "plain"), ("reason", SCRIPT)]),
    ];
    for (function, fields) in written {
        let answer = reseller.post(&format!("/json-api/{function}?api.version=1")).form(&fields).send().await;
        assert!(is_done(&answer), "{answer:?}");
    }
    for page in roots_pages(&server).await {
        assert_harmless(&page);
    }
    // a program gets it to the letter
    let listed = server.client(Whm).get(LIST_ACCOUNTS).basic("root", "sandbox").send().await;
    assert!(listed.text().contains("<script>alert(1)"), "{listed:?}");
    assert!(listed.header("Content-Type").unwrap().starts_with("application/json"), "{listed:?}");
    assert_eq!(listed.header("X-Content-Type-Options"), Some("nosniff"));
}

#[tokio::test]
async fn cve_2026_41472_what_a_stranger_sends_runs_on_no_page_of_roots() {
    let server = TestServer::start().await;
    for service in Service::ALL {
        let client = server.client(service);
        let with = |call: Call| call.header("User-Agent", SCRIPT).header("Referer", SCRIPT).cookie("x", "y");
        assert_harmless(
            &with(client.post("/login/").form(&[("user", SCRIPT), ("pass", SCRIPT)])).send().await,
        );
        assert_harmless(&with(client.get(LIST_POPS).basic(SCRIPT, SCRIPT)).send().await);
        assert_harmless(&with(client.get("/webhook").header("X-Forwarded-For", SCRIPT)).send().await);
    }
    for page in roots_pages(&server).await {
        assert_harmless(&page);
        assert!(!page.text().contains("alert("), "{page:?}");
    }
}

#[tokio::test]
async fn cve_2023_3479_no_page_says_more_for_being_asked_to_debug() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for query in ["debug=true", "debug=1", "XDEBUG_SESSION_START=1", "trace=1"] {
        for path in ["/", "/security/sessions", "/debug/", "/nothing"] {
            let target = format!("{path}?{query}&x={}", escaped(SCRIPT));
            for answer in [session.get(&target).send().await, session.client.get(&target).send().await] {
                assert_harmless(&answer);
                let text = answer.text();
                assert!(
                    !["panicked", "RUST_", "src/", "_SERVER", "alert("]
                        .iter()
                        .any(|word| text.contains(word)),
                    "{answer:?}"
                );
            }
        }
    }
    assert_eq!(session.get("/security/sessions?debug=1").send().await.status, 200);
}

#[tokio::test]
async fn cve_2025_65518_no_page_leads_round_in_circles() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    let demanded = server.session(Cpanel, "cptest").await;
    let client = server.client(Cpanel);
    let opened = |call: Call| {
        let call = call.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document");
        call.header("Sec-Fetch-Site", "none").header("Accept", "text/html")
    };
    for cookie in ["", "nonsense", &demanded.value] {
        for start in [
            "/",
            "/login/",
            "/cpsess1234567890/",
            "/go/start",
            "/go/nothing",
            "/security/address",
            "/security/password",
            "/security/two-factor",
            "/frontend/portreeve/index.html",
            "/logout/",
            "/nothing",
            "/xferwebmail",
        ] {
            let (mut place, mut steps) = (start.to_owned(), 0);
            loop {
                let answer = opened(client.get(&place).cookie("cpsession", cookie)).send().await;
                let Some(next) = answer.header("Location").filter(|_| (300..400).contains(&answer.status))
                else {
                    break;
                };
                steps += 1;
                assert!(steps <= 3, "{start} leads on and on: {answer:?}");
                assert!(next.starts_with('/') && !next.starts_with("//"), "{answer:?}");
                place = next.to_owned();
            }
        }
    }
    let led = opened(client.get("/").cookie("cpsession", &demanded.value)).send().await;
    assert_eq!(led.status, 307, "{led:?}");
}

#[tokio::test]
async fn cve_2020_10966_a_link_that_is_handed_on_names_the_server_and_not_the_host_that_was_asked_for() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let make =
        format!("{}/json-api/create_user_session?api.version=1&user=plain&service=cpaneld", root.token);
    let request = |host: &str| {
        let cookie = format!("{}={}", root.name, root.value);
        let more =
            "X-Forwarded-Host: evil.example\r\nX-Host: evil.example\r\nForwarded: host=evil.example\r\n";
        format!("GET {make} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{more}Connection: close\r\n\r\n")
    };
    for host in ["evil.example", "evil.example:2087", "localhost"] {
        let answer = root.client.raw(request(host).as_bytes()).await;
        assert!(is_done(&answer), "{answer:?}");
        let url = answer.json()["data"]["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("https://") && !url.contains("evil"), "{url}");
    }
    // two hosts, or one that is none, are no request
    for host in ["evil.example\r\nHost: localhost", "localhost@evil.example", "evil.example/x", ""] {
        assert_eq!(root.client.raw(request(host).as_bytes()).await.status, 400, "{host}");
    }
    let absolute = request("localhost").replace("GET /", "GET https://evil.example/");
    assert_eq!(root.client.raw(absolute.as_bytes()).await.status, 400);
}
