//! Sessions.

use std::time::Duration;

use portreeve_crypt::ExposeSecret;
use portreeve_store::{Opening, SessionLookup, Store};
use portreeve_types::{Service, Subject};

use crate::world::on_each_database;

const MINUTE: Duration = Duration::from_secs(60);

/// What a cookie is to a store, in a word, when a request comes with it that is let in.
async fn state(store: &Store, cookie: &str) -> &'static str {
    match store.session(Service::Cpanel, cookie).await.unwrap() {
        SessionLookup::Found(session) => {
            store.note_use(&session);
            "found"
        }
        SessionLookup::Expired => "expired",
        SessionLookup::Unknown => "unknown",
    }
}

#[tokio::test]
async fn a_session_call_makes_no_sql_query() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        let before = world.store.queries();
        for _ in 0..100 {
            let lookup = world.store.session(Service::Cpanel, opened.cookie.expose_secret()).await.unwrap();
            let SessionLookup::Found(session) = lookup else { panic!("no session") };
            assert_eq!(session.security_token.digits(), opened.security_token.digits());
        }
        assert_eq!(world.store.queries(), before);
    })
    .await;
}

#[tokio::test]
async fn a_session_outlives_the_process_with_all_it_knows() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        let again = world.open_again().await;
        let lookup = again.session(Service::Cpanel, opened.cookie.expose_secret()).await.unwrap();
        let SessionLookup::Found(session) = lookup else { panic!("no session") };
        assert_eq!((session.subject, session.account), (Subject::Account(account.id), account.id));
        assert_eq!((session.login.to_string().as_str(), session.opening), ("cptest", Opening::Form));
        assert_eq!((session.tls, session.factor, session.service), (true, false, Service::Cpanel));
        assert_eq!(session.address.to_string(), "192.0.2.1");
        assert_eq!(session.security_token.digits(), opened.security_token.digits());
    })
    .await;
}

#[tokio::test]
async fn a_cookie_needs_both_halves_its_name_and_its_service() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mine = world.session(&account).await;
        let other = world.session(&account).await;
        let cookie = mine.cookie.expose_secret().to_owned();
        let (front, secret) = cookie.split_once("%2c").unwrap();
        let (_, other_secret) = other.cookie.expose_secret().split_once("%2c").unwrap();
        assert_eq!(state(&world.store, &cookie).await, "found");
        assert_eq!(state(&world.store, &cookie.replace("%3a", "%3A").replace("%2c", "%2C")).await, "found");
        for bad in [
            front.to_owned(),
            format!("{front}%2c"),
            format!("{front}%2c{other_secret}"),
            format!("{front}%2c{}", "0".repeat(32)),
            cookie.replace("cptest", "root"),
            secret.to_owned(),
            String::new(),
        ] {
            assert_eq!(state(&world.store, &bad).await, "unknown", "{bad:?}");
        }
        let elsewhere = world.store.session(Service::Whm, &cookie).await.unwrap();
        assert!(matches!(elsewhere, SessionLookup::Unknown));
    })
    .await;
}

#[tokio::test]
async fn a_session_expires_when_it_rests_for_half_an_hour_and_after_a_day() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let resting = world.session(&account).await;
        world.pass(30 * MINUTE - Duration::from_secs(1));
        assert_eq!(state(&world.store, resting.cookie.expose_secret()).await, "found");
        world.pass(30 * MINUTE);
        assert_eq!(state(&world.store, resting.cookie.expose_secret()).await, "expired");

        let busy = world.session(&account).await;
        for _ in 0..57 {
            world.pass(25 * MINUTE);
            assert_eq!(state(&world.store, busy.cookie.expose_secret()).await, "found");
        }
        world.pass(15 * MINUTE);
        assert_eq!(state(&world.store, busy.cookie.expose_secret()).await, "expired");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_only_looked_at_goes_on_resting() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        world.pass(20 * MINUTE);
        let lookup = world.store.session(Service::Cpanel, opened.cookie.expose_secret()).await.unwrap();
        assert!(matches!(lookup, SessionLookup::Found(_)));
        world.pass(10 * MINUTE);
        assert_eq!(state(&world.store, opened.cookie.expose_secret()).await, "expired");
    })
    .await;
}

