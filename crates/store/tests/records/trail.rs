//! The audit trail: what is written, and what verifying finds.

use portreeve_store::{Flaw, Head, Location, Role, Store, Unverified};
use portreeve_types::{AclSet, Timestamp};
use serde_json::Value;

use crate::world::{World, in_somebodys_hands, new_account, node, on_each_database, run};

pub const ALWAYS: Timestamp = Timestamp::from_seconds(i64::MIN);

pub async fn entries(store: &Store) -> Vec<(String, Value)> {
    let entries = store.trail(&node("here"), 0, ALWAYS).await.unwrap();
    entries.into_iter().map(|entry| (entry.event, serde_json::from_str(&entry.entry).unwrap())).collect()
}

pub async fn flaw(world: &World) -> Option<Flaw> {
    flaw_of(&world.store, "here", &[]).await
}

/// The flaw of a node's chain that was to hold what was kept.
pub async fn flaw_of(store: &Store, name: &str, kept: &[Head]) -> Option<Flaw> {
    match store.verify_trail(&node(name), kept).await {
        Ok(_) => None,
        Err(Unverified::Flaw(flaw)) => Some(flaw),
        Err(Unverified::Store(error)) => panic!("{error}"),
    }
}

/// Five entries: a setting's five values.
pub async fn five_entries(world: &World) {
    for value in ["10", "11", "12", "13", "14"] {
        world.store.set_setting("security_token_digits", value).await.unwrap();
    }
}

