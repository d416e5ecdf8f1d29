//! Temporary sessions.

use std::time::Duration;

use portreeve_crypt::{ExposeSecret, PasswordHash, SystemEntropy, TotpSecret};
use portreeve_store::{
    Account, Authority, ChangedBy, Login, Mailbox, Maker, NewAccount, NewTemporarySession, OpenedSession,
    Opening, ProvenLogin, Role,
};
use portreeve_types::{AclSet, Service, Subject};

use crate::world::{World, hash, new_account, on_each_database, proven, proven_mailbox};

pub const ADDRESS: &str = "192.0.2.1";

/// A session of an account to be taken up, made by another one.
pub fn for_account(account: &Account, maker: &Account) -> NewTemporarySession {
    let possessor = (maker.id != account.id).then_some(maker.id);
    let login = Login { possessor, ..proven(account).login };
    NewTemporarySession {
        proven: ProvenLogin { login, ..proven(maker) },
        service: Service::Cpanel,
        address: None,
        maker: Maker::Request,
        origin: "create_user_session",
    }
}

fn for_mailbox(mailbox: &Mailbox, maker: &Account) -> NewTemporarySession {
    let login = Login { possessor: Some(maker.id), ..proven_mailbox(maker, mailbox).login };
    NewTemporarySession { proven: ProvenLogin { login, ..proven(maker) }, ..for_account(maker, maker) }
}

pub async fn made(world: &World, new: NewTemporarySession) -> Option<String> {
    let made = world.store.create_temporary_session(new).await.unwrap();
    made.map(|session| session.value.expose_secret().to_owned())
}

pub async fn taken_up(world: &World, service: Service, value: &str, address: &str) -> Option<OpenedSession> {
    world.store.take_up_temporary_session(service, value, address.parse().unwrap()).await.unwrap()
}

/// A reseller, and an account that it owns.
pub async fn reseller(world: &World) -> (std::sync::Arc<Account>, std::sync::Arc<Account>) {
    let role = Role::Reseller(AclSet::usual_reseller());
    let owner = world.store.create_account(NewAccount { role, ..new_account("asder") }).await.unwrap();
    let owned = NewAccount { owner: Some(owner.id), ..new_account("plain") };
    (owner, world.store.create_account(owned).await.unwrap())
}

#[tokio::test]
async fn a_temporary_session_becomes_a_new_session_and_is_gone() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let made =
            world.store.create_temporary_session(for_account(&account, &owner)).await.unwrap().unwrap();
        let value = made.value.expose_secret();
        assert!(value.starts_with("plain:") && value.contains(":create_user_session,"), "{value}");
        assert_eq!(made.escaped.expose_secret(), &value.replace(':', "%3a").replace(',', "%2c"));
        let opened = taken_up(&world, Service::Cpanel, value, ADDRESS).await.unwrap();
        let session = &opened.session;
        assert_eq!((session.subject, session.possessor), (Subject::Account(account.id), Some(owner.id)));
        assert_eq!((session.opening, session.factor, session.tls), (Opening::Transfer, false, true));
        assert_ne!(opened.security_token.digits(), made.security_token.digits());
        assert!(world.store.is_link_token(session, made.security_token.digits()));
        assert!(!world.store.is_link_token(session, opened.security_token.digits()));
        assert!(!opened.cookie.expose_secret().contains(value.split(':').nth(1).unwrap()));
        assert!(taken_up(&world, Service::Cpanel, value, ADDRESS).await.is_none());
        // what a later start reads is the same
        let again = world.open_again().await;
        let kept = again.sessions_of(Subject::Account(account.id)).await.unwrap();
        assert_eq!((kept[0].possessor, kept[0].opening), (Some(owner.id), Opening::Transfer));
        assert!(again.is_link_token(&kept[0], made.security_token.digits()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_that_take_one_up_one_gets_a_session() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let value = made(&world, for_account(&account, &owner)).await.unwrap();
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let (store, value) = (world.store.clone(), value.clone());
                tokio::spawn(async move {
                    let address = ADDRESS.parse().unwrap();
                    store.take_up_temporary_session(Service::Cpanel, &value, address).await.unwrap().is_some()
                })
            })
            .collect();
        let mut opened = 0;
        for task in tasks {
            opened += usize::from(task.await.unwrap());
        }
        assert_eq!(opened, 1);
        assert_eq!(world.store.sessions_of(Subject::Account(account.id)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn it_is_good_for_its_service_its_address_and_a_quarter_of_an_hour() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let bound = NewTemporarySession {
            address: Some("::ffff:192.0.2.1".parse().unwrap()),
            ..for_account(&account, &owner)
        };
        let value = made(&world, bound).await.unwrap();
        assert!(taken_up(&world, Service::Whm, &value, ADDRESS).await.is_none());
        assert!(taken_up(&world, Service::Cpanel, &value, "192.0.2.2").await.is_none());
        assert!(taken_up(&world, Service::Cpanel, &format!("{value}0"), ADDRESS).await.is_none());
        assert!(taken_up(&world, Service::Cpanel, "", ADDRESS).await.is_none());
        world.pass(Duration::from_secs(899));
        // in either spelling, and none of the refusals has used it up
        let escaped = value.replace(':', "%3A").replace(',', "%2C");
        assert!(taken_up(&world, Service::Cpanel, &escaped, ADDRESS).await.is_some());

        let late = made(&world, for_account(&account, &owner)).await.unwrap();
        world.pass(Duration::from_secs(900));
        assert!(taken_up(&world, Service::Cpanel, &late, ADDRESS).await.is_none());
        world.store.upkeep().await.unwrap();
    })
    .await;
}

