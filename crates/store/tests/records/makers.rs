//! What links and the sessions that come of them are made with, and end with.

use std::sync::Arc;
use std::time::Duration;

use portreeve_crypt::ExposeSecret;
use portreeve_store::{
    Account, Acting, ApiTokenRecord, Authority, CreateTokenError, Maker, NewAccount, NewTemporarySession,
    NewToken, OpenedSession, Role, Session, SessionLookup, TokenChange, TokenKind, TokenLimits,
    UpdateTokenError,
};
use portreeve_types::{AclSet, Service, Subject, Timestamp};

use crate::temporary_sessions::{ADDRESS, for_account, made, reseller, taken_up};
use crate::world::{World, new_account, on_each_database};

const HOUR: u64 = 3600;

/// A link to an account that was made in a session, or with a token.
fn with(maker: Maker, account: &Account, authority: &Account) -> NewTemporarySession {
    NewTemporarySession { maker, ..for_account(account, authority) }
}

fn within(session: &Arc<Session>, account: &Account, authority: &Account) -> NewTemporarySession {
    with(Maker::Session(session.clone()), account, authority)
}

/// The session that such a link opens.
async fn opened(world: &World, new: NewTemporarySession) -> OpenedSession {
    let value = made(world, new).await.expect("a link");
    taken_up(world, Service::Cpanel, &value, ADDRESS).await.expect("a session")
}

async fn lookup(world: &World, opened: &OpenedSession) -> SessionLookup {
    world.store.session(opened.session.service, opened.cookie.expose_secret()).await.unwrap()
}

async fn lasts(world: &World, opened: &OpenedSession) -> bool {
    let subject = opened.session.subject;
    let listed = world.store.sessions_of(subject).await.unwrap();
    let listed = listed.iter().any(|session| session.log_id() == opened.session.log_id());
    let found = matches!(lookup(world, opened).await, SessionLookup::Found(_));
    assert_eq!(found, listed, "one list knows it and the other does not");
    found
}

#[tokio::test]
async fn what_is_made_in_a_session_ends_with_it_down_to_the_last_link() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let first = world.session(&owner).await;
        let second = opened(&world, within(&first.session, &account, &owner)).await;
        let third = opened(&world, within(&second.session, &account, &owner)).await;
        let waiting = made(&world, within(&third.session, &account, &owner)).await.unwrap();
        let other = opened(&world, for_account(&account, &owner)).await;
        assert!(lasts(&world, &third).await);
        let before = world.store.queries();
        assert!(matches!(lookup(&world, &third).await, SessionLookup::Found(_)));
        assert_eq!(world.store.queries(), before, "a chain is judged in memory");
        assert!(world.store.end_session(&first.session).await.unwrap());
        for gone in [&second, &third] {
            assert!(!lasts(&world, gone).await);
        }
        assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none());
        assert!(made(&world, within(&third.session, &account, &owner)).await.is_none());
        assert!(lasts(&world, &other).await);
        // the same is read by another node
        let store = world.open_again().await;
        let found = store.session(Service::Cpanel, third.cookie.expose_secret()).await.unwrap();
        assert!(matches!(found, SessionLookup::Unknown));
    })
    .await;
}

#[tokio::test]
async fn links_renew_no_session() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let mut last = world.session(&owner).await;
        for _ in 0..47 {
            world.pass(Duration::from_secs(HOUR / 2));
            last = opened(&world, within(&last.session, &account, &owner)).await;
        }
        world.pass(Duration::from_secs(HOUR / 2 - 1));
        assert!(lasts(&world, &last).await);
        world.pass(Duration::from_secs(1));
        assert!(matches!(lookup(&world, &last).await, SessionLookup::Expired));
        assert!(!lasts(&world, &last).await);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_rests_is_kept_for_those_that_were_made_in_it() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        world.store.set_setting("session.absolute_hours", "72").await.unwrap();
        let first = world.session(&owner).await;
        let second = opened(&world, within(&first.session, &account, &owner)).await;
        for _ in 0..60 {
            world.pass(Duration::from_secs(HOUR / 2 - 1));
            let SessionLookup::Found(session) = lookup(&world, &second).await else { panic!("it ended") };
            world.store.note_use(&session);
            world.store.upkeep().await.unwrap();
        }
        assert!(matches!(lookup(&world, &first).await, SessionLookup::Expired));
        // then both go
        world.pass(Duration::from_secs(26 * HOUR));
        for _ in 0..2 {
            world.store.upkeep().await.unwrap();
        }
        let store = world.open_again().await;
        for gone in [&first, &second] {
            let found = store.session(Service::Cpanel, gone.cookie.expose_secret()).await.unwrap();
            assert!(matches!(found, SessionLookup::Unknown));
        }
    })
    .await;
}

