//! Brings the tables up to date: numbered texts, each run once, all in one transaction.

use portreeve_types::Timestamp;

use crate::db::{Db, Transaction};
use crate::error::StoreError;
use crate::value::values;

/// Number and text of each migration, in order. A published one is never edited.
const MIGRATIONS: &[(i64, &str)] = &[(1, include_str!("../../../migrations/0001_records.sql"))];

/// Names the lock that lets one process migrate at a time on PostgreSQL: "portreev" as a number.
const LOCK: i64 = 0x706f_7274_7265_6576;

/// Runs what this database has not run yet. Processes that start at once wait for each other.
pub(crate) async fn migrate(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    lock(db, &mut transaction).await?;
    db.script_in(
        &mut transaction,
        "CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, applied BIGINT NOT NULL)",
    )
    .await?;
    let rows = db.rows_in(&mut transaction, "SELECT number FROM migrations", values![]).await?;
    let applied = rows.iter().map(|row| row.integer("number")).collect::<Result<Vec<i64>, StoreError>>()?;
    if let Some(unknown) = applied.iter().find(|number| !MIGRATIONS.iter().any(|(known, _)| known == *number))
    {
        return Err(StoreError::Newer(*unknown));
    }
    for (number, text) in MIGRATIONS.iter().filter(|(number, _)| !applied.contains(number)) {
        db.script_in(&mut transaction, text).await?;
        let record = "INSERT INTO migrations (number, applied) VALUES ($1, $2)";
        db.execute_in(&mut transaction, record, values![*number, now]).await?;
    }
    transaction.commit().await
}

/// On SQLite the transaction is the lock: it was opened for writing.
pub(crate) async fn lock(db: &Db, transaction: &mut Transaction) -> Result<(), StoreError> {
    if transaction.is_postgres() {
        db.rows_in(transaction, "SELECT pg_advisory_xact_lock($1)", values![LOCK]).await?;
    }
    Ok(())
}

/// Whether there are tables.
pub(crate) async fn are_there(db: &Db, transaction: &mut Transaction) -> Result<bool, StoreError> {
    let sql = if transaction.is_postgres() {
        "SELECT to_regclass('installation')::text AS name WHERE to_regclass('installation') IS NOT NULL"
    } else {
        "SELECT name FROM sqlite_master WHERE name = 'installation'"
    };
    Ok(!db.rows_in(transaction, sql, values![]).await?.is_empty())
}