#[tokio::test]
async fn an_entry_says_who_did_what_and_when() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let role = Role::Reseller(AclSet::usual_reseller());
        world.store.set_account_role(account.id, role).await.unwrap();
        let all = world.store.trail(&node("here"), 0, ALWAYS).await.unwrap();
        assert_eq!(all.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(world.store.own_trail_head().await.unwrap().map(|head| head.sequence), Some(2));
        assert_eq!(all[0].time.seconds(), 1_800_000_000);
        let line: Value = serde_json::from_str(&all[0].to_line().unwrap()).unwrap();
        assert_eq!(line["node"], "here");
        assert_eq!(line["event"], "account_created");
        assert_eq!(line["entry"]["by"], serde_json::json!({ "means": "command" }));
        assert_eq!(line["entry"]["account"], "cptest");
        assert_eq!(line["entry"]["domain"], "cptest.example");
        assert_eq!(line["hash"].as_str().unwrap().len(), 64);
        assert_eq!(all[1].event, "role_changed");
        let later = Timestamp::from_seconds(1_800_000_001);
        assert!(world.store.trail(&node("here"), 0, later).await.unwrap().is_empty());
        assert_eq!(flaw(&world).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_did_not_take_place_leaves_nothing() {
    on_each_database(async |world| {
        world.account("cptest").await;
        assert!(world.store.create_account(new_account("cptest")).await.is_err());
        world.store.set_setting("otp.window", "2").await.unwrap();
        world.store.set_setting("otp.window", "2").await.unwrap();
        let events: Vec<String> = entries(&world.store).await.into_iter().map(|(event, _)| event).collect();
        assert_eq!(events, ["account_created", "setting_changed"]);
    })
    .await;
}

#[tokio::test]
async fn a_change_whose_entry_cannot_be_written_does_not_take_place() {
    on_each_database(async |world| {
        run(&world.location, "ALTER TABLE trail RENAME TO elsewhere".to_owned()).await;
        assert!(world.store.set_setting("otp.window", "2").await.is_err());
        assert_eq!(world.store.policies().await.unwrap().otp_window, 1);
        run(&world.location, "ALTER TABLE elsewhere RENAME TO trail".to_owned()).await;
        world.store.set_setting("otp.window", "2").await.unwrap();
        assert_eq!(flaw(&world).await, None);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_done_to_an_entry_is_found() {
    let swap = "UPDATE trail SET sequence = 103 WHERE sequence = 3; UPDATE trail SET sequence = 3 WHERE sequence = 4;
        UPDATE trail SET sequence = 4 WHERE sequence = 103";
    let insert = "UPDATE trail SET sequence = 105 WHERE sequence = 5;
        UPDATE trail SET sequence = 104 WHERE sequence = 4;
        INSERT INTO trail SELECT node, 4, moment, event, entry, hash FROM trail WHERE sequence = 3;
        UPDATE trail SET sequence = 5 WHERE sequence = 104; UPDATE trail SET sequence = 6 WHERE sequence = 105;
        UPDATE trail_heads SET sequence = 6";
    for (what, done, expected) in [
        (
            "a changed byte",
            "UPDATE trail SET entry = REPLACE(entry, '12', '13') WHERE sequence = 3",
            Flaw::Changed(3),
        ),
        ("another time", "UPDATE trail SET moment = moment + 1 WHERE sequence = 2", Flaw::Changed(2)),
        ("another event", "UPDATE trail SET event = 'session_ended' WHERE sequence = 2", Flaw::Changed(2)),
        ("another hash", "UPDATE trail SET hash = '00' WHERE sequence = 1", Flaw::Changed(1)),
        ("a removed entry", "DELETE FROM trail WHERE sequence = 2", Flaw::Missing(2)),
        ("a removed beginning", "DELETE FROM trail WHERE sequence <= 2", Flaw::Missing(1)),
        ("a removed end", "DELETE FROM trail WHERE sequence > 3", Flaw::Missing(4)),
        (
            "a removed entry, the rest moved up",
            "DELETE FROM trail WHERE sequence = 2; UPDATE trail SET sequence = 2 WHERE sequence = 3;
             UPDATE trail SET sequence = 3 WHERE sequence = 4; UPDATE trail SET sequence = 4 WHERE sequence = 5;
             UPDATE trail_heads SET sequence = 4",
            Flaw::Changed(2),
        ),
        ("two entries that changed places", swap, Flaw::Changed(3)),
        ("an entry that was put between", insert, Flaw::Changed(4)),
        ("another head", "UPDATE trail_heads SET hash = '00'", Flaw::Head(5)),
        ("no head", "DELETE FROM trail_heads", Flaw::Outside(1)),
        (
            "an entry far behind the head",
            "INSERT INTO trail SELECT node, 1000, moment, event, entry, hash FROM trail WHERE sequence = 5",
            Flaw::Outside(1000),
        ),
        (
            "an entry before the first",
            "INSERT INTO trail SELECT node, 0, moment, event, entry, hash FROM trail WHERE sequence = 5",
            Flaw::Outside(0),
        ),
        (
            "a head that was set back",
            "UPDATE trail_heads SET sequence = 3, hash = (SELECT hash FROM trail WHERE sequence = 3)",
            Flaw::Outside(4),
        ),
    ] {
        on_each_database(async |world| {
            five_entries(&world).await;
            assert_eq!(flaw(&world).await, None);
            run(&world.location, done.to_owned()).await;
            assert_eq!(flaw(&world).await, Some(expected.clone()), "{what}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_chain_of_another_node_is_none_of_this_one() {
    on_each_database(async |world| {
        in_somebodys_hands(world.open_again().await).set_setting("otp.window", "2").await.unwrap();
        assert_eq!(flaw(&world).await, None);
        let copy = "INSERT INTO trail SELECT 'here', sequence, moment, event, entry, hash FROM trail;
            INSERT INTO trail_heads SELECT 'here', sequence, hash FROM trail_heads";
        run(&world.location, copy.to_owned()).await;
        assert_eq!(flaw(&world).await, Some(Flaw::Changed(1)));
    })
    .await;
}

#[tokio::test]
async fn a_head_that_was_kept_shows_what_was_cut_off_or_written_anew() {
    on_each_database(async |world| {
        five_entries(&world).await;
        let kept = world.store.trail_head(&node("here")).await.unwrap().unwrap();
        assert_eq!(kept.to_string().parse::<Head>().unwrap(), kept);
        let found = async |kept: &Head| flaw_of(&world.store, "here", std::slice::from_ref(kept)).await;
        assert_eq!(found(&kept).await, None);
        let verified = world.store.verify_trail(&node("here"), &[]).await.unwrap();
        assert_eq!(verified.head, Some(kept.clone()));
        // of several each counts
        let other = Head { sequence: 2, hash: "0".repeat(64) };
        assert_eq!(flaw_of(&world.store, "here", &[kept.clone(), other]).await, Some(Flaw::Rewritten(2)));
        // with the head set back the chain is whole again in itself
        let cut = "DELETE FROM trail WHERE sequence > 3;
            UPDATE trail_heads SET sequence = 3, hash = (SELECT hash FROM trail WHERE sequence = 3)";
        run(&world.location, cut.to_owned()).await;
        assert_eq!(flaw(&world).await, None);
        assert_eq!(found(&kept).await, Some(Flaw::CutOff(5)));
        // and goes on with other entries
        five_entries(&world).await;
        assert_eq!(flaw(&world).await, None);
        assert_eq!(found(&kept).await, Some(Flaw::Rewritten(5)));
    })
    .await;
}

#[tokio::test]
async fn a_chain_of_which_anything_is_left_is_looked_for_and_one_of_which_nothing_is_left_where_it_was_kept()
{
    on_each_database(async |world| {
        let there = in_somebodys_hands(world.open_again().await);
        five_entries(&world).await;
        there.set_setting("otp.window", "2").await.unwrap();
        let kept = there.own_trail_head().await.unwrap().unwrap();
        let heads = world.store.trail_heads().await.unwrap();
        assert_eq!(heads[&node("there")], kept);
        let both = [node("here"), node("there")];
        run(&world.location, "DELETE FROM trail_heads WHERE node = 'there'".to_owned()).await;
        assert_eq!(world.store.trail_nodes().await.unwrap(), both);
        assert_eq!(flaw_of(&world.store, "there", &[]).await, Some(Flaw::Outside(1)));
        run(&world.location, "DELETE FROM trail WHERE node = 'there'".to_owned()).await;
        assert_eq!(world.store.trail_nodes().await.unwrap(), both[..1]);
        assert_eq!(flaw_of(&world.store, "there", &[kept]).await, Some(Flaw::CutOff(1)));
    })
    .await;
}

#[tokio::test]
async fn a_chain_is_known_to_hold_what_it_held() {
    on_each_database(async |world| {
        five_entries(&world).await;
        let all = world.store.trail(&node("here"), 0, ALWAYS).await.unwrap();
        let third = Head { sequence: 3, hash: all[2].hash.clone() };
        let holds = async |head: &Head| world.store.trail_holds(&node("here"), head).await.unwrap();
        assert!(holds(&third).await);
        assert!(!holds(&Head { sequence: 2, ..third.clone() }).await);
        assert!(!holds(&Head { sequence: 6, ..third.clone() }).await);
        run(&world.location, "DELETE FROM trail WHERE sequence = 3".to_owned()).await;
        assert!(!holds(&third).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_once_on_two_nodes_make_one_whole_chain_for_each() {
    on_each_database(async |world| {
        let there = in_somebodys_hands(world.open_again().await);
        let tasks: Vec<_> = (0..60_u32)
            .map(|number| {
                let writer = if number % 2 == 0 { world.store.clone() } else { there.clone() };
                tokio::spawn(async move { writer.set_setting(&format!("test.{number}"), "1").await.unwrap() })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(world.store.trail_nodes().await.unwrap(), [node("here"), node("there")]);
        for name in ["here", "there"] {
            let verified = world.store.verify_trail(&node(name), &[]).await.unwrap();
            assert_eq!(verified.entries, 30, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_from_outside_stays_within_its_line() {
    on_each_database(async |world| {
        let account = world.account("cptest").await;
        let reason = "late\r\n{\"event\":\"forged\"}\u{1b}[2J\u{2028}\"";
        let owner = portreeve_store::Authority::Owner;
        assert!(world.store.suspend_account(account.id, reason, false, owner).await.unwrap());
        let all = world.store.trail(&node("here"), 1, ALWAYS).await.unwrap();
        let line = all[0].to_line().unwrap();
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["entry"]["reason"], reason);
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_somebody_broke_is_not_exported_as_two_lines() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new(Location::Sqlite(directory.path().join("records.sqlite"))).await;
    for broken in ["{}\n{}", "{\n}", "", "x"] {
        world.store.set_setting("otp.window", broken).await.unwrap();
        let broken = broken.replace('\n', "' || char(10) || '");
        run(&world.location, format!("UPDATE trail SET entry = '{broken}'")).await;
        let all = world.store.trail(&node("here"), 0, ALWAYS).await.unwrap();
        assert!(all.last().unwrap().to_line().is_err(), "{broken:?}");
    }
}
