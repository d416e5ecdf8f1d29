//! cPanel's functions through WHM, on behalf of an account.

use portreeve_testkit::{Response, Session, TestServer};
use serde_json::json;

use crate::support::*;

const CALL: &str = "cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=list_pops";

async fn as_asder(server: &TestServer, target: &str) -> Response {
    let call = server.client(Whm).get(target);
    call.header("Authorization", &format!("whm asder:{ASDER_TOKEN}")).send().await
}

async fn as_root(server: &TestServer, target: &str) -> Response {
    server.client(Whm).get(target).basic("root", "sandbox").send().await
}

#[tokio::test]
async fn an_owned_account_is_acted_on_and_every_other_gets_one_text() {
    let server = TestServer::start().await;
    for owned in ["plain", "asder"] {
        let answer = as_asder(&server, &format!("/json-api/cpanel?{CALL}&cpanel_jsonapi_user={owned}")).await;
        let json = answer.json();
        assert_eq!(
            (json["module"].as_str(), json["func"].as_str()),
            (Some("Email"), Some("list_pops")),
            "{json}"
        );
        assert_eq!(json["result"]["status"], 1, "{json}");
        assert_eq!(json["result"]["data"][0]["email"], owned, "{json}");
    }
    let text = json!({
        "data": { "reason": "User parameter is invalid or was not supplied", "result": "0" },
        "type": "text",
        "error": "User parameter is invalid or was not supplied",
    });
    for user in ["cptest", "root", "nobodyhere", "no/name", ""] {
        let query = format!("{CALL}&cpanel_jsonapi_user={user}");
        for function in ["cpanel", "uapi_cpanel"] {
            let answer = as_asder(&server, &format!("/json-api/{function}?{query}")).await;
            assert_eq!((answer.status, answer.json()), (200, text.clone()), "{user}");
        }
    }
    let without = as_asder(&server, &format!("/json-api/cpanel?{CALL}")).await;
    assert_eq!(without.json(), text);
}

#[tokio::test]
async fn root_acts_for_every_account_but_itself() {
    let server = TestServer::start().await;
    for user in ["cptest", "asder", "plain"] {
        let json =
            as_root(&server, &format!("/json-api/cpanel?{CALL}&cpanel_jsonapi_user={user}")).await.json();
        assert_eq!(json["result"]["data"][0]["email"], user, "{json}");
    }
    let itself = as_root(&server, &format!("/json-api/cpanel?{CALL}&cpanel_jsonapi_user=root")).await;
    assert_eq!(itself.json()["data"]["result"], "0", "{itself:?}");
}

#[tokio::test]
async fn uapi_cpanel_stands_within_whms_own_envelope() {
    let server = TestServer::start().await;
    let query = "cpanel.module=Email&cpanel.function=list_pops&cpanel.user=plain";
    let json = as_asder(&server, &format!("/json-api/uapi_cpanel?api.version=1&{query}")).await.json();
    assert_eq!(json["metadata"]["result"], 1, "{json}");
    assert_eq!(json["metadata"]["command"], "uapi_cpanel", "{json}");
    assert_eq!(json["data"]["uapi"]["data"][0]["email"], "plain", "{json}");
}

#[tokio::test]
async fn user_names_the_account_only_where_no_prefixed_name_does() {
    let server = TestServer::start().await;
    let by_plain_name = as_root(&server, &format!("/json-api/cpanel?{CALL}&user=cptest")).await;
    assert_eq!(by_plain_name.json()["result"]["data"][0]["email"], "cptest");
    // beside a prefixed one it is the function's own argument
    let ftp = "cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Ftp&cpanel_jsonapi_func=delete_ftp";
    let deleted =
        as_root(&server, &format!("/json-api/cpanel?{ftp}&cpanel_jsonapi_user=plain&user=upload")).await;
    assert_eq!(deleted.json()["result"]["status"], 1, "{deleted:?}");
    let list = "cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Ftp&cpanel_jsonapi_func=list_ftp";
    let left = as_root(&server, &format!("/json-api/cpanel?{list}&cpanel_jsonapi_user=plain")).await;
    assert!(!left.text().contains("upload@plain.example"), "{left:?}");
    assert!(left.text().contains("backup@plain.example"), "{left:?}");
}

#[tokio::test]
async fn two_prefixed_names_that_differ_are_400() {
    let server = TestServer::start().await;
    let same = format!("/json-api/cpanel?{CALL}&cpanel_jsonapi_user=plain&cpanel.user=plain");
    assert_eq!(as_root(&server, &same).await.json()["result"]["status"], 1);
    let differ = format!("/json-api/cpanel?{CALL}&cpanel_jsonapi_user=plain&cpanel.user=cptest");
    let answer = as_root(&server, &differ).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.text().contains("cpanel_jsonapi_user and cpanel.user differ"), "{answer:?}");
}

#[tokio::test]
async fn on_its_own_port_a_caller_may_name_itself_only() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for (user, own) in
        [("", true), ("&cpanel_jsonapi_user=plain", true), ("&cpanel_jsonapi_user=cptest", false)]
    {
        let call = client.get(&format!("/json-api/cpanel?{CALL}{user}")).basic("plain", "plainpass");
        let json = call.send().await.json();
        if own {
            assert_eq!(json["result"]["data"][0]["email"], "plain", "{json}");
        } else {
            assert_eq!(json["error"], "User parameter is invalid or was not supplied", "{json}");
        }
    }
}

#[tokio::test]
async fn an_accounts_owner_makes_no_token_of_it_by_either_door_and_root_does() {
    let server = TestServer::start().await;
    let call = |function: &str| {
        format!(
            "/json-api/uapi_cpanel?api.version=1&cpanel.user=plain&cpanel.module=Tokens\
             &cpanel.function={function}&name=kept&new_name=later"
        )
    };
    let errors = |answer: &Response| answer.json()["data"]["uapi"]["errors"].clone();
    let (owner, root) = (server.session(Whm, "asder").await, server.session(Whm, "root").await);
    for function in ["create_full_access", "rename"] {
        let refused = owner.get(&call(function)).send().await;
        let error = errors(&refused)[0].as_str().unwrap().to_owned();
        assert!(error.ends_with("only “plain” itself and root make and change its API tokens."), "{error}");
        let made = root.get(&call(function)).send().await;
        assert_eq!(errors(&made), json!(null), "{made:?}");
    }
    // what is there is the owner's to see and to revoke
    let listed = owner.get(&call("list")).send().await;
    assert!(listed.text().contains("later"), "{listed:?}");
    server.pass_seconds(30);
    let client = server.client(Cpanel);
    let front = log_in_with(&client, "plain", "blah1", &server.code("asder")).await;
    let front = Session::from_answer(client, Cpanel, &front).unwrap();
    let refused = front.get("/execute/Tokens/create_full_access?name=kept").send().await;
    assert!(refused.text().contains("only by its own user"), "{refused:?}");
}
