//! API tokens and access hashes.

use std::time::Duration;

use portreeve_crypt::{AccessHash, ApiToken, SystemEntropy};
use portreeve_store::{
    CreateTokenError, LastUse, NewToken, TokenChange, TokenKind, TokenLimits, TokenLookup, UpdateTokenError,
};
use portreeve_types::{AccountId, Acl, AclSet, Clock};

use crate::world::on_each_database;

fn new_token(account: AccountId, kind: TokenKind, name: &str) -> NewToken {
    NewToken { account, kind, name: name.parse().unwrap(), limits: TokenLimits::default(), token: None }
}

#[tokio::test]
async fn a_token_is_good_for_its_kind_and_found_without_sql() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let acls = AclSet::NONE.with(Acl::ListAccts);
        let limits = TokenLimits { acls: Some(acls), ..TokenLimits::default() };
        let new = NewToken { limits, ..new_token(account.id, TokenKind::Whm, "script") };
        let (token, record) = world.store.create_api_token(new, None).await.unwrap();
        let find = async |kind, token| world.store.api_token(kind, token).await.unwrap().good();
        let found = find(TokenKind::Whm, &token).await.unwrap();
        assert_eq!(*found, *record);
        assert_eq!((found.account, found.limits.acls), (account.id, Some(acls)));
        let before = world.store.queries();
        assert!(find(TokenKind::Whm, &token).await.is_some());
        assert!(find(TokenKind::Cpanel, &token).await.is_none());
        assert_eq!(world.store.queries(), before);
        let unknown = ApiToken::generate(&SystemEntropy);
        assert!(find(TokenKind::Whm, &unknown).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_name_is_taken_once_in_each_kind_and_a_given_token_once_at_all() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (token, _) =
            world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, "a"), None).await.unwrap();
        let same =
            world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, "a"), None).await.err();
        assert!(matches!(same, Some(CreateTokenError::NameTaken)));
        assert!(world.store.create_api_token(new_token(account.id, TokenKind::Whm, "a"), None).await.is_ok());
        let given = NewToken { token: Some(token), ..new_token(account.id, TokenKind::Cpanel, "b") };
        let taken = world.store.create_api_token(given, None).await.err();
        assert!(matches!(taken, Some(CreateTokenError::TokenTaken)));
        let given: ApiToken = "UWU28DCA23NKY76CN17MDPKM3O7EFQY8".parse().ok().unwrap();
        let fixture =
            NewToken { token: Some(given.clone()), ..new_token(account.id, TokenKind::Cpanel, "c") };
        world.store.create_api_token(fixture, None).await.ok().unwrap();
        assert!(world.store.api_token(TokenKind::Cpanel, &given).await.unwrap().good().is_some());
        let listed = world.store.api_tokens(account.id, TokenKind::Cpanel).await.unwrap();
        let names: Vec<_> = listed.iter().map(|listed| listed.record.name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_and_an_expired_one_are_good_no_longer() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let expires = Some(world.clock.now().after(Duration::from_secs(60)));
        let limits = TokenLimits { expires, ..TokenLimits::default() };
        let new = NewToken { limits, ..new_token(account.id, TokenKind::Cpanel, "brief") };
        let (brief, _) = world.store.create_api_token(new, None).await.unwrap();
        let (long, record) = world
            .store
            .create_api_token(new_token(account.id, TokenKind::Cpanel, "long"), None)
            .await
            .unwrap();
        let good =
            async |token| world.store.api_token(TokenKind::Cpanel, token).await.unwrap().good().is_some();
        assert!(good(&brief).await && good(&long).await);
        world.pass(Duration::from_secs(60));
        assert!(!good(&brief).await && good(&long).await);
        let expired = world.store.api_token(TokenKind::Cpanel, &brief).await.unwrap();
        assert!(matches!(expired, TokenLookup::Expired(_)));
        assert!(!world.store.revoke_api_token(account.id, TokenKind::Whm, &record.name).await.unwrap());
        assert!(world.store.revoke_api_token(account.id, TokenKind::Cpanel, &record.name).await.unwrap());
        assert!(!good(&long).await);
    })
    .await;
}

