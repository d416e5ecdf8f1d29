//! WHM answers with `api.version` and the older shapes without it.

use portreeve_testkit::TestServer;
use serde_json::{Value, json};

use crate::support::*;

async fn call(server: &TestServer, target: &str) -> Value {
    let answer = server.client(Whm).get(target).basic("root", "sandbox").send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn version_1_and_2_have_metadata_and_data() {
    let server = TestServer::start().await;
    for version in [1, 2] {
        let json = call(&server, &format!("/json-api/version?api.version={version}")).await;
        assert_eq!(
            json["metadata"],
            json!({ "version": 1, "result": 1, "reason": "OK", "command": "version" })
        );
        assert!(json["data"]["version"].is_string(), "{json}");
    }
}

#[tokio::test]
async fn the_version_may_stand_in_the_body() {
    let server = TestServer::start().await;
    let post = || server.client(Whm).post("/json-api/version").basic("root", "sandbox");
    for answer in [
        post().form(&[("api.version", "1")]).send().await,
        post().multipart(&[("api.version", "1")]).send().await,
        post().json(&json!({ "api.version": 1 })).send().await,
    ] {
        assert_eq!(answer.json()["metadata"]["command"], "version", "{answer:?}");
    }
    assert_eq!(post().send().await.json().get("metadata"), None);
}

#[tokio::test]
async fn without_a_version_each_function_has_its_older_shape() {
    let server = TestServer::start().await;
    let version = call(&server, "/json-api/version").await;
    assert_eq!(version.as_object().expect("an object").keys().collect::<Vec<_>>(), ["version"]);
    let applist = call(&server, "/json-api/applist").await;
    assert_eq!(applist.as_object().expect("an object").keys().collect::<Vec<_>>(), ["app"]);
    let listaccts = call(&server, "/json-api/listaccts").await;
    assert_eq!((listaccts["status"].as_i64(), listaccts["statusmsg"].as_str()), (Some(1), Some("Ok")));
    assert_eq!(listaccts["acct"].as_array().expect("accounts").len(), 3, "{listaccts}");
    let created =
        call(&server, "/json-api/createacct?username=newone&domain=newone.example&password=long-enough-1")
            .await;
    assert_eq!(created["result"][0]["status"], 1, "{created}");
    assert_eq!(created["result"][0]["statusmsg"], "Account Creation Ok", "{created}");
    let removed = call(&server, "/json-api/removeacct?user=newone").await;
    assert_eq!(removed["result"][0]["status"], 1, "{removed}");
    assert_eq!(removed["result"][0]["statusmsg"], "newone account removed", "{removed}");
    let again = call(&server, "/json-api/removeacct?user=newone").await;
    assert_eq!(again["result"][0]["status"], 0, "{again}");
    assert!(again["result"][0]["statusmsg"].as_str().expect("a text").contains("newone"), "{again}");
}

#[tokio::test]
async fn a_reseller_sees_its_own_accounts() {
    let server = TestServer::start().await;
    let call = server.client(Whm).get("/json-api/listaccts?api.version=1");
    let json = call.header("Authorization", &format!("whm asder:{ASDER_TOKEN}")).send().await.json();
    let users: Vec<&str> = json["data"]["acct"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["user"].as_str().unwrap())
        .collect();
    assert_eq!(users, ["asder", "plain"]);
}
