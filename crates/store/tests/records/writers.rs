//! Writers that wait for one another, on PostgreSQL: SQLite has one at a time.

use std::time::Duration;

use portreeve_store::Location;
use portreeve_testkit::Postgres;
use sqlx::{Connection, Executor, PgConnection};

use crate::trail::entries;
use crate::world::World;

/// A transaction of somebody else's, in which this was done and which is not committed.
async fn held(url: &str, statement: &'static str) -> PgConnection {
    let mut other = PgConnection::connect(url).await.unwrap();
    other.execute("BEGIN").await.unwrap();
    other.execute(statement).await.unwrap();
    other
}

#[tokio::test]
async fn of_two_changes_of_a_setting_at_once_the_second_tells_what_the_first_one_set() {
    let database = Postgres::database().unwrap();
    let world = World::new(Location::Postgres(database.url.clone())).await;
    for (round, statement) in [
        (0, "INSERT INTO settings (name, setting) VALUES ('otp.window', '2')"),
        (1, "UPDATE settings SET setting = '2' WHERE name = 'otp.window'"),
    ] {
        let mut other = held(&database.url, statement).await;
        let writer = world.store.clone();
        let second = tokio::spawn(async move { writer.set_setting("otp.window", "1").await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!second.is_finished(), "it does not wait for the first");
        other.execute("COMMIT").await.unwrap();
        second.await.unwrap().unwrap();
        let told = entries(&world.store).await;
        assert_eq!(told.len(), round + 1, "{told:?}");
        let (event, entry) = &told[round];
        assert_eq!(event, "setting_changed");
        assert_eq!((&entry["old"], &entry["new"]), (&"2".into(), &"1".into()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_that_wait_for_the_head_of_the_trail_leave_connections_to_those_who_read() {
    let database = Postgres::database().unwrap();
    let world = World::new(Location::Postgres(database.url.clone())).await;
    world.account("plain").await;
    let mut other = held(&database.url, "SELECT * FROM trail_heads FOR UPDATE").await;
    let writers: Vec<_> = (0..30)
        .map(|number| {
            let writer = world.store.clone();
            tokio::spawn(async move { writer.set_setting(&format!("test.{number}"), "1").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let read = tokio::time::timeout(Duration::from_secs(5), world.store.trail_heads()).await;
    assert_eq!(read.expect("no connection is left").unwrap().len(), 1);
    assert!(writers.iter().all(|writer| !writer.is_finished()));
    other.execute("COMMIT").await.unwrap();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(entries(&world.store).await.len(), 31);
}
