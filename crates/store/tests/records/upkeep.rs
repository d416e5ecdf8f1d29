//! What runs beside the requests.

use std::time::Duration;

use portreeve_crypt::ExposeSecret;
use portreeve_store::{Location, SessionLookup};
use portreeve_types::Service;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::world::World;

#[tokio::test]
async fn a_store_that_is_closed_in_the_middle_of_its_upkeep_loses_no_last_seen_time() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("records.sqlite");
    let world = World::new(Location::Sqlite(file.clone())).await;
    let account = world.account("cptest").await;
    let opened = world.session(&account).await;
    let cookie = opened.cookie.expose_secret();
    world.pass(Duration::from_secs(20 * 60));
    let SessionLookup::Found(session) = world.store.session(Service::Cpanel, cookie).await.unwrap() else {
        panic!("no session")
    };
    world.store.note_use(&session);

    // another process writes, so that the upkeep has to wait in the middle
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let closing = tokio::spawn({
        let store = world.store.clone();
        async move { store.close().await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!closing.is_finished(), "there is something to write");
    other.execute("ROLLBACK").await.unwrap();
    closing.await.unwrap().unwrap();

    world.pass(Duration::from_secs(20 * 60));
    let lookup = world.open_again().await.session(Service::Cpanel, cookie).await.unwrap();
    assert!(matches!(lookup, SessionLookup::Found(_)));
}
