//! A table of what is done and what it leaves: each thing once, in whose name, and every event in a row.

use std::collections::BTreeSet;

use portreeve_store::Event;
use portreeve_testkit::{Call, Response, TestServer};
use serde_json::{Value, json};

use super::{administrators, left_by, logins, owners};

/// Events that no row has, and why.
const ELSEWHERE: [(&str, &str); 8] = [
    ("token_refused", "once an hour: the tests of uses"),
    ("call_without_code", "the tests of uses"),
    ("code_reused", "once an hour: the tests of refusals"),
    ("entries_left_out", "ten thousand entries at once: the store's tests"),
    ("role_changed", "done at the command line only: the store's tests"),
    ("access_hash_set", "done at the command line only"),
    ("trail_cut", "done at the command line, and by a server for itself: the store's tests"),
    ("keys_rotated", "done at the command line only: the tests of commands"),
];

/// The rows so far.
pub struct Table {
    /// The server that it is done on.
    pub server: TestServer,
    seen: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Table {
    /// Does something and compares what it leaves: the events in their order with some of their fields, all in the
    /// name of the same but where `by` is among the fields.
    pub async fn row(&mut self, call: Call, by: Value, leaves: &[(&str, Value)]) -> Response {
        let answer = std::cell::OnceCell::new();
        let left = left_by(&self.server, async {
            let _ = answer.set(call.send().await);
        });
        let left = left.await;
        let answer = answer.into_inner().unwrap();
        let as_expected = left.len() == leaves.len()
            && left.iter().zip(leaves).all(|(line, (event, fields))| {
                let mut fields = fields.as_object().unwrap().clone();
                let by = fields.remove("by").unwrap_or_else(|| by.clone());
                line["event"] == *event
                    && fields.iter().all(|(field, value)| line["entry"][field] == *value)
                    && is_by(&line["entry"]["by"], &by)
            });
        if !as_expected {
            self.wrong.push(format!("{by}, {leaves:?}:\n{left:#?}\n{answer:?}\n"));
        }
        self.seen.extend(left.iter().map(|line| line["event"].as_str().unwrap().to_owned()));
        answer
    }
}

/// Whether an entry is by somebody; the identities of request and session are whatever they are.
fn is_by(found: &Value, expected: &Value) -> bool {
    let mut found = found.clone();
    let identities = found.as_object_mut().unwrap();
    let request = identities.remove("request");
    identities.remove("session");
    request.is_some_and(|request| request.as_str().is_some_and(|id| id.len() == 16)) && found == *expected
}

/// Somebody, by these means.
pub fn by(who: &str, means: &str, service: &str) -> Value {
    json!({ "who": who, "means": means, "address": "127.0.0.1", "service": service })
}

/// Somebody of whom nothing is proven.
pub fn unproven(service: &str) -> Value {
    json!({ "means": "unproven", "address": "127.0.0.1", "service": service })
}

/// The same, in a function's call.
pub fn calling(by: &Value, call: &str) -> Value {
    let mut by = by.clone();
    by["call"] = call.into();
    by
}

#[tokio::test]
async fn whatever_is_done_leaves_its_entries_once_and_in_its_doers_name() {
    for on_postgres in [false, true] {
        let builder = TestServer::builder();
        let builder = if on_postgres { builder.on_postgres() } else { builder };
        let mut table = Table { server: builder.start().await, seen: BTreeSet::new(), wrong: Vec::new() };
        administrators::rows(&mut table).await;
        owners::rows(&mut table).await;
        logins::rows(&mut table).await;
        assert!(table.wrong.is_empty(), "{}", table.wrong.join("\n"));
        let elsewhere = ELSEWHERE.iter().map(|(event, _)| (*event).to_owned());
        let after_all: Vec<_> = elsewhere.clone().filter(|event| table.seen.contains(event)).collect();
        assert!(after_all.is_empty(), "these have a row after all: {after_all:?}");
        let all: BTreeSet<String> = Event::documented().map(|event| event.name.to_owned()).collect();
        let known: BTreeSet<String> = table.seen.into_iter().chain(elsewhere).collect();
        assert_eq!(all, known);
        let node = &table.server.store().trail_nodes().await.unwrap()[0];
        assert!(table.server.store().verify_trail(node, &[]).await.is_ok());
    }
}
