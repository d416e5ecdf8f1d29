//! Second factors as an administrator sees them, and the names that apps show.

use portreeve_crypt::{ExposeSecret, RecoveryCode, SystemEntropy, TotpSecret};
use portreeve_store::SessionLookup;
use portreeve_types::{MailboxId, Service, Subject};

use crate::world::on_each_database;

#[tokio::test]
async fn an_import_replaces_what_was_there_and_ends_what_it_proved() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let mailbox = world.mailbox(&account, "info").await;
        let (own, mail) = (Subject::Account(account.id), Subject::Mailbox(mailbox.id));
        let codes = [RecoveryCode::generate(&SystemEntropy)];
        let old = TotpSecret::generate(&SystemEntropy);
        assert!(world.store.set_two_factor_and_codes(own, &old, &codes, None, None).await.unwrap());
        let before = world.enrolment(own).await.unwrap();
        let session = world.session(&account).await;
        let acting = world.acting(own).await;

        let new = || "S3I4WUY7MTHRMMWN".parse::<TotpSecret>().unwrap();
        assert!(world.store.import_two_factors(&[(mail, new()), (own, new())], acting).await.unwrap());

        let subjects = world.store.subjects_with_two_factor().await.unwrap();
        assert_eq!(subjects, [own, mail].into());
        for subject in [own, mail] {
            let found = world.store.two_factor(subject).await.unwrap().unwrap();
            assert_eq!(found.secret.bytes(), new().bytes());
        }
        assert_ne!(world.enrolment(own).await.unwrap(), before);
        assert_eq!(world.store.recovery_codes_left(own).await.unwrap(), 0);
        let ended = world.store.session(Service::Cpanel, session.cookie.expose_secret()).await.unwrap();
        assert!(matches!(ended, SessionLookup::Unknown));
    })
    .await;
}

#[tokio::test]
async fn an_import_for_somebody_who_is_gone_changes_nobody() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (own, gone) = (Subject::Account(account.id), Subject::Mailbox(MailboxId(7)));
        let acting = world.acting(own).await;
        let secret = || TotpSecret::generate(&SystemEntropy);
        assert!(!world.store.import_two_factors(&[(own, secret()), (gone, secret())], acting).await.unwrap());
        assert!(world.store.subjects_with_two_factor().await.unwrap().is_empty());
        assert!(world.open_again().await.two_factor(own).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_resellers_name_is_chosen_changed_taken_back_and_goes_with_the_account() {
    on_each_database(async |world| {
        let seller = world.account("seller").await.id;
        let issuer = async || world.store.issuer(seller).await.unwrap();
        assert_eq!(issuer().await, None);
        for name in ["First", "Second"] {
            world.store.set_issuer(seller, Some(name)).await.unwrap();
            assert_eq!(issuer().await.as_deref(), Some(name));
        }
        world.store.set_issuer(seller, None).await.unwrap();
        assert_eq!(issuer().await, None);
        world.store.set_issuer(seller, Some("Third")).await.unwrap();
        assert!(world.store.remove_account(seller).await.unwrap());
        assert_eq!(issuer().await, None);
        assert!(world.store.set_issuer(seller, Some("Fourth")).await.is_err(), "nobody is there to have one");
    })
    .await;
}
