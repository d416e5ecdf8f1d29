//! What becomes of a service's change when its record was written, or was not.

use portreeve_drivers::Change;
use portreeve_store::StoreError;

/// Completes a change whose record is written and takes back one whose record is not. When nobody knows which it is,
/// the sweep at the next start decides: it reads the record.
pub(crate) async fn settle(change: Change, written: Result<bool, &StoreError>) {
    match written {
        Ok(true) => change.keep().await,
        Err(error) if error.may_be_written() => change.leave(),
        Ok(false) | Err(_) => change.undo().await,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn the_record_decides_and_an_unknown_outcome_is_left_to_the_sweep() {
        let (to, from) = channel();
        let saying = |word| {
            let to = to.clone();
            move || {
                to.send(word).unwrap();
                Ok(())
            }
        };
        let change = || Change::new(saying("kept"), saying("undone"));
        for (written, expected) in [
            (Ok(true), Some("kept")),
            (Ok(false), Some("undone")),
            (Err(&StoreError::Corrupt { column: "id" }), Some("undone")),
            (Err(&StoreError::Interrupted), None),
        ] {
            settle(change(), written).await;
            assert_eq!(from.try_recv().ok(), expected, "{written:?}");
        }
    }
}
