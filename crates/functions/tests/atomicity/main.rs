//! A failure at any step of a function leaves the whole of it or nothing: in the records and on disk.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod fault;
#[cfg(test)]
mod world;

#[cfg(test)]
mod tests {
    use crate::cases::{CASES, Case};
    use crate::fault::Fault;
    use crate::world::World;

    #[tokio::test]
    async fn without_a_fault_each_function_changes_records_and_directories() {
        for case in CASES {
            let mut world = World::new().await;
            let before = world.state().await;
            world.call(case, None).await.unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let after = world.state().await;
            assert_ne!(before.records, after.records, "{}", case.name);
            assert_ne!(before.directories, after.directories, "{}", case.name);
            // and the sweep at the next start finds nothing to do
            world.start_again().await;
            assert_eq!(world.state().await, after, "{}", case.name);
        }
    }

    /// Runs a case with a fault and says whether it was refused, with the world after it.
    async fn with(case: &Case, fault: Fault) -> (bool, World, World) {
        let (untouched, world) = (World::new().await, World::new().await);
        let refused = world.call(case, Some(fault)).await.is_err();
        (refused, untouched, world)
    }

    #[tokio::test]
    async fn a_driver_that_fails_leaves_nothing() {
        for case in CASES {
            for fault in [Fault::BeforeTheDriver, Fault::AfterTheDriver] {
                let (refused, untouched, world) = with(case, fault).await;
                assert!(refused, "{} {fault:?}", case.name);
                world.becomes(&untouched.state().await).await;
            }
        }
    }

    #[tokio::test]
    async fn records_that_fail_leave_nothing_once_the_next_start_read_them() {
        for case in CASES {
            let (refused, untouched, mut world) = with(case, Fault::RecordsGone).await;
            assert!(refused, "{}", case.name);
            world.start_again().await;
            let (after, before) = (world.state().await, untouched.state().await);
            assert_eq!(after.records, before.records, "{}", case.name);
            assert_eq!(after.directories, before.directories, "{}", case.name);
        }
    }

    #[tokio::test]
    async fn a_row_that_somebody_else_changed_meanwhile_is_refused_and_the_directories_stay() {
        for case in CASES {
            let (refused, untouched, world) = with(case, Fault::Overtaken(case.overtake)).await;
            assert!(refused, "{}", case.name);
            assert_eq!(world.directories(), untouched.directories(), "{}", case.name);
        }
    }

    #[tokio::test]
    async fn a_change_that_is_interrupted_before_its_record_is_undone_at_the_next_start() {
        for case in CASES {
            let (_, untouched, mut world) = with(case, Fault::StoppedBeforeTheRecord).await;
            world.start_again().await;
            let (after, before) = (world.state().await, untouched.state().await);
            assert_eq!(after.records, before.records, "{}", case.name);
            if case.swept {
                assert_eq!(after.directories, before.directories, "{}", case.name);
            }
        }
    }

    #[tokio::test]
    async fn a_change_that_is_interrupted_after_its_record_is_completed_at_the_next_start() {
        for case in CASES {
            let done = World::new().await;
            done.call(case, None).await.unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let (refused, _, mut world) = with(case, Fault::StoppedAfterTheRecord).await;
            assert!(!refused, "{}", case.name);
            world.start_again().await;
            let (after, whole) = (world.state().await, done.state().await);
            assert_eq!(after.records, whole.records, "{}", case.name);
            if case.swept {
                assert_eq!(after.directories, whole.directories, "{}", case.name);
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_many_at_once_one_succeeds_and_its_directory_is_there() {
        for case in CASES {
            let done = World::new().await;
            done.call(case, None).await.unwrap_or_else(|error| panic!("{}: {error}", case.name));
            for _ in 0..3 {
                let world = World::new().await;
                let calls = (0..8).map(|_| world.call(case, None));
                let results = futures_util::future::join_all(calls).await;
                let successes = results.iter().filter(|result| result.is_ok()).count();
                assert_eq!(successes, 1, "{}: {results:?}", case.name);
                world.becomes(&done.state().await).await;
            }
        }
    }
}
