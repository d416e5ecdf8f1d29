//! The functions that show and change the throttle, end to end.

use portreeve_testkit::{Response, Session, TestServer};
use serde_json::{Value, json};

use crate::support::*;

const STRANGE: &str = "127.77.0.1";

async fn call(session: &Session, name: &str, fields: &[(&str, &str)]) -> Response {
    session.post(&format!("/json-api/{name}?api.version=1")).form(fields).send().await
}

async fn done(session: &Session, name: &str, fields: &[(&str, &str)]) -> Value {
    let answer = call(session, name, fields).await;
    assert_eq!((answer.status, answer.json()["metadata"]["result"].as_i64()), (200, Some(1)), "{answer:?}");
    answer.json()["data"].clone()
}

/// Wrong passwords of as many names.
async fn spray(server: &TestServer, number: usize) {
    let client = server.client(Cpanel).from(STRANGE);
    for name in 0..number {
        assert_login_refused(&log_in(&client, &format!("user{name}"), "wrong").await, "invalid_login");
    }
}

#[tokio::test]
async fn what_holds_somebody_back_is_shown_and_an_administrator_lifts_it() {
    on_each_database(async |server: TestServer| {
        let root = server.session(Whm, "root").await;
        let stranger = server.client(Cpanel).from(STRANGE);
        log_in(&stranger, "plain", "wrong").await;
        spray(&server, 19).await;
        let failed = done(&root, "get_cphulk_failed_logins", &[]).await;
        let failed = failed["failed_logins"].as_array().expect("a list").clone();
        assert_eq!(failed.len(), 20);
        let plain = failed.iter().find(|item| item["user"] == "plain").expect("the one that exists");
        assert_eq!(
            *plain,
            json!({
                "authservice": "cpaneld", "exptime": "2026-01-15 12:15:05", "guess": "password",
                "ip": STRANGE, "logintime": "2026-01-15 12:00:05", "service": "cpaneld", "timeleft": 15,
                "user": "plain",
            })
        );
        assert_eq!(failed.iter().filter(|item| item["user"] == "").count(), 19);
        let brutes = done(&root, "get_cphulk_brutes", &[]).await;
        assert_eq!(brutes["brutes"][0]["ip"], STRANGE);
        assert_eq!(brutes["brutes"][0]["timeleft"], 1);
        assert_eq!(done(&root, "get_cphulk_excessive_brutes", &[]).await["excessive_brutes"], json!([]));

        assert_eq!(log_in(&stranger, "plain", "plainpass").await.retry_after(), Some(2));
        let lifted = done(&root, "flush_cphulk_login_history_for_ips", &[("ip", STRANGE)]).await;
        // twenty names, through them the passwords of root, of plain's owner and of nobody, the address and its
        // neighbourhood, and what is listed
        assert_eq!(lifted["records_removed"], 45);
        assert_logged_in(&log_in(&stranger, "plain", "plainpass").await);
        assert_eq!(done(&root, "get_cphulk_brutes", &[]).await["brutes"], json!([]));

        for number in 0..50 {
            log_in(&server.client(Cpanel).from(&format!("127.78.{number}.1")), "asder", "wrong").await;
        }
        let names = done(&root, "get_cphulk_user_brutes", &[]).await;
        assert_eq!(names["user_brutes"][0]["user"], "asder");
        assert!(done(&root, "flush_cphulk_login_history", &[]).await["records_removed"].as_u64() > Some(50));
        assert_eq!(done(&root, "get_cphulk_user_brutes", &[]).await["user_brutes"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_lists_are_kept_with_json_and_read_as_xml() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let body = json!({ "api.version": 1, "list_name": "black", "records": [
        { "ip": "127.77.0.0/30", "comment": "scanners & such" }, { "ip": "2001:db8::/32" }, { "ip": "nowhere" },
    ] });
    let answer = root.post("/json-api/batch_create_cphulk_records").json(&body).send().await;
    let data = &answer.json()["data"];
    assert_eq!(data["ips_added"][0], "127.77.0.0-127.77.0.3", "{answer:?}");
    assert_eq!(data["original_ips_added"], json!(["127.77.0.0/30", "2001:db8::/32"]));
    assert!(data["ips_failed"]["nowhere"].is_string(), "{answer:?}");
    let stranger = server.client(Cpanel).from(STRANGE);
    assert_login_refused(&log_in(&stranger, "plain", "plainpass").await, "invalid_login");

    let xml = root.get("/xml-api/read_cphulk_records?api.version=1&list_name=black").send().await;
    assert!(xml.text().contains(">scanners &amp; such<"), "{xml:?}");
    assert!(xml.text().contains("<list_name>black</list_name>"), "{xml:?}");
    let xml = root.get("/xml-api/cphulk_status?api.version=1").send().await;
    assert!(xml.text().contains("<is_enabled>1</is_enabled>"), "{xml:?}");

    let removed =
        done(&root, "delete_cphulk_record", &[("list_name", "black"), ("ip", "127.77.0.0/30")]).await;
    assert_eq!(removed["ips_removed"], json!(["127.77.0.0-127.77.0.3"]));
    assert_logged_in(&log_in(&stranger, "plain", "plainpass").await);
}

#[tokio::test]
async fn switched_off_it_says_so_and_the_rules_rest() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    done(&root, "disable_cphulk", &[]).await;
    assert_eq!(done(&root, "cphulk_status", &[]).await, json!({ "is_enabled": 0, "service": "cPHulk" }));
    let fields = [("list_name", "black"), ("ip", "192.0.2.1")];
    let refused = call(&root, "create_cphulk_record", &fields).await;
    assert_eq!(refused.json()["metadata"]["reason"], "cPHulk is disabled on the server.");
    done(&root, "create_cphulk_record", &[&fields[..], &[("skip_enabled_check", "1")]].concat()).await;
    spray(&server, 21).await;
    done(&root, "enable_cphulk", &[]).await;
    spray(&server, 1).await;
    let config = done(&root, "save_cphulk_config", &[("max_failures_byip", "1")]).await;
    assert_eq!(config["cphulk_config"]["max_failures_byip"], 1);
    let stranger = server.client(Cpanel).from(STRANGE);
    assert!(log_in(&stranger, "plain", "plainpass").await.retry_after().is_some());
}

#[tokio::test]
async fn a_token_reads_and_blacklists_and_lifts_no_rule() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let made = done(&root, "api_token_create", &[("token_name", "hulk")]).await;
    let token = made["token"].as_str().expect("a token").to_owned();
    let client = server.client(Whm);
    for (call, allowed) in [
        ("cphulk_status", true),
        ("load_cphulk_config", true),
        ("get_cphulk_failed_logins", true),
        ("read_cphulk_records&list_name=white", true),
        ("create_cphulk_record&list_name=black&ip=192.0.2.1", true),
        ("delete_cphulk_record&list_name=black&ip=192.0.2.1", true),
        ("create_cphulk_record&list_name=black&ip=10.0.0.0/16", true),
        ("create_cphulk_record&list_name=black&ip=10.0.0.0/15", false),
        ("create_cphulk_record&list_name=black&ip=2001:db8::/31", false),
        ("enable_cphulk", true),
        ("create_cphulk_record&list_name=white&ip=192.0.2.1", false),
        ("delete_cphulk_record&list_name=white&ip=192.0.2.1", false),
        ("save_cphulk_config&max_failures_byip=1000", false),
        ("flush_cphulk_login_history", false),
        ("flush_cphulk_login_history_for_ips&ip=192.0.2.1", false),
        ("disable_cphulk", false),
    ] {
        let (name, query) = call.split_once('&').unwrap_or((call, ""));
        let path = format!("/json-api/{name}?api.version=1&{query}");
        let answer = client.get(&path).header("Authorization", &format!("whm root:{token}")).send().await;
        let result = answer.json()["metadata"]["result"].as_i64();
        assert_eq!(result, Some(i64::from(allowed)), "{call}: {answer:?}");
    }
}