#[tokio::test]
async fn every_account_on_the_way_must_still_be_one_that_may() {
    type Change = for<'w> fn(&'w World, &'w Account) -> std::pin::Pin<Box<dyn Future<Output = bool> + 'w>>;
    let changes: [(&str, Change); 3] = [
        ("a suspension", |world, owner| {
            Box::pin(async {
                world
                    .store
                    .suspend_account(owner.id, "a reason", false, Authority::Administrator)
                    .await
                    .unwrap()
            })
        }),
        ("no reseller any more", |world, owner| {
            Box::pin(async { world.store.set_account_role(owner.id, Role::User).await.unwrap() })
        }),
        ("a removal", |world, owner| Box::pin(async { world.store.remove_account(owner.id).await.unwrap() })),
    ];
    for (what, change) in changes {
        on_each_database(async |world| {
            let (owner, account) = reseller(&world).await;
            let role = Role::Administrator;
            let root = world.store.create_account(NewAccount { role, ..new_account("root") }).await.unwrap();
            let roots = world.session(&root).await;
            // root lets the reseller in, who goes on to an account of its own
            let resellers = opened(&world, within(&roots.session, &owner, &root)).await;
            let accounts = opened(&world, within(&resellers.session, &account, &root)).await;
            let direct = opened(&world, within(&roots.session, &account, &root)).await;
            let makers = world.store.makers(&accounts.session).await.unwrap().unwrap();
            assert_eq!(makers.iter().map(|maker| maker.id).collect::<Vec<_>>(), [owner.id, root.id]);
            let waiting = made(&world, within(&resellers.session, &account, &root)).await.unwrap();
            assert!(change(&world, &owner).await, "{what}");
            assert!(!lasts(&world, &accounts).await, "{what}");
            assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none(), "{what}");
            assert!(lasts(&world, &direct).await, "{what}");
        })
        .await;
    }
}

async fn token(world: &World, owner: &Account, limits: TokenLimits) -> Arc<ApiTokenRecord> {
    let new = NewToken {
        account: owner.id,
        kind: TokenKind::Whm,
        name: "links".parse().unwrap(),
        limits,
        token: None,
    };
    world.store.create_api_token(new, None).await.unwrap().1
}