/// Something that happens to whom a session is for, or to who made it.
type Event = (&'static str, for<'w> fn(&'w World, &'w Account, &'w Account) -> Done<'w>);
type Done<'w> = std::pin::Pin<Box<dyn Future<Output = bool> + 'w>>;

#[tokio::test]
async fn it_ends_with_what_it_was_made_on_and_so_does_the_session_that_came_of_one() {
    let events: [Event; 8] = [
        ("the maker's password", |world, owner, _| {
            Box::pin(async { world.new_password(Subject::Account(owner.id), "new").await })
        }),
        ("the account's password", |world, _, account| {
            Box::pin(async { world.new_password(Subject::Account(account.id), "new").await })
        }),
        ("the maker's second factor", |world, owner, _| {
            Box::pin(async {
                let secret = TotpSecret::generate(&SystemEntropy);
                world.store.set_two_factor(Subject::Account(owner.id), &secret, None, None).await.unwrap()
            })
        }),
        ("the maker's suspension", |world, owner, _| {
            Box::pin(async {
                world.store.suspend_account(owner.id, "a reason", false, Authority::Owner).await.unwrap()
            })
        }),
        ("the account's suspension", |world, _, account| {
            Box::pin(async {
                world.store.suspend_account(account.id, "a reason", false, Authority::Owner).await.unwrap()
            })
        }),
        ("the maker's removal", |world, owner, _| {
            Box::pin(async { world.store.remove_account(owner.id).await.unwrap() })
        }),
        ("the account's removal", |world, _, account| {
            Box::pin(async { world.store.remove_account(account.id).await.unwrap() })
        }),
        ("the end of all the maker's sessions", |world, owner, _| {
            Box::pin(async {
                world.store.end_sessions_of(Subject::Account(owner.id), None).await.unwrap() > 0
            })
        }),
    ];
    for (what, happens) in events {
        on_each_database(async |world| {
            let (owner, account) = reseller(&world).await;
            let waiting = made(&world, for_account(&account, &owner)).await.unwrap();
            let used = made(&world, for_account(&account, &owner)).await.unwrap();
            assert!(taken_up(&world, Service::Cpanel, &used, ADDRESS).await.is_some());
            assert!(happens(&world, &owner, &account).await, "{what}");
            assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none(), "{what}");
            let left = world.store.sessions_of(Subject::Account(account.id)).await.unwrap();
            assert!(left.is_empty(), "{what}");
        })
        .await;
    }
}

#[tokio::test]
async fn nobody_makes_one_who_may_not_act_as_the_account_or_whose_password_has_changed() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let role = Role::Administrator;
        let root = world.store.create_account(NewAccount { role, ..new_account("root") }).await.unwrap();
        let stranger = world.account("stranger").await;
        for (maker, whom, may) in [
            (&owner, &account, true),
            (&root, &account, true),
            (&root, &owner, true),
            (&account, &account, true),
            (&root, &root, true),
            (&account, &owner, false),
            (&stranger, &account, false),
            (&owner, &stranger, false),
            (&owner, &root, false),
        ] {
            let made = made(&world, for_account(whom, maker)).await;
            assert_eq!(made.is_some(), may, "{} for {}", maker.user, whom.user);
        }
        let with = |proven| NewTemporarySession { proven, ..for_account(&account, &owner) };
        let good = for_account(&account, &owner).proven;
        let old = with(ProvenLogin { password: hash("another"), ..good.clone() });
        assert!(made(&world, old).await.is_none());
        let unknown = with(ProvenLogin { enrolment: Some(1), ..good });
        assert!(made(&world, unknown).await.is_none());
        // a reseller that is one no longer has nothing to hand out, and what it has handed out is worth nothing
        let waiting = made(&world, for_account(&account, &owner)).await.unwrap();
        world.store.set_account_role(owner.id, Role::User).await.unwrap();
        assert!(made(&world, for_account(&account, &owner)).await.is_none());
        assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn one_for_a_mailbox_ends_with_the_mailboxs_password_and_with_the_mailbox() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let good = made(&world, for_mailbox(&mailbox, &account)).await.unwrap();
        let opened = taken_up(&world, Service::Cpanel, &good, ADDRESS).await.unwrap();
        assert_eq!(opened.session.subject, Subject::Mailbox(mailbox.id));
        let new: PasswordHash = hash("new");
        let waiting = made(&world, for_mailbox(&mailbox, &account)).await.unwrap();
        assert!(
            world.store.set_password(Subject::Mailbox(mailbox.id), &new, ChangedBy::Another).await.unwrap()
        );
        assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none());
        let waiting = made(&world, for_mailbox(&mailbox, &account)).await.unwrap();
        assert!(world.store.remove_mailbox(mailbox.id).await.unwrap());
        assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none());
        assert!(made(&world, for_mailbox(&mailbox, &account)).await.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_that_is_taken_up_while_its_makers_password_changes_does_not_outlive_it() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        for round in 0..20 {
            let owner = world.store.account_by_id(owner.id).await.unwrap().unwrap();
            let value = made(&world, for_account(&account, &owner)).await.unwrap();
            let store = world.store.clone();
            let takes = tokio::spawn(async move {
                let address = ADDRESS.parse().unwrap();
                store.take_up_temporary_session(Service::Cpanel, &value, address).await.unwrap().is_some()
            });
            assert!(
                world
                    .store
                    .set_password(Subject::Account(owner.id), &hash(&format!("{round}")), ChangedBy::Another)
                    .await
                    .unwrap()
            );
            takes.await.unwrap();
            let left = world.store.sessions_of(Subject::Account(account.id)).await.unwrap();
            assert!(left.is_empty(), "round {round}");
        }
    })
    .await;
}
