//! Cutting the audit trail: what goes, what stays whole, and what cannot be forged.

use std::sync::Arc;
use std::time::Duration;

use portreeve_crypt::{Purpose, SystemEntropy};
use portreeve_store::{Cut, Entry, Flaw, Head, Store, Unverified, rotate_key};
use portreeve_types::{Clock, Timestamp};
use serde_json::json;

use crate::trail::{ALWAYS, entries, five_entries, flaw, flaw_of};
use crate::world::{World, in_somebodys_hands, node, on_each_database, run};

const START: i64 = 1_800_000_000;
const DAY: u64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

/// Ten entries, five of them a hundred seconds after the others.
async fn ten_entries(world: &World) -> Vec<Entry> {
    five_entries(world).await;
    world.pass(Duration::from_secs(100));
    five_entries(world).await;
    on_record(&world.store).await
}

async fn on_record(store: &Store) -> Vec<Entry> {
    store.trail(&node("here"), i64::MIN, ALWAYS).await.unwrap()
}

async fn cut(world: &World, before: Timestamp) -> Option<Cut> {
    world.store.cut_trail(&node("here"), before, &[]).await.unwrap()
}

fn head(entry: &Entry) -> Head {
    Head { sequence: entry.sequence, hash: entry.hash.clone() }
}

#[tokio::test]
async fn a_cut_removes_what_is_older_and_leaves_a_whole_chain() {
    on_each_database(async |world| {
        let all = ten_entries(&world).await;
        assert_eq!(cut(&world, at(0)).await, None);
        let last = head(&all[4]);
        assert_eq!(cut(&world, at(100)).await, Some(Cut { removed: 5, last: last.clone() }));
        assert_eq!(cut(&world, at(100)).await, None);
        let verified = world.store.verify_trail(&node("here"), &[]).await.unwrap();
        assert_eq!((verified.removed.as_ref(), verified.entries), (Some(&last), 6));
        let (event, entry) = entries(&world.store).await.pop().unwrap();
        let by = json!({ "means": "command" });
        let expected = json!({
            "by": by, "chain": "here", "removed": 5, "last": 5, "hash": last.hash, "before": START + 100
        });
        assert_eq!((event.as_str(), entry), ("trail_cut", expected));
        // a second one goes on from the first
        world.pass(Duration::from_secs(100));
        five_entries(&world).await;
        let again = cut(&world, at(200)).await.unwrap();
        assert_eq!((again.removed, again.last.sequence), (6, 11));
        let verified = world.store.verify_trail(&node("here"), &[]).await.unwrap();
        assert_eq!((verified.removed, verified.entries), (Some(again.last), 6));
    })
    .await;
}

