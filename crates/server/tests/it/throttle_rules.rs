//! The throttle's rules about addresses and login names, on every surface.

use portreeve_store::{AddressList, ListedAddresses};
use portreeve_testkit::{Response, TestServer};

use crate::support::*;

/// From where nobody logged in yet.
const STRANGE: &str = "127.77.0.1";

/// The answer without what differs from request to request.
fn shape(answer: &Response) -> (u16, String, String) {
    (answer.status, answer.reason.clone(), answer.text())
}

async fn list(server: &TestServer, list: AddressList, addresses: &str) {
    let entry = ListedAddresses { addresses: addresses.parse().unwrap(), comment: String::new() };
    assert!(server.store().list_addresses(list, &[entry]).await.unwrap());
}

#[tokio::test]
async fn an_addresss_count_is_one_for_all_carriers_and_ports() {
    let server = TestServer::start().await;
    let (cpanel, whm, webmail) = (
        server.client(Cpanel).from(STRANGE),
        server.client(Whm).from(STRANGE),
        server.client(Webmail).from(STRANGE),
    );
    let session = server.session(Cpanel, "cptest").await;
    for number in 0..3 {
        let user = format!("user{number}");
        assert_login_refused(&log_in(&cpanel, &user, "wrong").await, "invalid_login");
        assert_login_refused(&log_in(&whm, &user, "wrong").await, "invalid_login");
        let address = format!("{user}@plain.example");
        assert_login_refused(&log_in(&webmail, &address, "wrong").await, "invalid_login");
        assert_access_denied(&cpanel.get(LIST_POPS).basic(&user, "wrong").send().await);
        assert_json_access_denied(&whm.get(VERSION).basic(&user, "wrong").send().await);
        let xml =
            whm.get("/xml-api/version?api.version=1").basic(&format!("xml{user}"), "wrong").send().await;
        assert_eq!((xml.status, xml.retry_after()), (403, None), "{xml:?}");
    }
    // wrong codes count there too
    let wrong = server.wrong_code("cptest");
    assert_login_refused(&log_in_with(&cpanel, "cptest", "blahblah", &wrong).await, "tfa_invalid");
    let header = cpanel.get(LIST_POPS).basic("cptest", "blahblah").code(&wrong).send().await;
    assert_eq!((header.status, header.retry_after()), (401, None), "{header:?}");

    // and everybody else's right ones have to wait, and look wrong
    let refused = log_in(&cpanel, "plain", "plainpass").await;
    assert_login_refused(&refused, "invalid_login");
    assert_eq!(refused.retry_after(), Some(2), "{refused:?}");
    let page = cpanel.post("/login/").form(&[("user", "plain"), ("pass", "plainpass")]).send().await;
    assert_eq!(page.retry_after(), Some(2), "{page:?}");
    assert!(page.cookie("cpsession").is_none(), "{page:?}");
    let refused = cpanel.get(LIST_POPS).basic("plain", "plainpass").send().await;
    assert_access_denied(&refused);
    assert_eq!(refused.retry_after(), Some(2), "{refused:?}");
    let refused = whm.get(VERSION).basic("root", "sandbox").send().await;
    assert_json_access_denied(&refused);
    assert_eq!(refused.retry_after(), Some(2), "{refused:?}");
    let refused = webmail.get(LIST_POPS).basic("info@cptest.example", "mailpass").send().await;
    assert_eq!((refused.status, refused.retry_after()), (401, Some(2)), "{refused:?}");
    // where somebody is in already nothing changes
    assert!(session.lives().await);
    server.pass_seconds(2);
    assert_logged_in(&log_in(&cpanel, "plain", "plainpass").await);
}

#[tokio::test]
async fn the_owner_gets_in_from_a_known_address_while_the_name_is_closed_to_others() {
    on_each_database(async |server: TestServer| {
        let (owner, asder) = (server.client(Cpanel), server.client(Whm));
        assert_logged_in(&log_in(&owner, "plain", "plainpass").await);
        let basic = owner.get(LIST_POPS).basic("plain", "plainpass").send();
        assert_eq!(basic.await.status, 200);
        // one failure from each of a hundred addresses, of neighbourhoods of their own
        for number in 0..100 {
            let client = server.client(Cpanel).from(&format!("127.{}.{number}.1", 80 + number % 3));
            let mut answer = log_in(&client, "plain", "wrong").await;
            if let Some(wait) = answer.retry_after() {
                server.pass_seconds(wait);
                answer = log_in(&client, "plain", "wrong").await;
            }
            assert_eq!(answer.retry_after(), None, "{number}: {answer:?}");
            if number % 20 == 0 {
                assert_logged_in(&log_in(&owner, "plain", "plainpass").await);
            }
        }
        let stranger = server.client(Cpanel).from(STRANGE);
        let closed = log_in(&stranger, "plain", "plainpass").await;
        assert_login_refused(&closed, "invalid_login");
        assert_eq!(closed.retry_after(), Some(86_400));
        assert_logged_in(&log_in(&owner, "plain", "plainpass").await);
        assert_eq!(owner.get(LIST_POPS).basic("plain", "plainpass").send().await.status, 200);
        // an administrator's new password opens it to everybody
        let fields = [("user", "plain"), ("password", "another-long-secret")];
        let reset =
            asder.post("/json-api/passwd?api.version=1").form(&fields).basic("root", "sandbox").send();
        assert_eq!(reset.await.status, 200);
        assert_logged_in(&log_in(&stranger, "plain", "another-long-secret").await);
    })
    .await;
}

#[tokio::test]
async fn a_right_password_without_its_code_makes_no_address_known() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    assert_login_refused(&log_in(&client, "cptest", "blahblah").await, "tfa_required");
    let refused = client.get(LIST_POPS).basic("cptest", "blahblah").send().await;
    assert_eq!(refused.status, 401, "{refused:?}");
    // twenty failures of others from there hold it back
    for number in 0..20 {
        log_in(&client, &format!("user{number}"), "wrong").await;
    }
    assert_eq!(log_in(&client, "cptest", "blahblah").await.retry_after(), Some(2));
    server.pass_seconds(2);
    let code = server.code("cptest");
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &code).await);
    log_in(&client, "user99", "wrong").await;
    let known = log_in(&client, "cptest", "blahblah").await;
    assert_eq!(known.retry_after(), None, "{known:?}");
}

#[tokio::test]
async fn a_listed_address_is_answered_as_a_wrong_password_is_and_its_sessions_go_on() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel).from(STRANGE);
    let session = server.session_of(client.clone(), Cpanel, "plain").await;
    let wrong =
        [log_in(&client, "plain", "wrong").await, client.get(LIST_POPS).basic("plain", "wrong").send().await];
    list(&server, AddressList::Black, "127.77.0.0/16").await;
    // reads the list
    assert_login_refused(&log_in(&client, "plain", "plainpass").await, "invalid_login");
    let before = server.store().queries();
    let right = [
        log_in(&client, "plain", "plainpass").await,
        client.get(LIST_POPS).basic("plain", "plainpass").send().await,
    ];
    assert_eq!(server.store().queries(), before, "nothing is looked at");
    for (wrong, right) in wrong.iter().zip(&right) {
        assert_eq!((shape(right), right.retry_after()), (shape(wrong), None));
    }
    assert!(session.lives().await);
    list(&server, AddressList::White, STRANGE).await;
    assert_logged_in(&log_in(&client, "plain", "plainpass").await);
}
