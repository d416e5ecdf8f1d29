//! Writes: one transaction, and the read models of every node told what it changed.

use std::sync::Arc;

use crate::change::{CHANNEL, Change, Notice};
use crate::db::{Db, Transaction};
use crate::error::StoreError;
use crate::read_models::ReadModels;
use crate::row::Row;
use crate::value::{Value, values};

/// A transaction under way; dropped without a commit, it is rolled back.
pub(crate) struct Write<'s> {
    db: &'s Db,
    models: &'s Arc<ReadModels>,
    node: i64,
    transaction: Transaction,
    changes: Vec<Change>,
}

impl<'s> Write<'s> {
    /// Opens a transaction.
    pub(crate) async fn begin(
        db: &'s Db,
        models: &'s Arc<ReadModels>,
        node: i64,
    ) -> Result<Write<'s>, StoreError> {
        Ok(Write { db, models, node, transaction: db.begin().await?, changes: Vec::new() })
    }

    /// Runs a statement that answers rows.
    pub(crate) async fn rows(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.db.rows_in(&mut self.transaction, sql, values).await
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
        self.db.execute_in(&mut self.transaction, sql, values).await
    }

    /// Notes an entry that this write makes untrue.
    pub(crate) fn changed(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Makes the changes durable and drops the entries they made untrue, here at once and elsewhere by notice.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.transaction.is_postgres() && !self.changes.is_empty() {
            // sent by the database if and when the transaction commits
            let notice = Notice { node: self.node, changes: self.changes.clone() };
            self.rows("SELECT pg_notify($1, $2)", values![CHANNEL, notice.to_text()]).await?;
        }
        let Write { models, transaction, changes, .. } = self;
        let models = models.clone();
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
