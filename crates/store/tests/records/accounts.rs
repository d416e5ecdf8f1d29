//! Accounts.

use portreeve_crypt::{AccessHash, ExposeSecret, RecoveryCode, SystemEntropy, TotpSecret};
use portreeve_store::{
    Account, Authority, ChangedBy, CreateAccountError, NewAccount, NewFtpLogin, NewToken, PendingLookup,
    ProvenLogin, Role, SessionLookup, Staying, TokenKind, TokenLimits,
};
use portreeve_types::{Acl, AclSet, Quota, Service, Subject};

use crate::world::{hash, new_account, on_each_database, pending_of, proven, proven_mailbox, session_of};

#[tokio::test]
async fn an_account_is_found_by_its_name_its_identity_and_its_domain() {
    on_each_database(async |world| {
        let acls = AclSet::NONE.with(Acl::ListAccts);
        let reseller = NewAccount { role: Role::Reseller(acls), ..new_account("seller") };
        let reseller = world.store.create_account(reseller).await.unwrap();
        let owned = NewAccount { owner: Some(reseller.id), quota: Quota::mib(500), ..new_account("owned") };
        let made = world.store.create_account(owned).await.unwrap();
        let again = world.open_again().await;
        for found in [
            again.account(&made.user).await.unwrap().unwrap(),
            again.account_by_id(made.id).await.unwrap().unwrap(),
            again.account_of_domain(&made.domain).await.unwrap().unwrap(),
        ] {
            assert_eq!((found.id, &found.user, &found.domain), (made.id, &made.user, &made.domain));
            assert_eq!(
                (found.owner, found.role, found.quota),
                (Some(reseller.id), Role::User, Quota::mib(500))
            );
            assert_eq!(found.password.as_record(), made.password.as_record());
            assert_eq!((found.created, found.suspension.is_none()), (made.created, true));
        }
        assert_eq!(again.account(&reseller.user).await.unwrap().unwrap().acls(), acls);
        assert!(again.account(&"nobody".parse().unwrap()).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn accounts_are_listed_in_the_order_of_their_names() {
    on_each_database(async |world| {
        for user in ["b", "a10", "c", "a1", "a"] {
            world.account(user).await;
        }
        let names: Vec<_> =
            world.store.accounts().await.unwrap().iter().map(|account| account.user.to_string()).collect();
        assert_eq!(names, ["a", "a1", "a10", "b", "c"]);
    })
    .await;
}

#[tokio::test]
async fn a_name_and_a_domain_are_given_once_however_many_ask_at_once() {
    on_each_database(async |world| {
        let tries = (0..16).map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move { store.create_account(new_account("wanted")).await })
        });
        let mut made = 0;
        for attempt in tries.collect::<Vec<_>>() {
            match attempt.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert!(matches!(error, CreateAccountError::UserTaken), "{error}"),
            }
        }
        assert_eq!(made, 1);
        let same_domain = NewAccount { user: "other".parse().unwrap(), ..new_account("wanted") };
        let refused = world.store.create_account(same_domain).await.err();
        assert!(matches!(refused, Some(CreateAccountError::DomainTaken)));
    })
    .await;
}