#[tokio::test]
async fn what_was_exported_before_a_cut_and_after_it_is_one_chain() {
    on_each_database(async |world| {
        let mut chain = ten_entries(&world).await;
        cut(&world, at(100)).await.unwrap();
        world.store.set_setting("otp.window", "2").await.unwrap();
        let known = chain.last().unwrap().sequence;
        let mut walk = world.store.walk_trail(&node("here"), &[]).await.unwrap();
        let after = walk.next().await.unwrap().unwrap();
        assert_eq!(after[0].sequence, 6);
        chain.extend(after.into_iter().filter(|entry| entry.sequence > known));
        let mut previous = String::new();
        for (entry, sequence) in chain.iter().zip(1..) {
            let Entry { node, time, event, entry: text, hash, .. } = entry;
            assert_eq!(entry.sequence, sequence);
            let chained = format!("{previous}\0{node}\0{sequence}\0{}\0{event}\0{text}", time.seconds());
            assert_eq!(world.keyring.digest(Purpose::Trail, chained.as_bytes()).to_hex(), *hash);
            previous.clone_from(hash);
        }
        assert_eq!(chain.len(), 12);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_done_to_where_a_chain_begins_is_found() {
    for (what, done, expected) in [
        ("another number", "UPDATE trail_anchors SET sequence = 6", Flaw::Anchor(6)),
        (
            "an entry removed and the beginning moved",
            "UPDATE trail_anchors SET sequence = 6, hash = (SELECT hash FROM trail WHERE sequence = 6);
             DELETE FROM trail WHERE sequence = 6",
            Flaw::Anchor(6),
        ),
        (
            "another hash",
            "UPDATE trail_anchors SET hash = (SELECT hash FROM trail WHERE sequence = 6)",
            Flaw::Anchor(5),
        ),
        ("another seal", "UPDATE trail_anchors SET seal = hash", Flaw::Anchor(5)),
        ("no seal", "UPDATE trail_anchors SET seal = ''", Flaw::Anchor(5)),
        ("no beginning", "DELETE FROM trail_anchors", Flaw::Missing(1)),
        ("a removed entry", "DELETE FROM trail WHERE sequence = 6", Flaw::Missing(6)),
        ("a changed entry", "UPDATE trail SET moment = moment + 1 WHERE sequence = 6", Flaw::Changed(6)),
        (
            "an entry before it",
            "INSERT INTO trail SELECT node, 5, moment, event, entry, hash FROM trail WHERE sequence = 6",
            Flaw::Outside(5),
        ),
        ("all entries", "DELETE FROM trail", Flaw::Missing(6)),
        ("all entries and the head", "DELETE FROM trail; DELETE FROM trail_heads", Flaw::Head(0)),
        (
            "a head at the beginning",
            "DELETE FROM trail; UPDATE trail_heads SET sequence = 5, hash = 'aa'",
            Flaw::Head(5),
        ),
    ] {
        on_each_database(async |world| {
            ten_entries(&world).await;
            cut(&world, at(100)).await.unwrap();
            assert_eq!(flaw(&world).await, None);
            run(&world.location, done.to_owned()).await;
            assert_eq!(flaw(&world).await, Some(expected.clone()), "{what}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_seal_is_worth_nothing_on_another_chain() {
    on_each_database(async |world| {
        ten_entries(&world).await;
        cut(&world, at(100)).await.unwrap();
        let there = in_somebodys_hands(world.open_again().await);
        there.set_setting("otp.window", "2").await.unwrap();
        let copy = "INSERT INTO trail_anchors SELECT 'there', sequence, hash, seal FROM trail_anchors";
        run(&world.location, copy.to_owned()).await;
        assert_eq!(flaw_of(&there, "there", &[]).await, Some(Flaw::Anchor(5)));
    })
    .await;
}

#[tokio::test]
async fn a_chain_with_a_flaw_is_not_cut() {
    for (done, expected) in [
        ("UPDATE trail SET moment = moment + 1 WHERE sequence = 9", Flaw::Changed(9)),
        ("DELETE FROM trail WHERE sequence = 2", Flaw::Missing(2)),
    ] {
        on_each_database(async |world| {
            ten_entries(&world).await;
            run(&world.location, done.to_owned()).await;
            let before = on_record(&world.store).await.len();
            let refused = world.store.cut_trail(&node("here"), at(100), &[]).await;
            assert!(matches!(&refused, Err(Unverified::Flaw(flaw)) if *flaw == expected), "{refused:?}");
            assert_eq!(on_record(&world.store).await.len(), before);
        })
        .await;
    }
    on_each_database(async |world| {
        let all = ten_entries(&world).await;
        let kept = Head { sequence: 11, ..head(&all[9]) };
        let refused = world.store.cut_trail(&node("here"), at(100), &[kept]).await;
        assert!(matches!(refused, Err(Unverified::Flaw(Flaw::CutOff(11)))), "{refused:?}");
        assert_eq!(on_record(&world.store).await.len(), 10);
    })
    .await;
}

#[tokio::test]
async fn a_cut_ends_at_the_first_entry_that_is_not_old_whatever_comes_after_it() {
    on_each_database(async |world| {
        five_entries(&world).await;
        world.pass(Duration::from_secs(100));
        world.store.set_setting("otp.window", "2").await.unwrap();
        // after a clock was set back, old entries come after new ones
        world.set_back(Duration::from_secs(100));
        world.store.set_setting("otp.window", "0").await.unwrap();
        assert_eq!(cut(&world, at(50)).await.unwrap().last.sequence, 5);
        assert_eq!(flaw(&world).await, None);
    })
    .await;
}

#[tokio::test]
async fn of_what_was_kept_elsewhere_what_is_cut_is_gone_and_the_rest_still_counts() {
    on_each_database(async |world| {
        let all = ten_entries(&world).await;
        cut(&world, at(100)).await.unwrap();
        let found = async |kept: Head| flaw_of(&world.store, "here", &[kept]).await;
        let holds = async |kept: &Head| world.store.trail_holds(&node("here"), kept).await.unwrap();
        for sequence in [3, 5, 6, 10] {
            let kept = head(&all[sequence - 1]);
            assert!(holds(&kept).await, "{sequence}");
            assert_eq!(found(kept).await, None, "{sequence}");
        }
        for sequence in [5, 6, 10] {
            let kept = Head { hash: "0".repeat(64), ..head(&all[sequence - 1]) };
            assert!(!holds(&kept).await, "{sequence}");
            assert_eq!(found(kept.clone()).await, Some(Flaw::Rewritten(kept.sequence)));
        }
    })
    .await;
}

#[tokio::test]
async fn the_chain_of_a_node_that_is_no_more_can_be_cut_to_its_end() {
    on_each_database(async |world| {
        let there = in_somebodys_hands(world.open_again().await);
        there.set_setting("otp.window", "2").await.unwrap();
        world.pass(Duration::from_secs(100));
        let cut = world.store.cut_trail(&node("there"), at(100), &[]).await.unwrap().unwrap();
        assert_eq!(cut.removed, 1);
        let verified = there.verify_trail(&node("there"), &[]).await.unwrap();
        assert_eq!((verified.entries, verified.removed), (0, verified.head));
        // told of in the chain of who did it
        assert_eq!(entries(&world.store).await[0].1["chain"], "there");
        there.set_setting("otp.window", "0").await.unwrap();
        assert_eq!(flaw_of(&there, "there", &[cut.last]).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_seal_outlives_a_rotation_of_the_key() {
    on_each_database(async |world| {
        ten_entries(&world).await;
        cut(&world, at(100)).await.unwrap();
        world.store.close().await.unwrap();
        let rotated = world.keyring.rotated(&SystemEntropy);
        let (location, now) = (&world.location, world.clock.now());
        rotate_key(location, &rotated, &SystemEntropy, &node("here"), now).await.unwrap();
        let world = World { keyring: Arc::new(rotated), ..world };
        let store = in_somebodys_hands(world.open_again().await);
        assert_eq!(flaw_of(&store, "here", &[]).await, None);
    })
    .await;
}

#[tokio::test]
async fn many_entries_are_removed_in_steps_that_each_have_their_entry() {
    on_each_database(async |world| {
        for _ in 0..10_000 {
            world.store.note_credential_use();
        }
        world.store.upkeep().await.unwrap();
        five_entries(&world).await;
        world.pass(Duration::from_secs(1));
        let cut = cut(&world, at(1)).await.unwrap();
        assert_eq!((cut.removed, cut.last.sequence), (10_005, 10_005));
        let steps: Vec<_> = entries(&world.store).await.into_iter().map(|(_, entry)| entry).collect();
        assert_eq!(steps.iter().map(|step| &step["removed"]).collect::<Vec<_>>(), [10_000, 5]);
        assert_eq!(flaw(&world).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_chain_is_due_when_its_first_entry_is_a_day_older_than_the_setting_allows() {
    on_each_database(async |world| {
        five_entries(&world).await;
        let due = async || world.store.due_cuts().await.unwrap().map(|due| (due.before, due.nodes));
        world.pass(Duration::from_secs(401 * DAY));
        assert_eq!(due().await, None);
        world.pass(Duration::from_secs(1));
        let before = world.clock.now().before(Duration::from_secs(400 * DAY));
        assert_eq!(due().await, Some((before, vec![node("here")])));
        world.store.set_setting("audit.days", "0").await.unwrap();
        assert_eq!(due().await, None);
        // a month stays whatever the setting is
        world.store.set_setting("audit.days", "1").await.unwrap();
        let before = world.clock.now().before(Duration::from_secs(30 * DAY));
        assert_eq!(due().await, Some((before, vec![node("here")])));
        assert_eq!(cut(&world, before).await.unwrap().removed, 5);
        assert_eq!(due().await, None);
        world.pass(Duration::from_secs(31 * DAY));
        assert_eq!(due().await, None);
    })
    .await;
}
