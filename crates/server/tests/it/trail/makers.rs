//! Who is behind what is done in another's name: over the API socket, and through links.

use portreeve_testkit::{Session, TestServer};
use serde_json::{Value, json};

use super::left_by;
use crate::sessions::links::{linked, path};
use crate::support::*;

/// The only entry of an event, without the rest of what was left.
#[track_caller]
fn one(left: &[Value], event: &str) -> Value {
    let mut found = left.iter().filter(|entry| entry["event"] == event);
    let entry = found.next().unwrap_or_else(|| panic!("no {event} in {left:#?}"));
    assert!(found.next().is_none(), "{left:#?}");
    entry["entry"].clone()
}

#[tokio::test]
async fn over_the_socket_the_kernels_word_is_told_and_not_an_address() {
    on_each_database(async |server: TestServer| {
        let socket = server.socket_client();
        let uid = rustix::process::getuid().as_raw();
        for (user, call, event, possessor) in [
            (
                "plain",
                "/execute/Email/add_pop?email=new&password=a-long-enough-secret",
                "mailbox_created",
                json!("root"),
            ),
            (
                "root",
                "/json-api/set_tweaksetting?api.version=1&key=minpwstrength&value=60",
                "setting_changed",
                Value::Null,
            ),
        ] {
            let done = socket.get(call).header("Authorization", &format!("peer {user}"));
            let left = left_by(&server, done.send()).await;
            for event in [event, "credential_used"] {
                let by = &one(&left, event)["by"];
                assert_eq!((&by["who"], &by["possessor"]), (&json!(user), &possessor), "{event}");
                assert_eq!((&by["means"], &by["system_user"]), (&json!("system_user"), &json!(uid)));
                assert_eq!(by.get("address"), None, "{by}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_of_a_link_names_the_link_and_what_that_was_made_with() {
    on_each_database(async |server: TestServer| {
        let root = server.session(Whm, "root").await;
        let fields = [("token_name", "billing")];
        let made = root.post("/json-api/api_token_create?api.version=1").form(&fields).send().await.json();
        let token = made["data"]["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();

        let call = "/json-api/create_user_session?api.version=1&user=plain&service=cpaneld";
        let call = server.client(Whm).get(call).header("Authorization", &format!("whm root:{token}"));
        let answer = std::cell::OnceCell::new();
        let left = left_by(&server, async { drop(answer.set(call.send().await.json())) }).await;
        let link = one(&left, "link_made");
        let by_token = json!({ "session": null, "token": "billing", "access_hash": false });
        assert_eq!((&link["made_with"], &link["by"]["token"]), (&by_token, &json!("billing")));
        assert_eq!(link["link"].as_str().map(str::len), Some(8));

        let url = answer.into_inner().unwrap()["data"]["url"].as_str().unwrap().to_owned();
        let client = server.client(Cpanel);
        let answer = std::cell::OnceCell::new();
        let taken_up = client.get(path(&url));
        let left = left_by(&server, async { drop(answer.set(taken_up.send().await)) }).await;
        let opened = one(&left, "session_opened");
        assert_eq!((&opened["link"], &opened["made_with"]), (&link["link"], &by_token));
        let by = &opened["by"];
        assert_eq!(
            (&by["who"], &by["possessor"], &by["means"]),
            (&json!("plain"), &json!("root"), &json!("link"))
        );

        // and from there on: the next link's session came of the same token
        let session = Session::from_answer(client, Cpanel, &answer.into_inner().unwrap()).unwrap();
        let left = left_by(&server, session.get("/xferwebmail").send()).await;
        let further = one(&left, "link_made");
        assert_eq!(further["made_with"]["session"], opened["session"]);
        assert_eq!(further["made_with"]["token"], "billing");

        let left = left_by(&server, linked(&server, &root, "plain", Cpanel)).await;
        let (link, opened) = (one(&left, "link_made"), one(&left, "session_opened"));
        assert_eq!(opened["link"], link["link"]);
        assert_eq!(opened["made_with"]["session"], link["by"]["session"]);
        assert_eq!(opened["made_with"]["token"], Value::Null);
        // one by a form has neither
        let left = left_by(&server, server.session(Cpanel, "plain")).await;
        let opened = one(&left, "session_opened");
        assert_eq!((&opened["link"], &opened["made_with"]), (&Value::Null, &Value::Null));
    })
    .await;
}
