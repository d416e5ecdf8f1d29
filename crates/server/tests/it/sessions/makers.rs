//! What links are made with, and end with: sessions, API tokens, access hashes, passwords.

use portreeve_crypt::{AccessHash, SystemEntropy};
use portreeve_store::Authority;
use portreeve_testkit::{Response, Session, TestServer};
use portreeve_types::Service;

use super::links::*;
use crate::support::*;

const UPDATE: &str = "/json-api/api_token_update?api.version=1";
const REVOKE: &str = "/json-api/api_token_revoke?api.version=1&token_name=links";

/// A WHM token of the reseller's.
async fn token(owner: &Session, limits: &[(&str, &str)]) -> String {
    let fields = [&[("token_name", "links")], limits].concat();
    let made = owner.post("/json-api/api_token_create?api.version=1").form(&fields).send().await;
    format!("whm asder:{}", made.json()["data"]["token"].as_str().expect("a token"))
}

async fn with_header(server: &TestServer, credential: &str) -> Response {
    let call =
        server.client(Whm).get("/json-api/create_user_session?api.version=1&user=plain&service=cpaneld");
    call.header("Authorization", credential).send().await
}

/// Takes up what an answer of `create_user_session` holds.
async fn take_up(server: &TestServer, answer: &Response, service: Service) -> Session {
    let json = answer.json();
    let client = server.client(service);
    let url = json["data"]["url"].as_str().unwrap_or_else(|| panic!("no link: {answer:?}"));
    let opened = client.get(path(url)).send().await;
    Session::from_answer(client, service, &opened).expect("a session")
}

#[tokio::test]
async fn logging_out_ends_what_was_opened_from_there() {
    on_each_database(async |server: TestServer| {
        let whm = server.session(Whm, "asder").await;
        let own = linked(&server, &whm, "asder", Whm).await;
        let cpanel = linked(&server, &own, "plain", Cpanel).await;
        let webmail = cpanel.get("/xferwebmail").send().await;
        let client = server.client(Webmail);
        let opened = client.get(path(webmail.header("Location").unwrap())).send().await;
        let webmail = Session::from_answer(client, Webmail, &opened).unwrap();
        assert!(webmail.lives().await);
        let waiting = created(&whm, "plain", Cpanel).await;
        assert_eq!(whm.get("/logout/").send().await.status, 200);
        assert!(!own.lives().await && !cpanel.lives().await && !webmail.lives().await);
        let url = path(waiting["url"].as_str().unwrap()).to_owned();
        assert_worthless(&server.client(Cpanel).get(&url).send().await);
    })
    .await;
}

#[tokio::test]
async fn nobody_stays_for_ever_by_links_to_oneself() {
    let server = TestServer::start().await;
    let mut session = server.session(Whm, "asder").await;
    for _ in 0..48 {
        assert!(session.lives().await);
        session = linked(&server, &session, "asder", Whm).await;
        server.pass_seconds(1799);
    }
    assert!(session.lives().await);
    server.pass_seconds(48);
    assert!(!session.lives().await);
}

