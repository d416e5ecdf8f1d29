//! Rows that statements answer, the same for both databases.

use std::str::FromStr;

use portreeve_crypt::{Digest, PasswordHash};
use portreeve_types::{AccountId, Quota, Service, Subject, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Postgres, Row as _, Sqlite, Type};

use crate::error::StoreError;

/// One row of an answer; columns are read by name.
pub(crate) enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    fn get<'row, T>(&'row self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'row, Sqlite> + Type<Sqlite> + Decode<'row, Postgres> + Type<Postgres>,
        &'static str: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A `BIGINT NOT NULL` column.
    pub(crate) fn integer(&self, column: &'static str) -> Result<i64, StoreError> {
        self.get(column)
    }

    /// A `BIGINT` column.
    pub(crate) fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    /// A `TEXT NOT NULL` column.
    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.get(column)
    }

    /// A `TEXT` column.
    pub(crate) fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    /// A truth value, kept as 0 or 1.
    pub(crate) fn truth(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.integer(column)? != 0)
    }

    /// A value kept as its text.
    pub(crate) fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        self.get::<&str>(column)?.parse().map_err(|_| StoreError::Corrupt { column })
    }

    /// A moment, kept as seconds since 1970.
    pub(crate) fn moment(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.integer(column).map(Timestamp::from_seconds)
    }

    /// A quota, kept in MiB.
    pub(crate) fn quota(&self, column: &'static str) -> Result<Quota, StoreError> {
        let mib = u32::try_from(self.integer(column)?).map_err(|_| StoreError::Corrupt { column })?;
        Ok(Quota::mib(mib))
    }

    /// A password's hash.
    pub(crate) fn password(&self, column: &'static str) -> Result<PasswordHash, StoreError> {
        self.text(column).map(PasswordHash::from_record)
    }

    /// A keyed digest.
    pub(crate) fn digest(&self, column: &'static str) -> Result<Digest, StoreError> {
        Digest::from_hex(&self.text(column)?).ok_or(StoreError::Corrupt { column })
    }

    /// A keyed digest, if there is one.
    pub(crate) fn optional_digest(&self, column: &'static str) -> Result<Option<Digest>, StoreError> {
        let corrupt = StoreError::Corrupt { column };
        self.optional_text(column)?.map(|text| Digest::from_hex(&text).ok_or(corrupt)).transpose()
    }

    /// A password's strength in the column `password_strength`.
    pub(crate) fn strength(&self) -> Result<u8, StoreError> {
        let column = "password_strength";
        u8::try_from(self.integer(column)?).map_err(|_| StoreError::Corrupt { column })
    }

    /// The same, none where no password was typed.
    pub(crate) fn optional_strength(&self) -> Result<Option<u8>, StoreError> {
        let column = "password_strength";
        let corrupt = |_| StoreError::Corrupt { column };
        self.optional_integer(column)?.map(u8::try_from).transpose().map_err(corrupt)
    }

    /// The account in the column `account`.
    pub(crate) fn account(&self) -> Result<AccountId, StoreError> {
        self.integer("account").map(AccountId)
    }

    /// The account in the column `possessor`, if any.
    pub(crate) fn possessor(&self) -> Result<Option<AccountId>, StoreError> {
        Ok(self.optional_integer("possessor")?.map(AccountId))
    }

    /// The service in the column `service`.
    pub(crate) fn service(&self) -> Result<Service, StoreError> {
        Service::from_number(self.integer("service")?).ok_or(StoreError::Corrupt { column: "service" })
    }

    /// The subject in the columns `subject_kind` and `subject_number`.
    pub(crate) fn subject(&self) -> Result<Subject, StoreError> {
        Subject::from_parts(self.integer("subject_kind")?, self.integer("subject_number")?)
            .ok_or(StoreError::Corrupt { column: "subject_kind" })
    }
}
