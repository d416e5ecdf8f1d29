//! Functions that are not there, or not here.

use portreeve_testkit::{Response, TestServer};
use serde_json::json;

use crate::support::*;

async fn as_root(server: &TestServer, path: &str) -> Response {
    server.client(Whm).get(path).basic("root", "sandbox").send().await
}

async fn as_plain(server: &TestServer, path: &str) -> Response {
    server.client(Cpanel).get(path).basic("plain", "plainpass").send().await
}

#[tokio::test]
async fn uapi_names_the_function_or_the_module_that_it_does_not_have() {
    let server = TestServer::start().await;
    let function = as_plain(&server, "/execute/Email/test").await;
    assert_eq!(function.status, 200, "{function:?}");
    assert_eq!(
        function.json(),
        json!({
            "messages": null,
            "status": 0,
            "data": null,
            "errors": ["The system could not find the function “test” in the module “Email”."],
            "metadata": {},
            "warnings": null,
        })
    );
    for path in ["/execute/LiteSpeed/test", "/execute/email/list_pops", "/execute/LiteSpeed", "/execute/"] {
        let module = as_plain(&server, path).await;
        assert_eq!(module.status, 200, "{module:?}");
        let error = module.json()["errors"][0].as_str().expect("an error").to_owned();
        assert!(error.starts_with("Failed to load module “"), "{error}");
    }
    assert_listed(&as_plain(&server, LIST_POPS).await);
}

#[tokio::test]
async fn whm_names_the_function_that_it_does_not_have_in_both_versions() {
    let server = TestServer::start().await;
    let one = as_root(&server, "/json-api/csf_allow?api.version=1").await;
    assert_eq!(one.status, 200, "{one:?}");
    assert_eq!(
        one.json()["metadata"],
        json!({
            "version": 1,
            "result": 0,
            "reason": "Unknown app (“csf_allow”) requested for this version (1) of the API.",
            "command": "csf_allow",
        })
    );
    let zero = as_root(&server, "/json-api/systemloadavg").await;
    assert_eq!((zero.status, zero.json()), (200, json!({ "error": "Unknown App Requested: systemloadavg" })));
}

#[tokio::test]
async fn through_the_wrapper_each_version_says_it_in_its_own_envelope() {
    let server = TestServer::start().await;
    let call = |version: &str| {
        format!(
            "/json-api/cpanel?cpanel_jsonapi_apiversion={version}&cpanel_jsonapi_module=Test&cpanel_jsonapi_func=test"
        )
    };
    let three = as_plain(&server, &call("3")).await.json();
    assert_eq!(
        (three["apiversion"].as_i64(), three["result"]["status"].as_i64()),
        (Some(3), Some(0)),
        "{three}"
    );
    let two = as_plain(&server, &call("2")).await.json();
    assert_eq!(
        two,
        json!({ "cpanelresult": {
            "apiversion": 2,
            "error": "Could not find function 'test' in module 'Test'",
            "func": "test",
            "module": "Test",
        } })
    );
    let one = as_plain(&server, &call("1")).await.json();
    assert_eq!(one["apiversion"], "1", "{one}");
    assert!(one["event"]["reason"].as_str().expect("a reason").contains("Undefined subroutine"), "{one}");
}

#[tokio::test]
async fn a_function_of_another_port_is_403_and_one_of_no_port_404() {
    let server = TestServer::start().await;
    for path in ["/json-api/listaccts?api.version=1", "/json-api/uapi_cpanel"] {
        let answer = as_plain(&server, path).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.reason.starts_with("Permission denied: right call, wrong port: use "), "{answer:?}");
        assert!(answer.reason.contains(&server.port(Whm, true).to_string()), "{answer:?}");
        let reason = answer.json()["cpanelresult"]["data"]["reason"].as_str().expect("a reason").to_owned();
        assert!(reason.starts_with("Permission denied"), "{reason}");
    }
    let uapi = as_root(&server, LIST_POPS).await;
    assert_eq!(uapi.status, 403, "{uapi:?}");
    assert!(
        uapi.json()["errors"][0].as_str().expect("an error").starts_with("Permission denied"),
        "{uapi:?}"
    );
    for (answer, words) in [
        (as_plain(&server, "/json-api/nosuchthing").await, "Function not found"),
        (as_root(&server, "/execute/Nosuch/thing").await, "Function not found"),
    ] {
        assert_eq!((answer.status, answer.reason.as_str()), (404, words), "{answer:?}");
        assert!(answer.text().contains(words), "{answer:?}");
    }
    // on Webmail, a function that only the account's own port has
    let add = server.client(Webmail).get("/execute/Email/add_pop").basic("user@plain.example", "mailpass");
    assert_eq!(add.send().await.status, 403);
}

#[tokio::test]
async fn a_path_that_is_nobodys_is_a_page_that_is_not_there() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    for path in ["/nothing", "/executes/Email/list_pops", "/json-api", "/frontend/x/index.html"] {
        let page = session.get(path).send().await;
        assert_eq!(page.status, 404, "{page:?}");
        assert!(page.header("Content-Type").expect("a type").starts_with("text/html"), "{page:?}");
        let stranger = session.client.get(path).send().await;
        assert_eq!(stranger.status, 401, "{stranger:?}");
        assert!(stranger.text().contains("action=\"/login/\""), "{stranger:?}");
    }
    assert_eq!(session.client.get("/").send().await.status, 200);
    assert_eq!(session.get("/").send().await.status, 200);
}

#[tokio::test]
async fn a_missing_privilege_is_named() {
    let server = TestServer::start().await;
    let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    let call = server.client(Whm).get("/json-api/listaccts?api.version=1");
    let call = call.header("Authorization", &format!("whm asder:{ASDER_TOKEN}"));
    assert_eq!(call.clone().send().await.json()["metadata"]["result"], 1);
    let few: portreeve_types::AclSet = [portreeve_types::Acl::CpanelApi].into_iter().collect();
    server.store().set_account_role(asder.id, portreeve_store::Role::Reseller(few)).await.unwrap();
    let refused = call.send().await;
    assert_eq!(
        (refused.status, refused.json()["metadata"]["result"].as_i64()),
        (200, Some(0)),
        "{refused:?}"
    );
    let reason = refused.json()["metadata"]["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("list-accts"), "{reason}");
}