#[tokio::test]
async fn a_revoked_or_narrowed_token_leaves_no_session_behind() {
    on_each_database(async |server: TestServer| {
        let owner = server.session(Whm, "asder").await;
        for end in [REVOKE, "&token_name=links&acl=create-user-session", "&token_name=links&otp_required=1"] {
            let credential = token(&owner, &[]).await;
            let session = take_up(&server, &with_header(&server, &credential).await, Cpanel).await;
            let further = session.get("/xferwebmail").send().await;
            let client = server.client(Webmail);
            let further = client.get(path(further.header("Location").unwrap())).send().await;
            let further = Session::from_answer(client, Webmail, &further).unwrap();
            let renamed = "&token_name=links&new_name=links";
            assert_eq!(owner.get(&format!("{UPDATE}{renamed}")).send().await.json()["metadata"]["result"], 1);
            assert!(session.lives().await && further.lives().await, "{end}");
            let call = if end == REVOKE { REVOKE.to_owned() } else { format!("{UPDATE}{end}") };
            let answer = owner.get(&call).send().await;
            assert_eq!(answer.json()["metadata"]["result"], 1, "{answer:?}");
            assert!(!session.lives().await && !further.lives().await, "{end}");
            assert!(owner.lives().await);
            owner.get(REVOKE).send().await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_an_access_hash_opened_is_good_while_the_hash_is() {
    on_each_database(async |server: TestServer| {
        let hash = server.account("root").access_hash.clone().expect("an access hash");
        let credential = format!("whm root:{hash}");
        let session = take_up(&server, &with_header(&server, &credential).await, Cpanel).await;
        let further = session.get("/xferwebmail").send().await;
        let client = server.client(Webmail);
        let further = client.get(path(further.header("Location").unwrap())).send().await;
        let further = Session::from_answer(client, Webmail, &further).unwrap();
        let waiting = with_header(&server, &credential).await.json();
        assert!(session.lives().await && further.lives().await);
        // not while access hashes are refused
        server.set("allow_deprecated_accesshash", "0").await;
        assert!(!session.lives().await && !further.lives().await);
        let url = path(waiting["data"]["url"].as_str().unwrap()).to_owned();
        assert_worthless(&server.client(Cpanel).get(&url).send().await);
        server.set("allow_deprecated_accesshash", "1").await;
        assert!(session.lives().await && further.lives().await);
        // nor after this one was replaced
        let root = server.store().account(&"root".parse().unwrap()).await.unwrap().unwrap();
        let another = AccessHash::generate(&SystemEntropy);
        server.store().set_access_hash(root.id, &another).await.unwrap();
        assert!(!session.lives().await && !further.lives().await);
        assert_worthless(&server.client(Cpanel).get(&url).send().await);
    })
    .await;
}

#[tokio::test]
async fn what_an_expiring_token_opened_ends_with_it() {
    let server = TestServer::start().await;
    let owner = server.session(Whm, "asder").await;
    let end = (server.now().seconds() + 600).to_string();
    let credential = token(&owner, &[("expires_at", &end)]).await;
    let session = take_up(&server, &with_header(&server, &credential).await, Cpanel).await;
    server.pass_seconds(599);
    assert!(session.lives().await);
    server.pass_seconds(1);
    assert!(!session.lives().await);
}

#[tokio::test]
async fn a_token_that_is_limited_to_addresses_or_needs_a_code_makes_no_links() {
    let server = TestServer::start().await;
    let owner = server.session(Whm, "asder").await;
    for limit in [("whitelist_ip", "127.0.0.0/8"), ("otp_required", "1")] {
        let credential = token(&owner, &[limit]).await;
        server.pass_seconds(30);
        let call =
            server.client(Whm).get("/json-api/create_user_session?api.version=1&user=plain&service=cpaneld");
        let answer = call.header("Authorization", &credential).code(&server.code("asder")).send().await;
        assert_eq!(answer.json()["metadata"]["result"], 0, "{answer:?}");
        assert!(answer.text().contains("makes no links"), "{answer:?}");
        owner.get(REVOKE).send().await;
    }
}

#[tokio::test]
async fn a_password_that_calls_without_what_pages_demand_makes_no_links() {
    let server = TestServer::start().await;
    server.set("SecurityPolicy::xml-api", "0").await;
    let basic =
        |service, user: &str, pass: &str, call: &str| server.client(service).get(call).basic(user, pass);
    let whm = "/json-api/create_user_session?api.version=1&user=plain&service=cpaneld";
    let webmail = "/execute/Session/create_webmail_session_for_self";
    let refused = |answer: &Response| {
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.text().contains("A link opens pages"), "{answer:?}");
    };
    // both have a second factor, and their passwords alone may call
    refused(&basic(Whm, "asder", "blah1", whm).send().await);
    refused(&basic(Cpanel, "cptest", "blahblah", webmail).send().await);
    let with_code = basic(Whm, "asder", "blah1", whm).code(&server.code("asder")).send().await;
    assert_eq!(with_code.json()["metadata"]["result"], 1, "{with_code:?}");
    // and so it is with the other demands
    assert_eq!(basic(Cpanel, "plain", "plainpass", webmail).send().await.json()["status"], 1);
    let session = server.session(Cpanel, "plain").await;
    for policy in ["SourceIPCheck", "PasswordStrength"] {
        server.set(&format!("SecurityPolicy::{policy}"), "1").await;
        refused(&basic(Cpanel, "plain", "plainpass", webmail).send().await);
        refused(&session.get(webmail).send().await);
        server.set(&format!("SecurityPolicy::{policy}"), "0").await;
    }
    assert_eq!(session.get(webmail).send().await.json()["status"], 1);
}

#[tokio::test]
async fn a_suspended_reseller_keeps_no_session_that_root_led_to() {
    on_each_database(async |server: TestServer| {
        let root = server.session(Whm, "root").await;
        let reseller = linked(&server, &root, "asder", Whm).await;
        let plain = linked(&server, &reseller, "plain", Cpanel).await;
        let call = plain.get(LIST_POPS).send().await;
        assert_listed(&call);
        let line = server.line(call.request_id()).await;
        assert!(line.contains(r#""caller":"plain (possessor: root, through: asder)""#), "{line}");
        let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
        server.store().suspend_account(asder.id, "a reason", false, Authority::Administrator).await.unwrap();
        assert!(!reseller.lives().await && !plain.lives().await);
        assert!(linked(&server, &root, "plain", Cpanel).await.lives().await);
    })
    .await;
}

#[tokio::test]
async fn a_reseller_without_the_privilege_is_not_led_to_its_accounts_either() {
    let server = TestServer::start().await;
    let store = server.store();
    let asder = store.account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    let session = server.session(Whm, "asder").await;
    assert_eq!(session.get("/xfercpanel/plain").send().await.status, 302);
    let role = portreeve_store::Role::Reseller("create-acct".parse().unwrap());
    assert!(store.set_account_role(asder.id, role).await.unwrap());
    assert_eq!(session.get("/xfercpanel/plain").send().await.status, 403);
    assert!(!session.get("/").send().await.text().contains("/xfercpanel/"));
}

#[tokio::test]
async fn a_mailbox_whose_login_is_suspended_is_named_as_the_reason() {
    let server = TestServer::start().await;
    let account = server.session(Cpanel, "plain").await;
    let suspend = "/execute/Email/suspend_login?email=user@plain.example";
    assert_eq!(account.get(suspend).send().await.json()["status"], 1);
    let call = "/execute/Session/create_webmail_session_for_mail_user?login=user&domain=plain.example";
    let answer = account.get(call).send().await;
    assert_eq!(answer.json()["errors"][0], "The login of “user@plain.example” is suspended.", "{answer:?}");
    let whm = server.session(Whm, "root").await;
    let answer = create(&whm, "user@plain.example", Webmail).await;
    assert!(answer.text().contains("is suspended"), "{answer:?}");
}
