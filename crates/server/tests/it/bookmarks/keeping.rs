//! Keeping a page open: what its cookie is worth, and who may make one.

use portreeve_testkit::{Login, Session, TestServer};

use super::{KEPT, ask_to_keep, keep, kept_by, opened};
use crate::support::*;

#[tokio::test]
async fn a_kept_page_is_shown_to_be_read_and_its_cookie_is_worth_nothing_else() {
    on_each_database(async |server| {
        let client = server.client(Cpanel);
        let kept = keep(&server, Cpanel, "plain", "api-tokens").await;
        assert!(kept.name.starts_with("cpanelkept_"), "{}", kept.name);
        assert_eq!(kept.attributes, format!("HttpOnly; Path={KEPT}; SameSite=Lax; Secure; Max-Age=7776000"));
        let page = kept.open(&client, KEPT).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text().contains("id=\"kept\"") && page.text().contains("no_tokens"), "{page:?}");
        assert!(!page.text().contains("<form") && !page.text().contains("<nav"), "{page:?}");
        assert!(!page.shows_a_security_token(), "{page:?}");
        assert_eq!(page.cookie("cpsession"), None);

        // another page, another query, another service, a plain port, an API call, a form
        for path in ["/go/start", "/go/two-factor", "/go/api-tokens?x=1", "/security/api-tokens", "/"] {
            let answer = kept.open(&client, path).await;
            assert!(answer.text().contains("login_form"), "{path}: {answer:?}");
        }
        let elsewhere = kept.open(&server.client(Webmail), "/go/start").await;
        assert!(elsewhere.text().contains("login_form"), "{elsewhere:?}");
        for call in [client.get(LIST_POPS), client.post(LIST_POPS), client.get("/json-api/cpanel")] {
            let answer = kept.with(call).send().await;
            assert!(answer.status == 401 || answer.status == 403, "{answer:?}");
        }
        assert_eq!(kept.with(opened(client.post(KEPT))).send().await.status, 405);
        let as_session = client.get(LIST_POPS).cookie("cpsession", &kept.value).send().await;
        assert_access_denied(&as_session);
        server.set("requiressl", "0").await;
        let plain = kept.open(&server.plain_client(Cpanel), KEPT).await;
        assert!(plain.text().contains("login_form"), "{plain:?}");
    })
    .await;
}

#[tokio::test]
async fn every_page_that_may_be_kept_is_shown_without_a_form_a_menu_or_a_way_on() {
    for (service, user, names) in [
        (Cpanel, "cptest", &["start", "api-tokens"][..]),
        (Whm, "root", &["start", "api-tokens"]),
        (Webmail, "tfa@plain.example", &["start"]),
    ] {
        let server = TestServer::start().await;
        let session = server.session(service, user).await;
        for name in names {
            let kept = kept_by(&ask_to_keep(&session, &[("name", name)]).await).expect("a kept page");
            let page = kept.open(&server.client(service), &format!("/go/{name}")).await;
            assert_eq!(page.status, 200, "{user} {name}: {page:?}");
            let text = page.text();
            for tag in ["<form", "<nav", "<button", "<input", "id=\"error\"", "role=\"alert\""] {
                assert!(!text.contains(tag), "{user} {name} has {tag}: {page:?}");
            }
            let ways = text.matches("<a ").count();
            assert_eq!(ways, 1, "the one to the login: {page:?}");
        }
    }
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    for name in ["security-policies", "two-factor"] {
        let refused = ask_to_keep(&root, &[("name", name)]).await;
        assert!(refused.text().contains("is not kept open") && kept_by(&refused).is_none(), "{refused:?}");
    }
}

#[tokio::test]
async fn nothing_but_a_reader_who_goes_there_is_shown_a_kept_page() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let kept = keep(&server, Cpanel, "plain", "api-tokens").await;
    for (mode, destination) in [("navigate", "iframe"), ("no-cors", "image"), ("cors", "empty")] {
        let call = client.get(KEPT).header("Sec-Fetch-Mode", mode).header("Sec-Fetch-Dest", destination);
        let answer = kept.with(call).send().await;
        assert_eq!(answer.status, 401, "{mode} {destination}: {answer:?}");
    }
    let sent = opened(client.get(KEPT));
    assert_eq!(kept.with(sent.header("Referer", "https://other.example/")).send().await.status, 200);
    let wrong = opened(client.get(KEPT)).cookie(&kept.name, &"0".repeat(64)).send().await;
    assert_eq!(wrong.status, 401, "{wrong:?}");
}

