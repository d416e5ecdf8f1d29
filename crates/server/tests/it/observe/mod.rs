//! Health and metrics, on a listener of their own.

mod counting;
mod documented;
mod door;
mod health;

use std::collections::BTreeMap;

use portreeve_testkit::TestServer;

/// The samples as they are now: name with labels, and number.
async fn scrape(server: &TestServer) -> BTreeMap<String, f64> {
    let answer = server.monitor().get("/metrics").send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = answer.text();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (name, number) = line.rsplit_once(' ').expect("a sample");
            (name.to_owned(), number.parse().expect("a number"))
        })
        .collect()
}

/// What moves by itself: a connection is gone some time after its answer, and the records have upkeep.
const MOVES: [&str; 3] = ["process_", "portreeve_records_", "portreeve_connections_open"];

/// What a deed moved, without what moves by itself.
async fn moved(server: &TestServer, deed: impl Future<Output = ()>) -> Vec<(String, f64)> {
    let before = scrape(server).await;
    deed.await;
    let after = scrape(server).await;
    assert_eq!(before.len(), after.len());
    after
        .into_iter()
        .map(|(name, number)| (number - before[&name], name))
        .filter(|(change, name)| *change != 0.0 && !MOVES.iter().any(|prefix| name.starts_with(prefix)))
        .map(|(change, name)| (name.trim_start_matches("portreeve_").to_owned(), change))
        .collect()
}