#[tokio::test]
async fn what_came_of_a_token_ends_with_the_token_and_with_other_limits_of_it() {
    type Change = fn() -> TokenChange;
    let events: [(&str, bool, Option<Change>); 4] = [
        ("a revocation", true, None),
        (
            "another name",
            false,
            Some(|| TokenChange { name: "other".parse().ok(), ..TokenChange::default() }),
        ),
        (
            "fewer privileges",
            true,
            Some(|| TokenChange { acls: Some(Some(AclSet::NONE)), ..TokenChange::default() }),
        ),
        ("a code", true, Some(|| TokenChange { code_required: Some(true), ..TokenChange::default() })),
    ];
    for (what, ends, change) in events {
        on_each_database(async |world| {
            let (owner, account) = reseller(&world).await;
            let record = token(&world, &owner, TokenLimits::default()).await;
            let maker = || Maker::Token(record.clone());
            let direct = opened(&world, with(maker(), &account, &owner)).await;
            let further = opened(&world, within(&direct.session, &account, &owner)).await;
            let waiting = made(&world, with(maker(), &account, &owner)).await.unwrap();
            match change {
                Some(change) => {
                    let change = change();
                    world
                        .store
                        .update_api_token(owner.id, record.kind, &record.name, change, None)
                        .await
                        .unwrap();
                }
                None => {
                    assert!(world.store.revoke_api_token(owner.id, record.kind, &record.name).await.unwrap())
                }
            }
            assert_eq!(lasts(&world, &direct).await, !ends, "{what}");
            assert_eq!(lasts(&world, &further).await, !ends, "{what}");
            let taken_up = taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await;
            assert_eq!(taken_up.is_some(), !ends, "{what}");
            // a call that was let in with the token as it was makes nothing of it any more
            assert!(made(&world, with(maker(), &account, &owner)).await.is_none(), "{what}");
            assert!(!world.store.is_good_still(&record).await.unwrap(), "{what}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_came_of_a_token_ends_when_the_token_expires() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        let end = Timestamp::from_seconds(1_800_000_000).after(Duration::from_secs(600));
        let record =
            token(&world, &owner, TokenLimits { expires: Some(end), ..TokenLimits::default() }).await;
        let maker = || Maker::Token(record.clone());
        let direct = opened(&world, with(maker(), &account, &owner)).await;
        let further = opened(&world, within(&direct.session, &account, &owner)).await;
        let waiting = made(&world, with(maker(), &account, &owner)).await.unwrap();
        world.pass(Duration::from_secs(599));
        assert!(lasts(&world, &further).await && world.store.is_good_still(&record).await.unwrap());
        world.pass(Duration::from_secs(1));
        assert!(!lasts(&world, &direct).await && !lasts(&world, &further).await);
        assert!(taken_up(&world, Service::Cpanel, &waiting, ADDRESS).await.is_none());
        assert!(!world.store.is_good_still(&record).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_that_is_taken_up_while_its_token_is_revoked_does_not_outlive_it() {
    on_each_database(async |world| {
        let (owner, account) = reseller(&world).await;
        for round in 0..20 {
            let record = token(&world, &owner, TokenLimits::default()).await;
            let value = made(&world, with(Maker::Token(record.clone()), &account, &owner)).await.unwrap();
            let store = world.store.clone();
            let takes = tokio::spawn(async move {
                let address = ADDRESS.parse().unwrap();
                store.take_up_temporary_session(Service::Cpanel, &value, address).await.unwrap().is_some()
            });
            assert!(world.store.revoke_api_token(owner.id, record.kind, &record.name).await.unwrap());
            takes.await.unwrap();
            let left = world.store.sessions_of(Subject::Account(account.id)).await.unwrap();
            assert!(left.is_empty(), "round {round}");
        }
    })
    .await;
}

#[tokio::test]
async fn tokens_are_made_and_changed_by_whom_the_records_still_know_only() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let session = world.session(&account).await.session;
        let subject = Subject::Account(account.id);
        let new = |name: &str| NewToken {
            account: account.id,
            kind: TokenKind::Cpanel,
            name: name.parse().unwrap(),
            limits: TokenLimits::default(),
            token: None,
        };
        let acting = Acting { subject, password: None, enrolment: None, session: Some(&session) };
        assert!(world.store.create_api_token(new("first"), Some(acting)).await.is_ok());
        let another = Acting { enrolment: Some(1), ..acting };
        let refused = world.store.create_api_token(new("second"), Some(another)).await.err();
        assert!(matches!(refused, Some(CreateTokenError::NotActing)));
        world.store.end_session(&session).await.unwrap();
        let refused = world.store.create_api_token(new("second"), Some(acting)).await.err();
        assert!(matches!(refused, Some(CreateTokenError::NotActing)));
        let (name, change) = ("first".parse().unwrap(), TokenChange::default());
        let refused = world
            .store
            .update_api_token(account.id, TokenKind::Cpanel, &name, change, Some(acting))
            .await
            .err();
        assert!(matches!(refused, Some(UpdateTokenError::NotActing)));
        assert_eq!(world.store.api_tokens(account.id, TokenKind::Cpanel).await.unwrap().len(), 1);
    })
    .await;
}
