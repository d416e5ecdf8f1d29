//! Entries of the audit trail that wait to be written beside the requests.

use portreeve_store::Store;
use portreeve_types::Timestamp;
use serde_json::Value;

use crate::world::{node, on_each_database, run};

async fn events(store: &Store) -> Vec<(String, Value)> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let page = store.trail(&node("here"), after, Timestamp::from_seconds(0)).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = last.sequence;
        all.extend(page.into_iter().map(|entry| (entry.event, serde_json::from_str(&entry.entry).unwrap())));
    }
}

#[tokio::test]
async fn what_waits_is_written_at_a_normal_stop() {
    on_each_database(async |world| {
        world.store.note_credential_use();
        world.store.note_call_without_code();
        assert!(events(&world.store).await.is_empty());
        world.store.close().await.unwrap();
        let again = world.open_again().await;
        let written = events(&again).await;
        let by = serde_json::json!({ "by": { "means": "command" } });
        assert_eq!(written, [("credential_used".into(), by.clone()), ("call_without_code".into(), by)]);
        assert!(again.verify_trail(&node("here"), &[]).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_written_by_itself_soon() {
    on_each_database(async |world| {
        world.store.note_credential_use();
        for _ in 0..200 {
            if !events(&world.store).await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("nothing was written in ten seconds");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_written_waits_on_in_its_order() {
    on_each_database(async |world| {
        world.store.note_credential_use();
        run(&world.location, "ALTER TABLE trail RENAME TO elsewhere".to_owned()).await;
        assert!(world.store.upkeep().await.is_err());
        world.store.note_call_without_code();
        run(&world.location, "ALTER TABLE elsewhere RENAME TO trail".to_owned()).await;
        world.store.upkeep().await.unwrap();
        world.store.upkeep().await.unwrap();
        let written: Vec<String> = events(&world.store).await.into_iter().map(|(event, _)| event).collect();
        assert_eq!(written, ["credential_used", "call_without_code"]);
    })
    .await;
}

#[tokio::test]
async fn what_finds_no_room_is_counted_in_one_entry_for_each_event() {
    on_each_database(async |world| {
        for _ in 0..10_000 {
            world.store.note_credential_use();
        }
        for _ in 0..3 {
            world.store.note_call_without_code();
        }
        world.store.note_credential_use();
        world.store.upkeep().await.unwrap();
        let mut written = events(&world.store).await;
        let counts = written.split_off(10_000);
        assert!(written.iter().all(|(event, _)| event == "credential_used"));
        let left_out: Vec<_> = counts
            .iter()
            .map(|(event, entry)| {
                assert_eq!((event.as_str(), &entry["by"]["means"]), ("entries_left_out", &"server".into()));
                (entry["of"].as_str().unwrap(), entry["left_out"].as_u64().unwrap())
            })
            .collect();
        assert_eq!(left_out, [("call_without_code", 3), ("credential_used", 1)]);
        assert!(world.store.verify_trail(&node("here"), &[]).await.is_ok());
    })
    .await;
}
