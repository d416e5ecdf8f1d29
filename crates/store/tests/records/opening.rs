//! Opening the records.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use portreeve_crypt::{Keyring, SystemEntropy};
use portreeve_store::{Location, Store, StoreError};
use portreeve_testkit::Postgres;
use portreeve_types::SystemClock;

use crate::world::{node, on_each_database};

async fn open(location: &Location, keyring: &Arc<Keyring>) -> Result<Store, StoreError> {
    let entropy = Arc::new(SystemEntropy);
    Store::open(location, keyring.clone(), Arc::new(SystemClock), entropy, node("here")).await
}

/// Opens records that are not there yet several times at once.
async fn open_eight_times_at_once(location: &Location) {
    let keyring = Arc::new(Keyring::generate(&SystemEntropy));
    let stores: Vec<_> = (0..8)
        .map(|_| {
            let (location, keyring) = (location.clone(), keyring.clone());
            tokio::spawn(async move { open(&location, &keyring).await.map(|_| ()) })
        })
        .collect();
    for store in stores {
        store.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_at_once_on_new_records_all_come_up() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("records.sqlite");
    open_eight_times_at_once(&Location::Sqlite(file.clone())).await;
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else may read them");
    let database = Postgres::database().unwrap();
    open_eight_times_at_once(&Location::Postgres(database.url.clone())).await;
}

#[tokio::test]
async fn a_node_with_another_key_is_refused_and_told_both_names() {
    on_each_database(async |world| {
        let other = Arc::new(Keyring::generate(&SystemEntropy));
        let error = open(&world.location, &other).await.err().unwrap();
        let text = error.to_string();
        assert!(text.contains(world.keyring.id()) && text.contains(other.id()), "{text}");
        assert!(matches!(error, StoreError::OtherKey { .. }));
        assert!(open(&world.location, &world.keyring).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn records_of_a_newer_program_are_refused() {
    on_each_database(async |world| {
        let insert = "INSERT INTO migrations (number, applied) VALUES (9999, 0)";
        crate::world::run(&world.location, insert.to_owned()).await;
        let error = open(&world.location, &world.keyring).await.err();
        assert!(matches!(error, Some(StoreError::Newer(9999))));
    })
    .await;
}

#[tokio::test]
async fn a_failure_shows_callers_nothing_of_the_database() {
    on_each_database(async |world| {
        crate::world::run(&world.location, "DROP TABLE throttle".to_owned()).await;
        let attempt = portreeve_store::Attempt {
            guess: portreeve_store::Guess::Password,
            login: "cptest",
            address: "192.0.2.1".parse().unwrap(),
            service: portreeve_types::Service::Cpanel,
        };
        let permit = world.store.reserve(attempt).await.unwrap();
        let error = world.store.failed(permit).await.unwrap_err();
        assert_eq!(error.public(), "The records are unavailable right now.");
        assert!(error.to_string().contains("throttle"), "the log is told: {error}");
    })
    .await;
}
