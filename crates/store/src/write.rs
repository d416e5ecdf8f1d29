//! Writes: one transaction, what it leaves in the trail, and the read models of every node told what it changed.

use portreeve_crypt::{Digest, Purpose};
use portreeve_types::{AccountId, LoginName, Subject, UserName};

use crate::change::{CHANNEL, Change, Notice};
use crate::db::Transaction;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Inner;
use crate::throttle::ThisMachine;
use crate::trail::{self, Trail};
use crate::value::{Value, values};
use crate::writer::By;

/// A transaction under way; dropped without a commit, it is rolled back.
pub(crate) struct Write<'s> {
    store: &'s Inner,
    by: &'s By,
    transaction: Transaction,
    changes: Vec<Change>,
}

impl<'s> Write<'s> {
    /// Opens a transaction in somebody's name.
    pub(crate) async fn begin(store: &'s Inner, by: &'s By) -> Result<Write<'s>, StoreError> {
        Ok(Write { store, by, transaction: store.db.begin().await?, changes: Vec::new() })
    }

    /// Runs a statement that answers rows.
    pub(crate) async fn rows(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.store.db.rows_in(&mut self.transaction, sql, values).await
    }

    /// Runs a statement that answers at most one row.
    pub(crate) async fn row(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs a statement and answers how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        self.store.db.execute_in(&mut self.transaction, sql, values).await
    }

    /// Notes an entry that this write makes untrue.
    pub(crate) fn changed(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// The keyed digest of a text.
    pub(crate) fn digest(&self, purpose: Purpose, text: &str) -> Digest {
        self.store.digest(purpose, text)
    }

    /// The addresses of this machine.
    pub(crate) fn machine(&self) -> &ThisMachine {
        &self.store.machine
    }

    /// The name of an account; none when it is gone, or no account is meant.
    pub(crate) async fn account_name(
        &mut self,
        id: impl Into<Option<AccountId>>,
    ) -> Result<Option<UserName>, StoreError> {
        let Some(id) = id.into() else { return Ok(None) };
        let row = self.row("SELECT user_name FROM accounts WHERE id = $1", values![id]).await?;
        row.map(|row| row.parsed("user_name")).transpose()
    }

    /// The name that somebody logs in with; none when nobody is there any more.
    pub(crate) async fn login_name(&mut self, subject: Subject) -> Result<Option<LoginName>, StoreError> {
        match subject {
            Subject::Account(id) => Ok(self.account_name(id).await?.map(LoginName::Account)),
            Subject::Mailbox(id) => {
                let row = self.row("SELECT address FROM mailboxes WHERE id = $1", values![id]).await?;
                row.map(|row| row.parsed("address").map(LoginName::Mailbox)).transpose()
            }
        }
    }

    /// Makes the changes durable with what they leave in the trail, and drops the entries they made untrue, here at
    /// once and elsewhere by notice.
    pub(crate) async fn commit(mut self, left: impl Into<Trail>) -> Result<(), StoreError> {
        if self.transaction.is_postgres() && !self.changes.is_empty() {
            // sent by the database if and when the transaction commits
            let notice = Notice { node: self.store.node, changes: self.changes.clone() };
            self.rows("SELECT pg_notify($1, $2)", values![CHANNEL, notice.to_text()]).await?;
        }
        let Write { store, by, mut transaction, changes } = self;
        let left: Trail = left.into();
        if !left.is_empty() {
            let by = by.origin();
            let entries: Vec<_> = left.events().map(|event| (&by, event)).collect();
            let end = trail::End { keyring: &store.keyring, node: &store.trail_node, now: store.now() };
            trail::append(&store.db, &mut transaction, end, &entries).await?;
        }
        let models = store.models.clone();
        // A task of its own: a caller that goes away must not leave a change committed and an entry standing.
        let commit = tokio::spawn(async move {
            let committed = transaction.commit().await;
            for change in &changes {
                models.forget(change);
            }
            committed
        });
        commit.await.map_err(|_| StoreError::Interrupted)?
    }
}