#[tokio::test]
async fn only_the_user_itself_keeps_a_page_open_with_a_code_where_there_is_a_factor() {
    let server = TestServer::start().await;
    // with another's password
    let fields = [("user", "plain"), ("pass", "sandbox")];
    let answer = server.client(Cpanel).post("/login/").form(&fields).send().await;
    let possessed = Session::from_answer(server.client(Cpanel), Cpanel, &answer).expect("a session");
    // through a link
    let root = server.session(Whm, "root").await;
    let made = "/json-api/create_user_session?api.version=1&user=plain&service=cpaneld";
    let made = root.get(made).send().await;
    let link = made.json()["data"]["url"].as_str().expect("an address").to_owned();
    let path = link.splitn(4, '/').nth(3).expect("a path").to_owned();
    let taken = server.client(Cpanel).get(&format!("/{path}")).send().await;
    let linked = Session::from_answer(server.client(Cpanel), Cpanel, &taken).expect("a session");
    // without the code, while no policy asks for one
    server.set("SecurityPolicy::TwoFactorAuth", "0").await;
    server.pass_seconds(1);
    let client = server.client(Cpanel);
    let answer = client.login(Login { user: "cptest", pass: "blahblah", code: None }).send().await;
    let without_code = Session::from_answer(client, Cpanel, &answer).expect("a session");
    let before = ask_to_keep(&without_code, &[("name", "start")]).await;
    let kept = kept_by(&before).expect("kept: no policy asks for a code");
    server.set("SecurityPolicy::TwoFactorAuth", "1").await;
    assert!(!kept.lives(&server.client(Cpanel), "/go/start").await, "now a policy does");
    for (session, why) in [(&possessed, "its own user"), (&linked, "its own user")] {
        let refused = ask_to_keep(session, &[("name", "start")]).await;
        assert!(refused.text().contains(why) && kept_by(&refused).is_none(), "{refused:?}");
    }
    let refused = ask_to_keep(&without_code, &[("name", "start")]).await;
    assert!(refused.text().contains("tfa_login_form") && kept_by(&refused).is_none(), "{refused:?}");
    let with_code = server.session(Cpanel, "cptest").await;
    assert!(kept_by(&ask_to_keep(&with_code, &[("name", "start")]).await).is_some());
}

#[tokio::test]
async fn a_page_is_kept_by_a_form_of_ours_and_by_nothing_else() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let fields = [("action", "keep"), ("name", "start")];
    let forged = session.with_cookie(session.client.post("/bookmarks").form(&fields)).send().await;
    assert!(forged.status == 401 && kept_by(&forged).is_none(), "{forged:?}");
    let link = session.get("/bookmarks?action=keep&name=start").send().await;
    assert!(link.status == 200 && kept_by(&link).is_none(), "{link:?}");
    for (name, query) in
        [("none", ""), ("sessions", ""), ("bookmarks", ""), ("start", "a b"), ("start", "<x>")]
    {
        let refused = ask_to_keep(&session, &[("name", name), ("query", query)]).await;
        assert!(refused.text().contains("is not kept open") && kept_by(&refused).is_none(), "{refused:?}");
    }
    server.set("requiressl", "0").await;
    let plain = server.session_of(server.plain_client(Cpanel), Cpanel, "plain").await;
    let refused = ask_to_keep(&plain, &[("name", "start")]).await;
    assert!(refused.text().contains("TLS") && kept_by(&refused).is_none(), "{refused:?}");
}

#[tokio::test]
async fn a_person_keeps_twenty_pages_at_most() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for number in 0..20 {
        let query = format!("n={number}");
        assert!(kept_by(&ask_to_keep(&session, &[("name", "start"), ("query", &query)]).await).is_some());
    }
    let more = ask_to_keep(&session, &[("name", "start")]).await;
    assert!(more.text().contains("too many") && kept_by(&more).is_none(), "{more:?}");
}

#[tokio::test]
async fn pages_of_several_accounts_are_kept_side_by_side_each_with_its_query() {
    let server = TestServer::start().await;
    let mut kept = Vec::new();
    for (user, query) in [("plain", "shop"), ("cptest", "blog")] {
        let session = server.session(Cpanel, user).await;
        let answer = ask_to_keep(&session, &[("name", "start"), ("query", query)]).await;
        assert!(answer.text().contains(&format!("Its address is /go/start?{query}.")), "{answer:?}");
        kept.push(kept_by(&answer).expect("a kept page"));
    }
    // the browser sends both with either
    for (query, user) in [("shop", "plain"), ("blog", "cptest")] {
        let call = opened(server.client(Cpanel).get(&format!("/go/start?{query}")));
        let page = kept.iter().fold(call, |call, kept| kept.with(call)).send().await;
        assert!(page.text().contains(&format!("id=\"logged_in_as\">{user}<")), "{query}: {page:?}");
    }
}

#[tokio::test]
async fn a_live_session_comes_before_a_kept_page() {
    let server = TestServer::start().await;
    let kept = keep(&server, Cpanel, "plain", "api-tokens").await;
    let session = server.session(Cpanel, "cptest").await;
    let answer = kept.with(opened(session.with_cookie(session.client.get(KEPT)))).send().await;
    let page = format!("{}/security/api-tokens", session.token);
    assert_eq!((answer.status, answer.header("Location")), (302, Some(page.as_str())), "{answer:?}");
}