#[tokio::test]
async fn a_second_look_at_an_account_sends_no_sql_and_a_write_is_seen_at_once() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        world.store.account(&account.user).await.unwrap();
        world.store.account_by_id(account.id).await.unwrap();
        let before = world.store.queries();
        world.store.account(&account.user).await.unwrap().unwrap();
        world.store.account_by_id(account.id).await.unwrap().unwrap();
        assert_eq!(world.store.queries(), before);

        assert!(world.store.suspend_account(account.id, "a reason", false, Authority::Owner).await.unwrap());
        assert!(world.store.account(&account.user).await.unwrap().unwrap().suspension.is_some());
        let acls = AclSet::NONE.with(Acl::KillAcct);
        assert!(world.store.set_account_role(account.id, Role::Reseller(acls)).await.unwrap());
        assert_eq!(world.store.account_by_id(account.id).await.unwrap().unwrap().acls(), acls);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_and_a_new_hash_of_the_same_does_not() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let opened = world.session(&account).await;
        let cookie = opened.cookie.expose_secret();
        assert!(
            world.store.renew_account_hash(account.id, &account.password, &hash("rehashed")).await.unwrap()
        );
        let kept = world.store.session(Service::Cpanel, cookie).await.unwrap();
        assert!(matches!(kept, SessionLookup::Found(_)));
        assert!(world.new_password(Subject::Account(account.id), "new").await);
        let ended = world.store.session(Service::Cpanel, cookie).await.unwrap();
        assert!(matches!(ended, SessionLookup::Unknown));
        let found = world.store.account(&account.user).await.unwrap().unwrap();
        assert_eq!(found.password.as_record(), hash("new").as_record());

        // the session that makes the change can stay, and no other
        let (acting, other) = (world.session(&found).await, world.session(&found).await);
        let staying = Some(Staying { session: &acting.session, strength: 80 });
        let by = ChangedBy::Owner { acting: world.acting(Subject::Account(account.id)).await, staying };
        let newer = hash("newer");
        assert!(world.store.set_password(Subject::Account(account.id), &newer, by).await.unwrap());
        for (opened, stays) in [(acting, true), (other, false)] {
            let lookup = world.store.session(Service::Cpanel, opened.cookie.expose_secret()).await.unwrap();
            let strength = match lookup {
                SessionLookup::Found(session) => session.password_strength,
                _ => None,
            };
            assert_eq!(strength, stays.then_some(80));
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_neither_changed_nor_removed() {
    on_each_database(async |world| {
        let gone = world.account("gone").await;
        assert!(world.store.remove_account(gone.id).await.unwrap());
        assert!(!world.store.remove_account(gone.id).await.unwrap());
        assert!(!world.new_password(Subject::Account(gone.id), "x").await);
        assert!(world.store.create_session(session_of(proven(&gone))).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn everything_of_an_account_goes_with_it() {
    on_each_database(async |world| {
        let store = &world.store;
        let account = world.account("cptest").await;
        let child = NewAccount { owner: Some(account.id), ..new_account("child") };
        let child = store.create_account(child).await.unwrap();
        let mailbox = world.mailbox(&account, "info").await;
        let ftp = NewFtpLogin {
            account: account.id,
            login: "web".parse().unwrap(),
            domain: account.domain.clone(),
            password: hash("ftp"),
            home: "public_html".to_owned(),
            quota: Quota::UNLIMITED,
        };
        store.add_ftp_login(ftp).await.unwrap();
        let subjects = [Subject::Account(account.id), Subject::Mailbox(mailbox.id)];
        for subject in subjects {
            let secret = TotpSecret::generate(&SystemEntropy);
            let codes = [RecoveryCode::generate(&SystemEntropy)];
            assert!(store.set_two_factor_and_codes(subject, &secret, &codes, None, None).await.unwrap());
            store.use_code_in_header(subject, 60_000_000, "192.0.2.1".parse().unwrap()).await.unwrap();
        }
        let enrolment = world.enrolment(Subject::Mailbox(mailbox.id)).await;
        let pending = pending_of(ProvenLogin { enrolment, ..proven_mailbox(&account, &mailbox) });
        let pending = store.create_pending(pending).await.unwrap().unwrap();
        let session = world.session(&account).await;
        let token = NewToken {
            account: account.id,
            kind: TokenKind::Cpanel,
            name: "script".parse().unwrap(),
            limits: TokenLimits::default(),
            token: None,
        };
        let (token, _) = store.create_api_token(token, None).await.unwrap();
        let hash = AccessHash::generate(&SystemEntropy);
        store.set_access_hash(account.id, &hash).await.unwrap();
        // once each, so that they are in memory
        assert!(store.api_token(TokenKind::Cpanel, &token).await.unwrap().good().is_some());
        assert_eq!(store.access_hash(&hash).await.unwrap().map(|found| found.account), Some(account.id));
        assert_eq!(store.mailboxes(account.id).await.unwrap().len(), 1);
        assert_eq!(store.ftp_logins(account.id).await.unwrap().len(), 1);
        assert_eq!(store.account_by_id(child.id).await.unwrap().unwrap().owner, Some(account.id));

        assert!(store.remove_account(account.id).await.unwrap());

        assert!(store.account(&account.user).await.unwrap().is_none());
        assert!(store.account_by_id(account.id).await.unwrap().is_none());
        assert!(store.mailboxes(account.id).await.unwrap().is_empty());
        assert!(store.mailbox(&mailbox.address).await.unwrap().is_none());
        assert!(store.ftp_logins(account.id).await.unwrap().is_empty());
        for subject in subjects {
            assert!(store.two_factor(subject).await.unwrap().is_none());
        }
        let gone = store.take_try(Service::Cpanel, pending.expose_secret()).await.unwrap();
        assert!(matches!(gone, PendingLookup::Gone));
        let ended = store.session(Service::Cpanel, session.cookie.expose_secret()).await.unwrap();
        assert!(matches!(ended, SessionLookup::Unknown));
        assert!(store.api_token(TokenKind::Cpanel, &token).await.unwrap().good().is_none());
        for subject in subjects {
            assert_eq!(store.recovery_codes_left(subject).await.unwrap(), 0);
        }
        assert_eq!(store.access_hash(&hash).await.unwrap().map(|found| found.account), None);
        assert_eq!(store.account_by_id(child.id).await.unwrap().unwrap().owner, None);
    })
    .await;
}

#[tokio::test]
async fn no_session_is_opened_on_a_password_that_was_changed_or_an_account_that_was_suspended() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let open = async |account: &Account| {
            let new = session_of(proven(account));
            world.store.create_session(new).await.unwrap().is_some()
        };
        assert!(open(&account).await);
        assert!(world.new_password(Subject::Account(account.id), "new").await);
        assert!(!open(&account).await);
        assert!(!world.store.renew_account_hash(account.id, &account.password, &hash("old")).await.unwrap());
        let account = world.store.account(&account.user).await.unwrap().unwrap();
        assert!(open(&account).await);
        assert!(world.store.suspend_account(account.id, "a reason", false, Authority::Owner).await.unwrap());
        assert!(!open(&account).await);
    })
    .await;
}
