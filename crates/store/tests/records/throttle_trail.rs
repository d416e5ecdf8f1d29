//! What the throttle leaves in the audit trail.

use portreeve_store::Guess::{AnothersPassword, Answers, Code, Password, RecoveryCode};
use portreeve_store::{AddressList, ListedAddresses};
use portreeve_types::Timestamp;
use serde_json::{Value, json};

use crate::guesses::{fail, reserve, succeed};
use crate::world::{World, node, on_each_database};

const HERE: [u8; 4] = [192, 0, 2, 1];

/// The latest entries, each without its origin.
async fn latest(world: &World, number: usize) -> Vec<(String, Value)> {
    let always = Timestamp::from_seconds(i64::MIN);
    let mut entries = world.store.trail(&node("here"), 0, always).await.unwrap();
    entries.drain(..entries.len() - number);
    let without_origin = |text: &str| {
        let mut entry: Value = serde_json::from_str(text).unwrap();
        assert_eq!(entry.as_object_mut().unwrap().remove("by").unwrap(), json!({ "means": "command" }));
        entry
    };
    entries.into_iter().map(|entry| (entry.event, without_origin(&entry.entry))).collect()
}

/// How many entries there are.
async fn number(world: &World) -> usize {
    world.store.trail(&node("here"), 0, Timestamp::from_seconds(i64::MIN)).await.unwrap().len()
}

fn event(name: &str, fields: Value) -> (String, Value) {
    (name.to_owned(), fields)
}

#[tokio::test]
async fn a_wrong_try_leaves_one_entry_which_names_only_those_who_exist() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        world.mailbox(&account, "info").await;
        let before = number(&world).await;
        fail(&world.store, Password, "cptest", HERE).await;
        fail(&world.store, Code, "info@cptest.example", HERE).await;
        fail(&world.store, RecoveryCode, "cptest", HERE).await;
        fail(&world.store, Answers, "cptest", HERE).await;
        let mut wrong = reserve(&world.store, Password, "my secret password", HERE).await.unwrap();
        wrong.join(reserve(&world.store, AnothersPassword, "root", HERE).await.unwrap());
        world.store.failed(wrong).await.unwrap();
        assert_eq!(number(&world).await, before + 5, "the part of a try has none of its own");
        assert_eq!(
            latest(&world, 5).await,
            [
                event("password_refused", json!({ "who": "cptest" })),
                event("code_refused", json!({ "who": "info@cptest.example" })),
                event("code_refused", json!({ "who": "cptest" })),
                event("answers_refused", json!({ "who": "cptest" })),
                event("password_refused", json!({ "who": null })),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_right_try_leaves_nothing_also_where_it_clears_failures_and_is_noted() {
    on_each_database(async |world| {
        fail(&world.store, Password, "cptest", HERE).await;
        let before = number(&world).await;
        succeed(&world.store, Password, "cptest", HERE).await;
        world.store.note_login("cptest", HERE.into()).await.unwrap();
        succeed(&world.store, Code, "cptest", HERE).await;
        assert_eq!(number(&world).await, before);
    })
    .await;
}

#[tokio::test]
async fn changes_of_the_lists_leave_entries_of_what_changed() {
    on_each_database(async |world| {
        let entry = |addresses: &str, comment: &str| ListedAddresses {
            addresses: addresses.parse().unwrap(),
            comment: comment.to_owned(),
        };
        let both = [entry("192.0.2.0/24", "a test"), entry("198.51.100.7", "a test")];
        for _ in 0..2 {
            assert!(world.store.list_addresses(AddressList::White, &both).await.unwrap());
        }
        let another = [entry("192.0.2.0/24", "a test"), entry("198.51.100.7", "another")];
        assert!(world.store.list_addresses(AddressList::White, &another).await.unwrap());
        for _ in 0..2 {
            let addresses = [another[0].addresses];
            world.store.unlist_addresses(AddressList::White, &addresses).await.unwrap();
        }
        assert_eq!(number(&world).await, 3, "what was so before leaves nothing");
        let network = "192.0.2.0-192.0.2.255";
        assert_eq!(
            latest(&world, 3).await,
            [
                event("addresses_listed", json!({ "list": "white", "addresses": [network, "198.51.100.7"] })),
                event("addresses_listed", json!({ "list": "white", "addresses": ["198.51.100.7"] })),
                event("addresses_unlisted", json!({ "list": "white", "addresses": [network] })),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn forgiven_failures_leave_an_entry_unless_there_were_none() {
    on_each_database(async |world| {
        world.store.forgive_failures().await.unwrap();
        world.store.forgive_failures_from(&[HERE.into()]).await.unwrap();
        assert_eq!(number(&world).await, 0);
        fail(&world.store, Password, "nobody", HERE).await;
        let some = world.store.forgive_failures_from(&[HERE.into()]).await.unwrap();
        fail(&world.store, Password, "nobody", HERE).await;
        let all = world.store.forgive_failures().await.unwrap();
        let entries = latest(&world, 3).await;
        let forgiven = json!({ "only_from": ["192.0.2.1"], "removed": some });
        assert_eq!(entries[0], event("failures_forgiven", forgiven));
        assert_eq!(entries[2], event("failures_forgiven", json!({ "only_from": null, "removed": all })));
        assert!(some > 0 && all > 0);
    })
    .await;
}
