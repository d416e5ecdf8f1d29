//! Whole answers, byte for byte but for what differs each time.

use insta::assert_snapshot;
use portreeve_testkit::{Response, TestServer};

use crate::support::*;

/// The answer without its request id.
fn whole(answer: &Response) -> String {
    let mut answer = answer.clone();
    for (name, value) in &mut answer.headers {
        if name == "X-Request-Id" {
            assert!(value.len() == 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit()), "{value}");
            *value = "(16 digits)".to_owned();
        }
    }
    answer.whole()
}

#[tokio::test]
async fn a_uapi_answer() {
    let server = TestServer::start().await;
    let answer = server.client(Cpanel).get(LIST_POPS).basic("plain", "plainpass").send().await;
    assert_snapshot!(whole(&answer));
}

#[tokio::test]
async fn a_uapi_refusal() {
    let server = TestServer::start().await;
    assert_snapshot!(whole(&server.client(Cpanel).get(LIST_POPS).send().await));
}

#[tokio::test]
async fn a_whm_answer() {
    let server = TestServer::start().await;
    let answer =
        server.client(Whm).get("/json-api/version?api.version=1").basic("root", "sandbox").send().await;
    assert_snapshot!(whole(&answer));
}

#[tokio::test]
async fn a_whm_refusal() {
    let server = TestServer::start().await;
    assert_snapshot!(whole(&server.client(Whm).get(VERSION).send().await));
}

#[tokio::test]
async fn the_login_page() {
    let server = TestServer::start().await;
    assert_snapshot!(whole(&server.client(Webmail).get("/").send().await));
}

#[tokio::test]
async fn a_whm_answer_in_xml() {
    let server = TestServer::start().await;
    let call = server.client(Whm).get("/xml-api/version?api.version=1");
    assert_snapshot!(whole(&call.basic("root", "sandbox").send().await));
}

#[tokio::test]
async fn an_older_whm_answer_in_xml() {
    let server = TestServer::start().await;
    let call = server.client(Whm).get("/xml-api/createacct?username=newone&domain=newone.example");
    assert_snapshot!(whole(&call.basic("root", "sandbox").send().await));
}

#[tokio::test]
async fn an_answer_of_api_2_in_xml() {
    let server = TestServer::start().await;
    let call =
        server.client(Cpanel).get("/xml-api/cpanel?cpanel_xmlapi_module=Email&cpanel_xmlapi_func=listpops");
    assert_snapshot!(whole(&call.basic("plain", "plainpass").send().await));
}

#[tokio::test]
async fn a_refusal_in_xml() {
    let server = TestServer::start().await;
    assert_snapshot!(whole(&server.client(Whm).get("/xml-api/version").send().await));
}