#[tokio::test]
async fn a_change_counts_at_once_and_keeps_what_it_does_not_name() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (kind, name) = (TokenKind::Whm, "script".parse().unwrap());
        let limits = TokenLimits {
            expires: Some(world.clock.now().after(Duration::from_secs(60))),
            acls: Some(AclSet::NONE.with(Acl::ListAccts)),
            networks: vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::1".parse().unwrap()],
            code_required: true,
        };
        let new = NewToken { limits: limits.clone(), ..new_token(account.id, kind, "script") };
        let (token, made) = world.store.create_api_token(new, None).await.unwrap();
        let found = async || world.store.api_token(kind, &token).await.unwrap().good().unwrap();
        assert_eq!(found().await.limits, limits);
        let change = TokenChange { name: Some("other".parse().unwrap()), ..TokenChange::default() };
        world.store.update_api_token(account.id, kind, &name, change, None).await.unwrap();
        let renamed = found().await;
        assert_eq!((renamed.name.as_str(), &renamed.limits, renamed.id), ("other", &limits, made.id));
        let change = TokenChange {
            expires: Some(None),
            acls: Some(None),
            networks: Some(Vec::new()),
            code_required: Some(false),
            ..TokenChange::default()
        };
        let updated =
            world.store.update_api_token(account.id, kind, &renamed.name, change, None).await.unwrap();
        assert_eq!(found().await, updated);
        assert_eq!(updated.limits, TokenLimits::default());
    })
    .await;
}

#[tokio::test]
async fn a_token_cannot_take_anothers_name_nor_a_change_make_one() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        for name in ["a", "b"] {
            world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, name), None).await.unwrap();
        }
        let rename = async |kind, from: &str, to: &str| {
            let change = TokenChange { name: Some(to.parse().unwrap()), ..TokenChange::default() };
            world.store.update_api_token(account.id, kind, &from.parse().unwrap(), change, None).await.err()
        };
        let taken = rename(TokenKind::Cpanel, "a", "b").await;
        assert!(matches!(taken, Some(UpdateTokenError::NameTaken)), "{taken:?}");
        let unknown = rename(TokenKind::Whm, "a", "c").await;
        assert!(matches!(unknown, Some(UpdateTokenError::Unknown)), "{unknown:?}");
        assert!(rename(TokenKind::Cpanel, "a", "a").await.is_none(), "its own name is free to it");
        assert!(rename(TokenKind::Cpanel, "a", "c").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_use_is_known_at_once_and_written_by_the_upkeep_only() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (_, record) =
            world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, "a"), None).await.unwrap();
        let listed = async |store: &portreeve_store::Store| {
            store.api_tokens(account.id, TokenKind::Cpanel).await.unwrap()[0].last_use
        };
        assert_eq!(listed(&world.store).await, None);
        let before = world.store.queries();
        world.store.note_token_use(&record, "::ffff:192.0.2.1".parse().unwrap());
        assert_eq!(world.store.queries(), before, "a use writes nothing");
        let used = Some(LastUse { at: world.clock.now(), address: "192.0.2.1".parse().unwrap() });
        assert_eq!(listed(&world.store).await, used);
        assert_eq!(listed(&world.open_again().await).await, None);
        world.store.upkeep().await.unwrap();
        let other = world.open_again().await;
        assert_eq!(listed(&other).await, used);
        // of two nodes the later use counts, whoever writes last
        world.pass(Duration::from_secs(30));
        other.note_token_use(&record, "192.0.2.2".parse().unwrap());
        let later = Some(LastUse { at: world.clock.now(), address: "192.0.2.2".parse().unwrap() });
        other.close().await.unwrap();
        assert_eq!(listed(&world.store).await, later);
    })
    .await;
}

#[tokio::test]
async fn an_access_hash_belongs_to_its_account_until_it_is_replaced() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (old, new) = (AccessHash::generate(&SystemEntropy), AccessHash::generate(&SystemEntropy));
        let owner = async |hash| world.store.access_hash(hash).await.unwrap().map(|found| found.account);
        assert_eq!(owner(&old).await, None);
        world.store.set_access_hash(account.id, &old).await.unwrap();
        assert_eq!(owner(&old).await, Some(account.id));
        world.store.set_access_hash(account.id, &new).await.unwrap();
        assert_eq!((owner(&old).await, owner(&new).await), (None, Some(account.id)));
    })
    .await;
}
