//! `/go/NAME`: to the login once, then to the page.

use portreeve_testkit::{Session, TestServer};

use super::opened;
use crate::support::*;

#[tokio::test]
async fn a_bookmark_asks_for_one_login_and_goes_on_to_its_page_with_its_query() {
    let server = TestServer::start().await;
    for (service, user, name, page) in [
        (Cpanel, "plain", "api-tokens", "/security/api-tokens"),
        (Cpanel, "plain", "start", "/frontend/portreeve/index.html"),
        (Whm, "root", "security-policies", "/security/policies"),
        (Whm, "root", "start", "/"),
        (Webmail, "user@plain.example", "two-factor", "/security/two-factor"),
    ] {
        let client = server.client(service);
        let bookmark = format!("/go/{name}?site=one%20two&x=1");
        let asked = opened(client.get(&bookmark)).send().await;
        assert_eq!(asked.status, 401, "{asked:?}");
        let field = format!("name=\"goto_uri\" value=\"/go/{name}?site=one%20two&amp;x=1\"");
        assert!(asked.text().contains(&field), "{asked:?}");
        assert!(!asked.shows_a_security_token(), "{asked:?}");

        let fields = [("user", user), ("pass", &server.password_of(user)), ("goto_uri", &bookmark)];
        let logged_in = client.post("/login/").form(&fields).send().await;
        let session = Session::from_answer(client.clone(), service, &logged_in).expect("a session");
        assert_eq!(logged_in.header("Location"), Some(format!("{}{bookmark}", session.token).as_str()));
        let page = format!("{}{page}?site=one%20two&x=1", session.token);
        // the redirect after the login, and the bookmark on any later day
        for call in [session.get(&bookmark), opened(session.with_cookie(client.get(&bookmark)))] {
            let led = call.send().await;
            assert_eq!((led.status, led.header("Location")), (302, Some(page.as_str())), "{led:?}");
            assert_eq!(led.header("Referrer-Policy"), Some("no-referrer"), "{led:?}");
        }
        let shown = session.with_cookie(client.get(&page)).send().await;
        assert_eq!(shown.status, 200, "{shown:?}");
    }
}

#[tokio::test]
async fn several_tabs_wait_at_the_login_and_each_keeps_its_place() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let bookmarks = ["/go/two-factor?a=1", "/go/api-tokens?b=2"];
    for bookmark in bookmarks {
        let page = opened(client.get(bookmark)).send().await;
        assert!(page.text().contains(&format!("id=\"other_tab\" href=\"{bookmark}\"")), "{page:?}");
    }
    // both have given the password; the code is typed into the first
    let first_step = |bookmark| {
        let fields = [("user", "cptest"), ("pass", "blahblah"), ("goto_uri", bookmark)];
        client.post("/login/").form(&fields).send()
    };
    first_step(bookmarks[0]).await;
    let second = first_step(bookmarks[1]).await;
    assert!(second.text().contains(&format!("id=\"other_tab\" href=\"{}\"", bookmarks[1])), "{second:?}");
    let cookie = second.cookie("cpanelpending").expect("a pending cookie");
    let code = server.code("cptest");
    let fields = [("tfa_token", code.as_str()), ("goto_uri", bookmarks[0])];
    let done = client.post("/login/").form(&fields).cookie("cpanelpending", cookie).send().await;
    let session = Session::from_answer(client.clone(), Cpanel, &done).expect("a session");
    assert!(done.header("Location").expect("a Location").ends_with(bookmarks[0]), "{done:?}");
    // the other tab follows its link
    let other = opened(session.with_cookie(client.get(bookmarks[1]))).send().await;
    let page = format!("{}/security/api-tokens?b=2", session.token);
    assert_eq!((other.status, other.header("Location")), (302, Some(page.as_str())), "{other:?}");
}

#[tokio::test]
async fn another_site_may_send_a_reader_to_a_bookmark_and_do_nothing_else_with_it() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let bookmark = || session.with_cookie(session.client.get("/go/api-tokens"));
    let sent = |site: &'static str, mode: &'static str, destination: &'static str| {
        let call = bookmark().header("Sec-Fetch-Site", site).header("Sec-Fetch-Mode", mode);
        call.header("Sec-Fetch-Dest", destination).send()
    };
    assert_eq!(sent("cross-site", "navigate", "document").await.status, 302);
    for (site, mode, destination) in [
        ("cross-site", "navigate", "iframe"),
        ("same-site", "no-cors", "image"),
        ("same-site", "cors", "empty"),
        ("same-origin", "no-cors", "script"),
    ] {
        let answer = sent(site, mode, destination).await;
        assert_eq!((answer.status, answer.header("Location")), (200, None), "{site} {mode}: {answer:?}");
        assert!(answer.text().contains("id=\"go_on\""), "a link that only its reader follows: {answer:?}");
    }
    // a browser that says nothing of this
    assert!(bookmark().send().await.text().contains("id=\"go_on\""));
    let post = session.with_cookie(opened(session.client.post("/go/api-tokens"))).send().await;
    assert_eq!(post.status, 405, "{post:?}");
}

#[tokio::test]
async fn a_bookmark_leads_to_what_is_on_the_list_and_nowhere_else() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for name in ["security-policies", "none", "//evil.example", "..", "execute/Email/list_pops", "start/x"] {
        let path = format!("/go/{name}");
        let answer = opened(session.with_cookie(session.client.get(&path))).send().await;
        assert_eq!((answer.status, answer.header("Location")), (404, None), "{name}: {answer:?}");
        let stranger = opened(session.client.get(&path)).send().await;
        assert_eq!(stranger.status, 401, "who has not logged in is not told what there is: {stranger:?}");
    }
    for query in ["//evil.example", "url=https://evil.example", "/../x"] {
        let answer =
            opened(session.with_cookie(session.client.get(&format!("/go/start?{query}")))).send().await;
        let page = format!("{}/frontend/portreeve/index.html?{query}", session.token);
        assert_eq!(answer.header("Location"), Some(page.as_str()), "{answer:?}");
    }
    // a token that stands in a query is carried nowhere
    let asked = opened(session.client.get("/go/start?x=cpsess1234567890")).send().await;
    assert!(!asked.shows_a_security_token(), "{asked:?}");
}

#[tokio::test]
async fn a_bookmark_keeps_its_query_on_the_way_to_tls() {
    let server = TestServer::start().await;
    let answer = server.plain_client(Cpanel).get("/go/start?site=one").send().await;
    let place = format!("https://localhost:{}/go/start?site=one", server.port(Cpanel, true));
    assert_eq!((answer.status, answer.header("Location")), (301, Some(place.as_str())), "{answer:?}");
}
