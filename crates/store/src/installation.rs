//! Which installation the records belong to: they name the key that their digests and seals are made with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use portreeve_crypt::{Entropy, Keyring};
use portreeve_types::{NodeName, Timestamp};

use crate::db::{Db, Transaction};
use crate::error::StoreError;
use crate::migrate;
use crate::store::Location;
use crate::trail::{End, InstallationEvent, Means, Origin, append};
use crate::two_factor::context;
use crate::value::values;

/// Records the current key's id in new records. In others the recorded key is the current one: a rotation writes the
/// new key down before the records name it, and may be interrupted in between.
///
/// Without the recorded key every login would silently fail; a node that lacks it must say so at its start.
pub(crate) async fn keyring_of(db: &Db, given: &Keyring) -> Result<Keyring, StoreError> {
    let mut transaction = db.begin().await?;
    let record =
        "INSERT INTO installation (singleton, key_id) VALUES (1, $1) ON CONFLICT (singleton) DO NOTHING";
    db.execute_in(&mut transaction, record, values![given.id()]).await?;
    let keyring = recorded_key(db, &mut transaction, given).await?;
    transaction.commit().await?;
    Ok(keyring)
}

async fn recorded_key(
    db: &Db,
    transaction: &mut Transaction,
    given: &Keyring,
) -> Result<Keyring, StoreError> {
    let rows = db.rows_in(transaction, "SELECT key_id FROM installation", values![]).await?;
    let recorded = rows.first().ok_or(StoreError::Corrupt { column: "key_id" })?.text("key_id")?;
    let other = || StoreError::OtherKey { recorded: recorded.clone(), given: given.id().to_owned() };
    given.with_current(&recorded).ok_or_else(other)
}

/// Makes the first key of a ring the current one of records that are not in use: the sealed secrets are sealed with
/// it, and sessions and logins under way end, as their digests cannot be made anew. API tokens and access hashes stay
/// good, because they are looked for under all keys. One transaction: whatever interrupts it leaves the records as
/// they were. The node at which it is done has it in its trail, under the new key.
///
/// # Errors
/// When the database cannot be reached, or the records need a key that is not in the ring.
pub async fn rotate_key(
    location: &Location,
    keyring: &Keyring,
    entropy: &dyn Entropy,
    node: &NodeName,
    now: Timestamp,
) -> Result<(), StoreError> {
    let db = Db::open(location).await?;
    let rotated = rotate(&db, keyring, entropy, End { keyring, node, now }).await;
    db.close().await;
    rotated
}

async fn rotate(db: &Db, keyring: &Keyring, entropy: &dyn Entropy, end: End<'_>) -> Result<(), StoreError> {
    let mut transaction = db.begin().await?;
    migrate::lock(db, &mut transaction).await?;
    let recorded = recorded_key(db, &mut transaction, keyring).await?;
    for row in db.rows_in(&mut transaction, "SELECT * FROM two_factors", values![]).await? {
        let subject = row.subject()?;
        let sealed = STANDARD_NO_PAD.decode(row.text("secret")?);
        let sealed = sealed.map_err(|_| StoreError::Corrupt { column: "secret" })?;
        let plain = keyring.open(&context(subject), &sealed)?;
        let sealed = STANDARD_NO_PAD.encode(keyring.seal(&context(subject), &plain, entropy));
        let update = "UPDATE two_factors SET secret = $3 WHERE subject_kind = $1 AND subject_number = $2";
        db.execute_in(&mut transaction, update, values![subject.kind(), subject.number(), sealed]).await?;
    }
    for ending in [
        "DELETE FROM sessions",
        "DELETE FROM temporary_sessions",
        "DELETE FROM pending_logins",
        "DELETE FROM kept_pages",
    ] {
        db.execute_in(&mut transaction, ending, values![]).await?;
    }
    db.execute_in(&mut transaction, "UPDATE installation SET key_id = $1", values![keyring.id()]).await?;
    let event =
        InstallationEvent::KeysRotated { old: recorded.id().to_owned(), new: keyring.id().to_owned() };
    append(db, &mut transaction, end, &[(&Origin::of(Means::Command), &event.into())]).await?;
    transaction.commit().await
}

/// The id of the key that records were made with; none where there are no records yet.
///
/// # Errors
/// When the database cannot be reached.
pub async fn recorded_key_id(location: &Location) -> Result<Option<String>, StoreError> {
    if let Location::Sqlite(path) = location
        && !path.exists()
    {
        return Ok(None);
    }
    let db = Db::open(location).await?;
    let id = key_id(&db).await;
    db.close().await;
    id
}

async fn key_id(db: &Db) -> Result<Option<String>, StoreError> {
    let mut transaction = db.begin().await?;
    if !migrate::are_there(db, &mut transaction).await? {
        return Ok(None);
    }
    let rows = db.rows_in(&mut transaction, "SELECT key_id FROM installation", values![]).await?;
    rows.first().map(|row| row.text("key_id")).transpose()
}