#[tokio::test]
async fn how_long_sessions_last_is_a_setting() {
    on_each_database(async |world| {
        world.store.set_setting("session.idle_minutes", "5").await.unwrap();
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        world.pass(5 * MINUTE);
        assert_eq!(state(&world.store, opened.cookie.expose_secret()).await, "expired");
    })
    .await;
}

#[tokio::test]
async fn last_seen_times_are_written_by_the_upkeep_and_seen_by_another_store() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        let cookie = opened.cookie.expose_secret();
        let other = world.open_again().await;
        assert_eq!(state(&other, cookie).await, "found");
        world.pass(20 * MINUTE);
        assert_eq!(state(&world.store, cookie).await, "found");
        world.store.upkeep().await.unwrap();
        world.pass(20 * MINUTE);
        assert_eq!(state(&other, cookie).await, "found");
    })
    .await;
}

#[tokio::test]
async fn closing_writes_the_last_seen_times() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        world.pass(20 * MINUTE);
        assert_eq!(state(&world.store, opened.cookie.expose_secret()).await, "found");
        world.store.close().await.unwrap();
        world.pass(20 * MINUTE);
        let again = world.open_again().await;
        assert_eq!(state(&again, opened.cookie.expose_secret()).await, "found");
    })
    .await;
}

#[tokio::test]
async fn the_row_of_an_expired_session_is_swept_a_day_later() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        world.pass(31 * MINUTE);
        world.store.upkeep().await.unwrap();
        assert_eq!(state(&world.open_again().await, opened.cookie.expose_secret()).await, "expired");
        world.pass(24 * 60 * MINUTE);
        world.store.upkeep().await.unwrap();
        assert_eq!(state(&world.open_again().await, opened.cookie.expose_secret()).await, "unknown");
    })
    .await;
}

#[tokio::test]
async fn ended_sessions_are_unknown_at_once_and_one_may_be_left_out() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        let (kept, other) = (world.session(&account).await, world.session(&account).await);
        assert_eq!(world.store.sessions_of(subject).await.unwrap().len(), 2);
        assert_eq!(world.store.end_sessions_of(subject, Some(&kept.session)).await.unwrap(), 1);
        assert_eq!(state(&world.store, other.cookie.expose_secret()).await, "unknown");
        assert_eq!(state(&world.store, kept.cookie.expose_secret()).await, "found");
        assert!(world.store.end_session(&kept.session).await.unwrap());
        assert!(!world.store.end_session(&kept.session).await.unwrap());
        assert_eq!(state(&world.store, kept.cookie.expose_secret()).await, "unknown");
        assert!(world.store.sessions_of(subject).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_hundred_wrong_security_tokens_in_ten_minutes_end_a_session_and_slower_ones_do_not() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let slow = world.session(&account).await;
        for _ in 0..150 {
            world.pass(Duration::from_secs(7));
            assert!(!world.store.count_token_mismatch(&slow.session).await.unwrap());
        }
        let fast = world.session(&account).await;
        for count in 1..=100 {
            world.pass(Duration::from_secs(6));
            assert_eq!(world.store.count_token_mismatch(&fast.session).await.unwrap(), count == 100);
        }
        assert_eq!(state(&world.store, fast.cookie.expose_secret()).await, "unknown");
    })
    .await;
}

#[tokio::test]
async fn a_token_of_an_earlier_session_is_recognised_and_a_guess_is_not() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let stranger = world.account("stranger").await;
        let foreign = world.session(&stranger).await;
        let earlier = world.session(&account).await;
        world.store.end_session(&earlier.session).await.unwrap();
        let now = world.session(&account).await;
        let had = |digits: &str| world.store.had_security_token(&now.session, digits);
        assert!(had(earlier.security_token.digits()));
        assert!(!had(now.security_token.digits()));
        assert!(!had(foreign.security_token.digits()));
        assert!(!had("0000000000"));
    })
    .await;
}
