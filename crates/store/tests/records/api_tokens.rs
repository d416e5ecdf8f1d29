//! API tokens and access hashes.

use std::time::Duration;

use portreeve_crypt::{AccessHash, ApiToken, SystemEntropy};
use portreeve_store::{CreateTokenError, NewToken, TokenKind};
use portreeve_types::{AccountId, Acl, AclSet, Clock};

use crate::world::on_each_database;

fn new_token(account: AccountId, kind: TokenKind, name: &str) -> NewToken {
    NewToken { account, kind, name: name.parse().unwrap(), expires: None, acls: None, token: None }
}

#[tokio::test]
async fn a_token_is_good_for_its_kind_and_found_without_sql() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let acls = AclSet::NONE.with(Acl::ListAccts);
        let new = NewToken { acls: Some(acls), ..new_token(account.id, TokenKind::Whm, "script") };
        let (token, record) = world.store.create_api_token(new).await.unwrap();
        let found = world.store.api_token(TokenKind::Whm, &token).await.unwrap().unwrap();
        assert_eq!(*found, *record);
        assert_eq!((found.account, found.acls), (account.id, Some(acls)));
        let before = world.store.queries();
        assert!(world.store.api_token(TokenKind::Whm, &token).await.unwrap().is_some());
        assert!(world.store.api_token(TokenKind::Cpanel, &token).await.unwrap().is_none());
        assert_eq!(world.store.queries(), before);
        let unknown = ApiToken::generate(&SystemEntropy);
        assert!(world.store.api_token(TokenKind::Whm, &unknown).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_name_is_taken_once_in_each_kind_and_a_given_token_once_at_all() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (token, _) =
            world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, "a")).await.unwrap();
        let same = world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, "a")).await.err();
        assert!(matches!(same, Some(CreateTokenError::NameTaken)));
        assert!(world.store.create_api_token(new_token(account.id, TokenKind::Whm, "a")).await.is_ok());
        let given = NewToken { token: Some(token), ..new_token(account.id, TokenKind::Cpanel, "b") };
        let taken = world.store.create_api_token(given).await.err();
        assert!(matches!(taken, Some(CreateTokenError::TokenTaken)));
        let given: ApiToken = "UWU28DCA23NKY76CN17MDPKM3O7EFQY8".parse().ok().unwrap();
        let fixture =
            NewToken { token: Some(given.clone()), ..new_token(account.id, TokenKind::Cpanel, "c") };
        world.store.create_api_token(fixture).await.ok().unwrap();
        assert!(world.store.api_token(TokenKind::Cpanel, &given).await.unwrap().is_some());
        let listed = world.store.api_tokens(account.id, TokenKind::Cpanel).await.unwrap();
        let names: Vec<_> = listed.iter().map(|record| record.name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_and_an_expired_one_are_good_no_longer() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let expires = Some(world.clock.now().after(Duration::from_secs(60)));
        let new = NewToken { expires, ..new_token(account.id, TokenKind::Cpanel, "brief") };
        let (brief, _) = world.store.create_api_token(new).await.unwrap();
        let (long, record) =
            world.store.create_api_token(new_token(account.id, TokenKind::Cpanel, "long")).await.unwrap();
        let good = async |token| world.store.api_token(TokenKind::Cpanel, token).await.unwrap().is_some();
        assert!(good(&brief).await && good(&long).await);
        world.pass(Duration::from_secs(60));
        assert!(!good(&brief).await && good(&long).await);
        assert!(!world.store.revoke_api_token(account.id, TokenKind::Whm, &record.name).await.unwrap());
        assert!(world.store.revoke_api_token(account.id, TokenKind::Cpanel, &record.name).await.unwrap());
        assert!(!good(&long).await);
    })
    .await;
}

#[tokio::test]
async fn an_access_hash_belongs_to_its_account_until_it_is_replaced() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let (old, new) = (AccessHash::generate(&SystemEntropy), AccessHash::generate(&SystemEntropy));
        let owner = async |hash| world.store.access_hash_account(hash).await.unwrap();
        assert_eq!(owner(&old).await, None);
        world.store.set_access_hash(account.id, &old).await.unwrap();
        assert_eq!(owner(&old).await, Some(account.id));
        world.store.set_access_hash(account.id, &new).await.unwrap();
        assert_eq!((owner(&old).await, owner(&new).await), (None, Some(account.id)));
    })
    .await;
}
