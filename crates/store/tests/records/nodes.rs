//! Several nodes on one PostgreSQL database.

use std::time::{Duration, Instant};

use portreeve_crypt::ExposeSecret;
use portreeve_store::{Authority, Location, SessionLookup, Store};
use portreeve_testkit::{Database, Postgres};
use portreeve_types::Service;
use sqlx::Connection;

use crate::world::World;

async fn world() -> (World, Database) {
    let database = Postgres::database().unwrap();
    (World::new(Location::Postgres(database.url.clone())).await, database)
}

/// Asks until the answer is yes; a test that waits in vain fails.
#[expect(clippy::disallowed_methods, reason = "a test's own patience")]
async fn eventually(what: &str, mut asked: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !asked().await {
        assert!(begin.elapsed() < Duration::from_secs(20), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a store answers a question about an account without SQL.
async fn answers_from_memory(store: &Store, user: &str) -> bool {
    let user = user.parse().unwrap();
    store.account(&user).await.unwrap();
    let before = store.queries();
    store.account(&user).await.unwrap();
    // the beat may add statements, never take them away
    store.queries() == before
}

#[tokio::test]
async fn what_one_node_changes_the_other_no_longer_believes() {
    let (world, _database) = world().await;
    let (here, there) = (&world.store, world.open_again().await);
    let account = world.account("cptest").await;
    let mailbox = world.mailbox(&account, "info").await;
    let opened = world.session(&account).await;
    let cookie = opened.cookie.expose_secret();
    let found =
        async || matches!(there.session(Service::Cpanel, cookie).await.unwrap(), SessionLookup::Found(_));

    assert!(found().await);
    assert_eq!(there.mailboxes(account.id).await.unwrap().len(), 1);
    assert_eq!(there.policies().await.unwrap().otp_window, 1);
    assert!(there.account(&account.user).await.unwrap().unwrap().suspension.is_none());

    here.end_session(&opened.session).await.unwrap();
    eventually("the session ends there", async || !found().await).await;
    here.remove_mailbox(mailbox.id).await.unwrap();
    eventually("the mailbox goes there", async || there.mailboxes(account.id).await.unwrap().is_empty())
        .await;
    here.set_setting("otp.window", "2").await.unwrap();
    eventually("the setting holds there", async || there.policies().await.unwrap().otp_window == 2).await;
    here.suspend_account(account.id, "a reason", false, Authority::Owner).await.unwrap();
    let suspended = async || there.account(&account.user).await.unwrap().unwrap().suspension.is_some();
    eventually("the account is suspended there", suspended).await;
}

/// Ends the connections that listen, as a restart or a broken network would; answers how many.
async fn kill_listeners(url: &str) -> i64 {
    let kill = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(kill).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn a_node_that_lost_its_listener_reads_the_database_and_recovers() {
    let (world, database) = world().await;
    let there = world.open_again().await;
    let account = world.account("cptest").await;
    eventually("it answers from memory", async || answers_from_memory(&there, "cptest").await).await;
    let suspended = async || there.account(&account.user).await.unwrap().unwrap().suspension.is_some();
    for round in 0..4 {
        assert!(kill_listeners(&database.url).await > 0, "somebody listened");
        // written while nobody listens, or while somebody does so again: the change must never be missed
        tokio::time::sleep(Duration::from_millis(7 * round)).await;
        let now = round % 2 == 0;
        let changed = match now {
            true => world.store.suspend_account(account.id, "a reason", false, Authority::Owner).await,
            false => world.store.unsuspend_account(account.id, Authority::Owner).await,
        };
        assert!(changed.unwrap());
        eventually("the change is seen there", async || suspended().await == now).await;
        eventually("it answers from memory again", async || answers_from_memory(&there, "cptest").await)
            .await;
        assert_eq!(suspended().await, now);
    }
}
