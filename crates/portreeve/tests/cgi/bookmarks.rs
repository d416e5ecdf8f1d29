//! Bookmarks of plugins' pages: registered as read-only, and kept open without a ticket.

use portreeve_testkit::{Call, Session, TestServer};

use crate::support::*;

const STATS: &str =
    "title = \"Statistics\"\nservice = \"cpanel\"\naddress = \"3rdparty/stats/show.cgi\"\nread_only = true\n";

async fn server() -> TestServer {
    let server = start().await;
    let show = r#"print map { "$_=" . ($ENV{$_} // "absent") . "\n" }
        qw(REQUEST_METHOD REMOTE_USER QUERY_STRING PORTREEVE_CALL_TICKET cp_security_token HTTP_COOKIE);"#;
    perl(&server, "3rdparty/stats/show.cgi", &format!("{TEXT} {show}"));
    perl(&server, "3rdparty/stats/change.cgi", &format!("{TEXT} {show}"));
    file(&server, "go/stats.toml", STATS);
    let change = STATS.replace("show.cgi", "change.cgi");
    file(&server, "go/change.toml", &change.replace("read_only = true", "read_only = false"));
    file(&server, "go/start.toml", &change);
    server
}

fn opened(call: Call) -> Call {
    call.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document")
}

async fn keep(session: &Session, query: &str) -> Option<(String, String)> {
    let fields = [("action", "keep"), ("name", "stats"), ("query", query)];
    let answer = session.post("/bookmarks").form(&fields).send().await;
    let cookie = answer.headers.iter().find(|(_, value)| value.starts_with("cpanelkept_"))?;
    let (name, value) = cookie.1.split_once(';')?.0.split_once('=')?;
    Some((name.to_owned(), value.to_owned()))
}

#[tokio::test]
async fn a_bookmark_leads_to_the_page_that_was_registered_as_read_only() {
    let server = server().await;
    let session = server.session(Cpanel, "plain").await;
    let go = |path: &str| opened(session.with_cookie(session.client.get(path))).send();
    let led = go("/go/stats?site=one").await;
    let page = format!("{}/3rdparty/stats/show.cgi?site=one", session.token);
    assert_eq!((led.status, led.header("Location")), (302, Some(page.as_str())), "{led:?}");
    assert_eq!(go("/go/change").await.status, 404, "its registration does not say that it is read-only");
    let start = go("/go/start").await;
    let own = format!("{}/frontend/portreeve/index.html", session.token);
    assert_eq!(start.header("Location"), Some(own.as_str()), "our own names are ours: {start:?}");
    let webmail = server.session(Webmail, "user@plain.example").await;
    let elsewhere = opened(webmail.with_cookie(webmail.client.get("/go/stats"))).send().await;
    assert_eq!(elsewhere.status, 404, "it was registered for cPanel: {elsewhere:?}");
    let list = session.get("/bookmarks").send().await.text();
    assert!(list.contains("Statistics") && !list.contains("/go/change"), "{list}");
}

#[tokio::test]
async fn a_kept_program_runs_for_its_owner_with_its_query_and_may_make_no_calls() {
    let server = server().await;
    let session = server.session(Cpanel, "plain").await;
    let (name, value) = keep(&session, "site=one").await.expect("a kept page");
    assert_eq!(session.get("/logout/").send().await.status, 200);
    let client = server.client(Cpanel);
    let open = |path: &str| opened(client.get(path)).cookie(&name, &value).cookie("theme", "dark").send();
    let shown = open("/go/stats?site=one").await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let expected = "REQUEST_METHOD=GET\nREMOTE_USER=plain\nQUERY_STRING=site=one\n\
        PORTREEVE_CALL_TICKET=absent\ncp_security_token=\nHTTP_COOKIE=theme=dark\n";
    assert_eq!(shown.text(), expected);
    for path in ["/go/stats", "/go/stats?site=two", "/3rdparty/stats/show.cgi?site=one"] {
        let answer = open(path).await;
        assert!(answer.text().contains("login_form"), "{path}: {answer:?}");
    }
}
