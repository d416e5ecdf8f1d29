//! "Manage API Tokens": a token is made, shown once, used, and revoked.

use portreeve_testkit::{Response, TestServer};

use super::{element, has, send};
use crate::support::*;

const PAGE: &str = "/security/api-tokens";

/// The call that a new token must be good for.
async fn call(server: &TestServer, scheme: &str, user: &str, token: &str) -> Response {
    let (client, path) = match scheme {
        "cpanel" => (server.client(Cpanel), LIST_POPS),
        _ => (server.client(Whm), VERSION),
    };
    client.get(path).header("Authorization", &format!("{scheme} {user}:{token}")).send().await
}

#[tokio::test]
async fn a_cpanel_token_is_shown_once_used_renamed_and_revoked() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    assert!(has(&session.get(PAGE).send().await, "no_tokens"));
    let made = send(&session, PAGE, "create", &[("new_name", "deploy"), ("expires", "2099-12-31")]).await;
    let token = element(&made, "token");
    assert_listed(&call(&server, "cpanel", "plain", &token).await);

    let list = session.get(PAGE).send().await;
    assert!(element(&list, "tokens").contains("<thead"), "{list:?}");
    assert!(list.text().contains("2099-12-31 23:59 UTC") && !list.text().contains(&token), "{list:?}");
    let fields = [("name", "deploy"), ("new_name", "release")];
    let renamed = send(&session, PAGE, "rename", &fields).await;
    assert!(element(&renamed, "done").contains("release"), "{renamed:?}");
    let revoked = send(&session, PAGE, "revoke", &[("name", "release")]).await;
    assert!(has(&revoked, "no_tokens"), "{revoked:?}");
    assert_access_denied(&call(&server, "cpanel", "plain", &token).await);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_token_is_said() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for (fields, word) in [
        ([("new_name", "with blank"), ("expires", "")], "name"),
        ([("new_name", "late"), ("expires", "31.12.2099")], "31.12.2099"),
    ] {
        let page = send(&session, PAGE, "create", &fields).await;
        assert!(element(&page, "error").contains(word), "{page:?}");
        assert!(has(&page, "no_tokens"), "{page:?}");
    }
}

#[tokio::test]
async fn a_whm_token_has_the_privileges_that_were_ticked() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "root").await;
    let none = send(&session, PAGE, "create", &[("new_name", "billing")]).await;
    assert!(element(&none, "error").contains("privilege"), "{none:?}");
    let made = send(&session, PAGE, "create", &[("new_name", "billing"), ("acl", "list-accts")]).await;
    let token = element(&made, "token");
    let list = |path| {
        let authorization = format!("whm root:{token}");
        server.client(Whm).get(path).header("Authorization", &authorization).send()
    };
    let listed = list("/json-api/listaccts?api.version=1").await;
    assert_eq!(listed.json()["metadata"]["result"], 1, "{listed:?}");
    let refused = list("/json-api/removeacct?api.version=1&user=plain").await;
    assert_eq!(refused.json()["metadata"]["result"], 0, "{refused:?}");

    let page = send(&session, PAGE, "edit", &[("name", "billing")]).await;
    let ticked = page.text().matches(" checked").count();
    assert_eq!(ticked, 1, "only the one that it has: {page:?}");
    let fields = [("name", "billing"), ("new_name", "billing"), ("acl", "kill-acct"), ("expires", "")];
    let saved = send(&session, PAGE, "update", &fields).await;
    assert!(element(&saved, "done").contains("billing"), "{saved:?}");
    let listed = list("/json-api/listaccts?api.version=1").await;
    assert_eq!(listed.json()["metadata"]["result"], 0, "{listed:?}");
    let revoked = send(&session, PAGE, "revoke", &[("name", "billing")]).await;
    assert!(!revoked.text().contains("token_billing"), "{revoked:?}");
    assert_json_access_denied(&call(&server, "whm", "root", &token).await);
}

#[tokio::test]
async fn webmail_has_no_such_page() {
    let server = TestServer::start().await;
    let session = server.session(Webmail, "user@plain.example").await;
    assert_eq!(session.get(PAGE).send().await.status, 404);
    assert_eq!(send(&session, PAGE, "create", &[("new_name", "x")]).await.status, 404);
}
