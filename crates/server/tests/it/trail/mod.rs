//! What is left in the audit trail by whatever is done over HTTP.

mod administrators;
mod logins;
mod makers;
mod owners;
mod refusals;
mod table;
mod uses;

use portreeve_testkit::TestServer;
use portreeve_types::Timestamp;
use serde_json::Value;

/// The entries that something leaves, in their order: `event` and `entry` of each, as an export has them.
pub async fn left_by(server: &TestServer, done: impl Future) -> Vec<Value> {
    let before = written(server).await.len();
    done.await;
    written(server).await.split_off(before)
}

/// All entries of the server, once those are written that wait to be.
async fn written(server: &TestServer) -> Vec<Value> {
    let store = server.store();
    store.upkeep().await.unwrap();
    let nodes = store.trail_nodes().await.unwrap();
    let [node] = nodes.as_slice() else { panic!("{nodes:?}") };
    let mut all = Vec::new();
    loop {
        let after = i64::try_from(all.len()).unwrap();
        let page = store.trail(node, after, Timestamp::from_seconds(0)).await.unwrap();
        if page.is_empty() {
            return all;
        }
        let lines = page.iter().map(|entry| entry.to_line().unwrap());
        all.extend(lines.map(|line| serde_json::from_str::<Value>(&line).unwrap()));
    }
}

/// Their events.
pub fn events(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}
