//! Logins that wait for their code.

use std::time::Duration;

use portreeve_crypt::{ExposeSecret, SecretString};
use portreeve_store::PendingLookup;
use portreeve_types::Service;

use crate::world::{World, on_each_database, pending_of, proven};

async fn pending(world: &World) -> SecretString {
    let user = format!("u{}", world.store.accounts().await.unwrap().len());
    let account = world.account(&user).await;
    world.store.create_pending(pending_of(proven(&account))).await.unwrap().unwrap()
}

async fn found(world: &World, service: Service, cookie: &str) -> bool {
    matches!(world.store.take_try(service, cookie).await.unwrap(), PendingLookup::Found(..))
}

#[tokio::test]
async fn five_codes_may_be_tried_however_many_try_at_once() {
    on_each_database(async |world| {
        let cookie = pending(&world).await;
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let (store, cookie) = (world.store.clone(), cookie.clone());
                tokio::spawn(async move {
                    match store.take_try(Service::Cpanel, cookie.expose_secret()).await.unwrap() {
                        PendingLookup::Found(_, left) => Some(left),
                        PendingLookup::Gone => None,
                    }
                })
            })
            .collect();
        let mut left = Vec::new();
        for attempt in tries {
            left.extend(attempt.await.unwrap());
        }
        left.sort_unstable();
        assert_eq!(left, [0, 1, 2, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn a_pending_login_is_its_services_own_and_remembers_what_it_was_for() {
    on_each_database(async |world| {
        let cookie = pending(&world).await;
        assert!(!found(&world, Service::Whm, cookie.expose_secret()).await);
        assert!(!found(&world, Service::Cpanel, "nonsense").await);
        let lookup = world.store.take_try(Service::Cpanel, cookie.expose_secret()).await.unwrap();
        let PendingLookup::Found(pending, 4) = lookup else { panic!("a try was taken from elsewhere") };
        assert_eq!((pending.login.name.to_string().as_str(), pending.goto.as_str()), ("u0", "/mail"));
        assert_eq!((pending.address.to_string().as_str(), pending.tls), ("192.0.2.1", true));
    })
    .await;
}

#[tokio::test]
async fn a_pending_login_lasts_five_minutes_or_until_one_request_ends_it() {
    on_each_database(async |world| {
        let late = pending(&world).await;
        world.pass(Duration::from_secs(299));
        assert!(found(&world, Service::Cpanel, late.expose_secret()).await);
        world.pass(Duration::from_secs(1));
        assert!(!found(&world, Service::Cpanel, late.expose_secret()).await);

        let ended = pending(&world).await;
        assert!(world.store.end_pending(Service::Cpanel, ended.expose_secret()).await.unwrap());
        assert!(!world.store.end_pending(Service::Cpanel, ended.expose_secret()).await.unwrap());
        assert!(!found(&world, Service::Cpanel, ended.expose_secret()).await);
    })
    .await;
}
