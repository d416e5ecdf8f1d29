//! "Configure Security Policies": the boxes show and decide what the gate asks for.

use portreeve_testkit::TestServer;

use super::{element, send};
use crate::support::*;

const PAGE: &str = "/security/policies";

#[tokio::test]
async fn the_box_api_requests_decides_whether_basic_needs_a_code() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "root").await;
    let page = session.get(PAGE).send().await;
    assert!(page.text().contains("Security Policy Extensions"), "{page:?}");
    for (id, checked) in [("two_factor_auth", true), ("xml_api", true), ("password_age", false)] {
        assert_eq!(is_checked(&page.text(), id), checked, "{id}: {page:?}");
    }
    let basic = || server.client(Cpanel).get(LIST_POPS).basic("cptest", "blahblah").send();
    assert_eq!(basic().await.status, 401);

    let saved = send(&session, PAGE, "save", &[("two_factor_auth", "1"), ("password_age_days", "90")]).await;
    assert!(element(&saved, "done").contains("saved"), "{saved:?}");
    assert!(!is_checked(&saved.text(), "xml_api"), "{saved:?}");
    assert_listed(&basic().await);

    let fields = [("two_factor_auth", "1"), ("xml_api", "1"), ("password_age_days", "90")];
    send(&session, PAGE, "save", &fields).await;
    assert_eq!(basic().await.status, 401);
}

#[tokio::test]
async fn a_wrong_field_saves_nothing() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "root").await;
    let page = send(&session, PAGE, "save", &[("password_age_days", "soon")]).await;
    assert!(element(&page, "error").contains("soon"), "{page:?}");
    assert!(is_checked(&page.text(), "two_factor_auth") && is_checked(&page.text(), "xml_api"), "{page:?}");
}

#[tokio::test]
async fn it_is_for_root_on_whm_only() {
    let server = TestServer::start().await;
    let reseller = server.session(Whm, "asder").await;
    let page = reseller.get(PAGE).send().await;
    assert!(element(&page, "error").contains("Permission denied"), "{page:?}");
    let saved = send(&reseller, PAGE, "save", &[("password_age_days", "90")]).await;
    assert!(element(&saved, "error").contains("Permission denied"), "{saved:?}");
    let root = server.session(Whm, "root").await;
    assert!(is_checked(&root.get(PAGE).send().await.text(), "xml_api"));
    let account = server.session(Cpanel, "plain").await;
    assert_eq!(account.get(PAGE).send().await.status, 404);
}

fn is_checked(page: &str, id: &str) -> bool {
    let tag = page.split_once(&format!("id=\"{id}\"")).expect("the box").1;
    tag.split_once('>').expect("its end").0.contains(" checked")
}
