//! Which installation the records belong to: they name the key that their digests and seals were made with.

use crate::db::Db;
use crate::error::StoreError;
use crate::value::values;

/// Records the key's id in new records, and refuses records that name another.
///
/// With another key every login would silently fail; a node that has the wrong one must say so at its start.
pub(crate) async fn check_key(db: &Db, given: &str) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    let record =
        "INSERT INTO installation (singleton, key_id) VALUES (1, $1) ON CONFLICT (singleton) DO NOTHING";
    db.execute_in(&mut transaction, record, values![given]).await?;
    let rows = db.rows_in(&mut transaction, "SELECT key_id FROM installation", values![]).await?;
    let recorded = rows.first().ok_or(StoreError::Corrupt { column: "key_id" })?.text("key_id")?;
    if recorded != given {
        return Err(StoreError::OtherKey { recorded, given: given.to_owned() });
    }
    transaction.commit().await
}
