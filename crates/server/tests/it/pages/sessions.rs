//! "Sessions": the list, and its buttons.

use portreeve_testkit::{Session, TestServer};

use super::{element, has, send};
use crate::support::*;

const PAGE: &str = "/security/sessions";

/// The hidden values that a page's forms carry under a name.
fn values(page: &str, name: &str) -> Vec<String> {
    let marker = format!("name=\"{name}\" value=\"");
    page.split(&marker).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[tokio::test]
async fn the_list_shows_the_readers_sessions_on_every_service_and_nobody_elses() {
    on_each_database(async |server| {
        let asder = server.session(Whm, "asder").await;
        server.pass_seconds(60);
        let own = server.session_of(server.client(Cpanel).from("127.9.9.9"), Cpanel, "asder").await;
        server.session(Cpanel, "plain").await;
        let page = asder.get(PAGE).send().await.text();
        assert_eq!(page.matches("<tr>").count(), 3, "a head and two rows: {page}");
        for there in ["127.9.9.9", "127.0.0.1", "whm", "cpanel", "with the password", "this session"] {
            assert!(page.contains(there), "{there}: {page}");
        }
        let ids = values(&page, "session");
        assert_eq!(ids.len(), 1, "the reader's own has no button: {page}");
        let ended = send(&asder, PAGE, "end_session", &[("session", &ids[0])]).await;
        assert!(has(&ended, "done"), "{ended:?}");
        assert!(!own.lives().await);
        assert!(asder.lives().await);
        let again = send(&asder, PAGE, "end_session", &[("session", &ids[0])]).await;
        assert!(has(&again, "error"), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_anybody_elses_session_or_page() {
    let server = TestServer::start().await;
    let mail = server.session(Webmail, "user@plain.example").await;
    let second = server.session(Webmail, "user@plain.example").await;
    let kept = send(&mail, "/bookmarks", "keep", &[("name", "start")]).await;
    assert!(has(&kept, "done"), "{kept:?}");
    let page = mail.get(PAGE).send().await.text();
    let (session, kept) = (values(&page, "session"), values(&page, "page"));
    let plain = server.session(Cpanel, "plain").await;
    for (action, name, id) in [("end_session", "session", &session[0]), ("end_page", "page", &kept[0])] {
        let refused = send(&plain, PAGE, action, &[(name, id)]).await;
        assert!(has(&refused, "error"), "{refused:?}");
        assert!(has(&refused, "no_pages"), "{refused:?}");
    }
    assert!(second.lives().await);
    assert_eq!(values(&mail.get(PAGE).send().await.text(), "page"), kept);
    let ended = send(&mail, PAGE, "end_page", &[("page", &kept[0])]).await;
    assert!(has(&ended, "done") && has(&ended, "no_pages"), "{ended:?}");
}

#[tokio::test]
async fn a_session_on_anothers_authority_is_listed_with_its_opener_and_lists_nothing_itself() {
    let server = TestServer::start().await;
    let own = server.session(Cpanel, "plain").await;
    let fields = [("user", "plain"), ("pass", "sandbox")];
    let answer = server.client(Cpanel).post("/login/").form(&fields).send().await;
    let possessed = Session::from_answer(server.client(Cpanel), Cpanel, &answer).expect("a session");
    let list = possessed.get(PAGE).send().await;
    assert!(element(&list, "error").contains("the user itself") && !has(&list, "sessions"), "{list:?}");
    let refused = send(&possessed, PAGE, "end_others", &[]).await;
    assert!(has(&refused, "error"), "{refused:?}");
    assert!(own.lives().await);
    let page = own.get(PAGE).send().await.text();
    assert!(page.contains("by root"), "{page}");
    let done = send(&own, PAGE, "end_others", &[]).await;
    assert!(has(&done, "done"), "{done:?}");
    assert!(own.lives().await && !possessed.lives().await);
}

#[tokio::test]
async fn sessions_are_ended_by_a_form_of_ours_only() {
    let server = TestServer::start().await;
    let (session, other) = (server.session(Cpanel, "plain").await, server.session(Cpanel, "plain").await);
    let forged = session.client.post(PAGE).form(&[("action", "end_others")]);
    assert_eq!(session.with_cookie(forged).send().await.status, 401);
    assert_eq!(session.get(&format!("{PAGE}?action=end_others")).send().await.status, 200);
    assert!(other.lives().await);
}
