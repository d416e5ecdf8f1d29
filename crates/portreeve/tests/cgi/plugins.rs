//! Who may use which plugin, and where it is shown.

use portreeve_testkit::TestServer;

use crate::support::*;

const REGISTRATION: &str = "name = \"Backups & more\"\naddress = \"backup/index.cgi\"\nicon = \"backup/icon.png\"\nacl = \"list-accts\"\n";

async fn whm() -> TestServer {
    let server = start().await;
    for place in ["cgi/backup/index.cgi", "cgi/backup/other.cgi", "cgi/own.cgi", "cgi/strict/index.cgi"] {
        perl(&server, place, &format!("{TEXT} print $ENV{{REMOTE_USER}};"));
    }
    file(&server, "cgi/backup/icon.png", "icon");
    file(&server, "whm/backup.toml", REGISTRATION);
    file(
        &server,
        "whm/strict.toml",
        "name = \"Strict\"\naddress = \"strict/index.cgi\"\nacl = \"edit-pkg\"\n",
    );
    file(&server, "whm/broken.toml", "name = \"Broken\"\naddress = \"own.cgi\"\nacl = \"none-such\"\n");
    server
}

#[tokio::test]
async fn a_registered_plugin_is_for_those_who_have_its_privilege() {
    let server = whm().await;
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    for (place, for_reseller) in [
        ("/cgi/backup/index.cgi", 200),
        ("/cgi/backup/other.cgi", 200),
        ("/cgi/backup/icon.png", 200),
        ("/cgi/strict/index.cgi", 403),
        // one that nobody registered, or whose registration is broken, is for all privileges
        ("/cgi/own.cgi", 403),
        ("/cgi/none.cgi", 403),
    ] {
        let answer = reseller.get(place).send().await;
        assert_eq!(answer.status, for_reseller, "{place}: {answer:?}");
        let answer = root.get(place).send().await;
        assert_eq!(answer.status, if place.contains("none") { 404 } else { 200 }, "{place}: {answer:?}");
    }
}

#[tokio::test]
async fn the_start_page_of_whm_shows_a_caller_its_own_plugins() {
    let server = whm().await;
    for (user, strict) in [("root", true), ("asder", false)] {
        let session = server.session(Whm, user).await;
        let page = session.get("/").send().await.text();
        let link = format!("<a href=\"{}/cgi/backup/index.cgi\">", session.token);
        assert!(page.contains(&link) && page.contains("Backups &amp; more"), "{page}");
        assert_eq!(page.contains("Strict"), strict, "{user}: {page}");
        assert!(!page.contains("Broken"), "{page}");
    }
    let cpanel = server.session(Cpanel, "plain").await;
    let page = cpanel.get("/frontend/portreeve/index.html").send().await;
    assert!(page.status == 200 && !page.text().contains("Backups"), "{page:?}");
}

#[tokio::test]
async fn each_area_is_on_its_own_services() {
    let server = start().await;
    for area in ["3rdparty/a", "cgi", "frontend/jupiter", "webmail/jupiter"] {
        file(&server, &format!("{area}/page.html"), "page");
    }
    for (service, user, places) in [
        (Cpanel, "plain", [200, 404, 200, 404]),
        (Whm, "root", [200, 200, 404, 404]),
        (Webmail, "user@plain.example", [200, 404, 404, 200]),
    ] {
        let session = server.session(service, user).await;
        for (place, status) in
            ["/3rdparty/a", "/cgi", "/frontend/jupiter", "/webmail/jupiter"].into_iter().zip(places)
        {
            let answer = session.get(&format!("{place}/page.html")).send().await;
            assert_eq!(answer.status, status, "{service} {place}: {answer:?}");
        }
    }
    // a mailbox's user has no other service, whatever it asks for
    let client = server.client(Cpanel);
    let pass = &server.account("plain").mailboxes[0].password;
    let answer = client.get("/3rdparty/a/page.html").basic("user@plain.example", pass).send().await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[tokio::test]
async fn a_mailboxes_program_knows_the_address_and_the_account() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print qq($ENV{{REMOTE_USER}} $ENV{{USER}});"));
    let session = server.session(Webmail, "user@plain.example").await;
    assert_eq!(session.get("/3rdparty/a/run.cgi").send().await.text(), "user@plain.example plain");
}

