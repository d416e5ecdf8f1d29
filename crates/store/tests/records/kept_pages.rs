//! Pages that are kept open: on the strength of a session that lasts, and of the factor that it was opened with.

use portreeve_crypt::{ExposeSecret, SystemEntropy, TotpSecret};
use portreeve_store::{KeepPage, NewKeptPage, Session};
use portreeve_types::Subject;

use crate::world::{World, on_each_database};

/// Keeps a page; its cookie's value, unless the session has ended or the factor is another one.
async fn keep(world: &World, session: &Session, enrolment: Option<i64>) -> Option<String> {
    let new = NewKeptPage {
        session,
        enrolment,
        bookmark: "stats",
        query: "site=one",
        address: "::ffff:192.0.2.1".parse().unwrap(),
        browser: "A browser\u{7}",
    };
    match world.store.keep_page(new).await.unwrap() {
        KeepPage::Kept { value, .. } => Some(value.expose_secret().to_owned()),
        KeepPage::Ended => None,
        KeepPage::TooMany => panic!("these are not too many"),
    }
}

#[tokio::test]
async fn a_page_is_found_by_its_value_and_ended_by_its_owner() {
    on_each_database(async |world| {
        let (account, other) = (world.account("cptest").await, world.account("other").await);
        let session = world.session(&account).await.session;
        let value = keep(&world, &session, None).await.unwrap();
        let kept = world.store.kept_page(&value).await.unwrap().unwrap();
        assert_eq!((kept.bookmark.as_str(), kept.query.as_str()), ("stats", "site=one"));
        assert_eq!((kept.subject, kept.account), (Subject::Account(account.id), account.id));
        assert_eq!((kept.address.to_string().as_str(), kept.browser.as_str()), ("192.0.2.1", "A browser"));
        assert!(world.store.kept_page(&value.to_uppercase()).await.unwrap().is_none());
        assert!(world.store.kept_page("").await.unwrap().is_none());

        let (owner, stranger) = (Subject::Account(account.id), Subject::Account(other.id));
        assert!(world.store.kept_pages_of(stranger).await.unwrap().is_empty());
        assert!(!world.store.end_kept_page(stranger, kept.id).await.unwrap());
        assert_eq!(world.store.kept_pages_of(owner).await.unwrap().len(), 1);
        assert!(world.store.end_kept_page(owner, kept.id).await.unwrap());
        assert!(world.store.kept_page(&value).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_by_a_session_that_has_ended_or_with_a_factor_that_is_another_by_now() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let subject = Subject::Account(account.id);
        let (ended, session) = (world.session(&account).await.session, world.session(&account).await.session);
        assert!(world.store.end_session(&ended).await.unwrap());
        assert!(keep(&world, &ended, None).await.is_none());
        let secret = TotpSecret::generate(&SystemEntropy);
        assert!(world.store.set_two_factor(subject, &secret, None, Some(&session)).await.unwrap());
        assert!(keep(&world, &session, None).await.is_none());
        let enrolment = world.enrolment(subject).await;
        assert!(keep(&world, &session, enrolment).await.is_some());
    })
    .await;
}
