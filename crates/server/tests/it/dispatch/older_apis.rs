//! API 1 and API 2 through `cpanel`, on cPanel's own port and through WHM.

use portreeve_testkit::{Response, TestServer};
use serde_json::{Value, json};

use crate::support::*;

async fn as_plain(server: &TestServer, query: &str) -> Value {
    let call = server.client(Cpanel).get(&format!("/json-api/cpanel?{query}"));
    said(call.basic("plain", "plainpass").send().await)
}

#[track_caller]
fn said(answer: Response) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn api2(function: &str, arguments: &str) -> String {
    format!("cpanel_jsonapi_module=Email&cpanel_jsonapi_func={function}&{arguments}")
}

fn addpop(arguments: &str) -> String {
    format!("cpanel_jsonapi_apiversion=1&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=addpop&{arguments}")
}

#[tokio::test]
async fn api_2_makes_lists_and_removes_a_mailbox() {
    let server = TestServer::start().await;
    let made = as_plain(
        &server,
        &api2("addpop", "domain=plain.example&email=office&password=a-long-enough-secret&quota=25"),
    )
    .await;
    assert_eq!(
        made["cpanelresult"],
        json!({
            "apiversion": 2, "func": "addpop", "module": "Email",
            "data": [{ "result": 1, "reason": "" }], "event": { "result": 1 },
        })
    );
    let listed = as_plain(&server, &api2("listpops", "regex=office")).await;
    assert_eq!(listed["cpanelresult"]["data"][0]["email"], "office@plain.example", "{listed}");
    assert_logged_in(&log_in(&server.client(Webmail), "office@plain.example", "a-long-enough-secret").await);
    let delpop = api2("delpop", "domain=plain.example&email=office");
    let removed = as_plain(&server, &delpop).await;
    assert_eq!(removed["cpanelresult"]["data"][0]["result"], 1, "{removed}");
    let again = as_plain(&server, &delpop).await;
    let reason = "The mailbox “office@plain.example” does not exist.";
    assert_eq!(
        again["cpanelresult"],
        json!({
            "apiversion": 2, "func": "delpop", "module": "Email", "error": reason,
            "data": [{ "result": 0, "reason": reason }], "event": { "result": 1 },
        })
    );
}

#[tokio::test]
async fn api_1_takes_its_arguments_by_place_and_zero_is_no_quota() {
    let server = TestServer::start().await;
    let query = addpop(
        "cpanel_jsonapi_user=plain&arg-0=office&arg-1=a-long-enough-secret&arg-2=0&arg-3=plain.example",
    );
    let call = server.client(Whm).get(&format!("/json-api/cpanel?{query}"));
    let made = said(call.basic("root", "sandbox").send().await);
    assert_eq!(
        made,
        json!({
            "apiversion": "1", "type": "event", "module": "Email", "func": "addpop", "source": "module",
            "data": { "result": "office+plain.example" }, "event": { "result": 1 },
        })
    );
    assert_logged_in(&log_in(&server.client(Webmail), "office@plain.example", "a-long-enough-secret").await);
    for (arguments, error) in [
        ("arg-0=office&arg-1=a-long-enough-secret", "The mailbox “office@plain.example” already exists."),
        (
            "arg-0=b&arg-1=a-long-enough-secret&arg-2=0&arg-3=cptest.example",
            "You do not own the domain “cptest.example”.",
        ),
        ("arg-0=b&arg-1=a-long-enough-secret&arg-2=much", "The “arg-2 (quota)” argument is invalid: "),
        ("email=b&password=a-long-enough-secret", "The “arg-0 (email)” argument is required."),
    ] {
        let failed = as_plain(&server, &addpop(arguments)).await;
        assert!(failed["error"].as_str().expect("an error").starts_with(error), "{failed}");
        assert_eq!(failed["event"], json!({ "result": 0, "reason": failed["error"] }), "{failed}");
        assert_eq!(failed["data"]["result"], "", "{failed}");
    }
}

#[tokio::test]
async fn a_cpanel_token_runs_uapi_and_api_2_and_is_told_that_api_1_is_not_for_it() {
    let server = TestServer::start().await;
    let create = server.client(Cpanel).get("/execute/Tokens/create_full_access?name=script");
    let created = create.basic("plain", "plainpass").send().await.json();
    let token = created["data"]["token"].as_str().expect("a token");
    let call = async |query: &str| {
        let call = server.client(Cpanel).get(&format!("/json-api/cpanel?{query}"));
        said(call.header("Authorization", &format!("cpanel plain:{token}")).send().await)
    };
    let two = call(&api2("listpops", "")).await;
    assert_eq!(two["cpanelresult"]["data"][0]["email"], "plain", "{two}");
    let three =
        call("cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=list_pops").await;
    assert_eq!(three["result"]["status"], 1, "{three}");
    let one = call(&addpop("arg-0=office&arg-1=a-long-enough-secret")).await;
    let error = one["error"].as_str().expect("an error");
    assert!(error.starts_with("Permission denied: an API token is for UAPI and API 2"), "{one}");
    let listed = call(&api2("listpops", "regex=office")).await;
    assert_eq!(listed["cpanelresult"]["data"], json!([]), "{listed}");
    // WHM's token acts on behalf of an account, as it does for the other APIs
    let query = addpop("cpanel_jsonapi_user=plain&arg-0=office&arg-1=a-long-enough-secret");
    let whm = server.client(Whm).get(&format!("/json-api/cpanel?{query}"));
    let whm = said(whm.header("Authorization", &format!("whm asder:{ASDER_TOKEN}")).send().await);
    assert_eq!(whm["event"]["result"], 1, "{whm}");
}

#[tokio::test]
async fn a_mailboxs_user_lists_itself_in_webmail_and_makes_none() {
    let server = TestServer::start().await;
    let call = async |query: &str| {
        let call = server.client(Webmail).get(&format!("/json-api/cpanel?{query}"));
        call.basic("user@plain.example", "mailpass").send().await
    };
    let listed = said(call(&api2("listpops", "")).await);
    let expected = json!([{
        "email": "user@plain.example", "login": "user@plain.example", "suspended_incoming": 0, "suspended_login": 0,
    }]);
    assert_eq!(listed["cpanelresult"]["data"], expected, "{listed}");
    for query in [
        api2("addpop", "email=b&password=a-long-enough-secret"),
        addpop("arg-0=b&arg-1=a-long-enough-secret"),
    ] {
        let refused = call(&query).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        assert!(refused.reason.starts_with("Permission denied: right call, wrong port"), "{refused:?}");
    }
}