#[tokio::test]
async fn the_session_script_defines_the_token_for_sessions_only() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let script = session.get("/session.js").send().await;
    assert_eq!(script.status, 200, "{script:?}");
    assert_eq!(script.header("Content-Type"), Some("text/javascript; charset=\"utf-8\""));
    assert!(script.header("Cache-Control").is_some_and(|value| value.contains("no-store")), "{script:?}");
    let expected = format!(
        "window.CPANEL = window.CPANEL || {{}};\nwindow.CPANEL.security_token = \"{}\";\n",
        session.token
    );
    assert_eq!(script.text(), expected);
    let by_header = session.client.get("/session.js").basic("plain", "plainpass").send().await;
    assert!(by_header.status == 401 && !by_header.text().contains("CPANEL"), "{by_header:?}");
    server.set("security_tokens", "0").await;
    let off = session.get("/session.js").send().await;
    assert!(off.text().contains("security_token = \"\";"), "{off:?}");
}

#[tokio::test]
async fn a_plugin_for_all_says_on_which_services_it_is() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print 'ran';"));
    file(&server, "3rdparty/a/page.html", "page");
    let (cpanel, webmail, whm) = (
        server.session(Cpanel, "plain").await,
        server.session(Webmail, "user@plain.example").await,
        server.session(Whm, "root").await,
    );
    for (terms, statuses) in [
        (None, [200, 200, 200]),
        (Some(""), [200, 404, 200]),
        (Some("services = [\"webmail\"]\n"), [404, 200, 404]),
        // a fault closes it, to root too
        (Some("service = [\"webmail\"]\n"), [403, 403, 403]),
    ] {
        if let Some(terms) = terms {
            file(&server, "3rdparty/a.toml", terms);
        }
        for (session, status) in [&cpanel, &webmail, &whm].into_iter().zip(statuses) {
            for place in ["/3rdparty/a/run.cgi", "/3rdparty/a/page.html"] {
                let answer = session.get(place).send().await;
                assert_eq!(answer.status, status, "{terms:?} {place}: {answer:?}");
            }
        }
    }
    // the terms themselves are nobody's to read
    assert_eq!(whm.get("/3rdparty/a.toml").send().await.status, 404);
}

#[tokio::test]
async fn no_plugin_stands_between_a_reader_and_all_pages() {
    let server = start().await;
    file(&server, "3rdparty/a/worker.js", "self.x = 1;");
    perl(
        &server,
        "3rdparty/a/run.cgi",
        r#"print "Content-Type: text/javascript\nService-Worker-Allowed: /\n\nself.x = 1;";"#,
    );
    let session = server.session(Cpanel, "plain").await;
    for place in ["/3rdparty/a/worker.js", "/3rdparty/a/run.cgi"] {
        let as_script = session.get(place).send().await;
        assert_eq!(
            (as_script.status, as_script.header("Service-Worker-Allowed")),
            (200, None),
            "{as_script:?}"
        );
        let as_worker = session.get(place).header("Service-Worker", "script").send().await;
        assert_eq!(as_worker.status, 403, "{as_worker:?}");
    }
}

#[tokio::test]
async fn a_plugins_own_policy_stands_beside_ours_and_takes_nothing_from_it() {
    let server = start().await;
    let policy = "frame-ancestors *; script-src 'self'";
    let page = format!(r#"print "Content-Type: text/html\nContent-Security-Policy: {policy}\n\npage";"#);
    perl(&server, "3rdparty/a/run.cgi", &page);
    let answer = server.session(Cpanel, "plain").await.get("/3rdparty/a/run.cgi").send().await;
    let head = answer.whole().to_ascii_lowercase();
    for line in [policy, "frame-ancestors 'self'"] {
        assert!(head.contains(&format!("content-security-policy: {line}\n")), "{head}");
    }
}
