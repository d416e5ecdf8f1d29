//! The two databases behind one door: each statement is written once and runs on both.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _, Postgres, Sqlite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::StoreError;
use crate::row::Row;
use crate::store::Location;
use crate::value::Value;

/// How long a statement may wait for another process's write to a SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that read a SQLite file beside the writer.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL, the listener's among them.
const POSTGRES_CONNECTIONS: u32 = 12;
/// So many of them write at once: whatever writers wait for, each other's rows or the head of the audit trail, the rest
/// is there for those who read.
const POSTGRES_WRITERS: usize = 6;
/// How long a writer waits to be one of them: as long as the pool has everybody wait for a connection.
const WRITER_TIMEOUT: Duration = Duration::from_secs(30);

/// An open database.
pub(crate) struct Db {
    pools: Pools,
    statements: AtomicU64,
}

enum Pools {
    /// SQLite has one writer at a time whoever asks: one connection says so without lock errors.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres {
        pool: PgPool,
        writers: Arc<Semaphore>,
    },
}

/// An open transaction; dropped without a commit, it is rolled back.
pub(crate) enum Transaction {
    /// On the writer of a SQLite file.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On PostgreSQL, with its place among the writers.
    Postgres(sqlx::Transaction<'static, Postgres>, OwnedSemaphorePermit),
}

/// What a statement runs on.
enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A query of either database with its parameters bound.
macro_rules! bound {
    ($sql:expr, $values:expr) => {
        $values.into_iter().fold(sqlx::query($sql), |query, value| match value {
            Value::Integer(integer) => query.bind(integer),
            Value::Text(text) => query.bind(text),
        })
    };
}

impl Connection<'_> {
    async fn rows(self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Connection::Sqlite(connection) => {
                bound!(sql, values).fetch_all(connection).await?.into_iter().map(Row::Sqlite).collect()
            }
            Connection::Postgres(connection) => {
                bound!(sql, values).fetch_all(connection).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    async fn execute(self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Connection::Sqlite(connection) => bound!(sql, values).execute(connection).await?.rows_affected(),
            Connection::Postgres(connection) => {
                bound!(sql, values).execute(connection).await?.rows_affected()
            }
        })
    }

    async fn script(self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Connection::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop)?,
            Connection::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop)?,
        }
        Ok(())
    }
}

impl Db {
    /// Connects; a SQLite file that is not there yet is made, readable by its owner only.
    pub(crate) async fn open(location: &Location) -> Result<Db, StoreError> {
        let pools = match location {
            Location::Sqlite(path) => open_sqlite(path).await?,
            Location::Postgres(url) => {
                let options: PgConnectOptions = url.parse()?;
                let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS);
                let pool = pool.connect_with(options.disable_statement_logging()).await?;
                Pools::Postgres { pool, writers: Arc::new(Semaphore::new(POSTGRES_WRITERS)) }
            }
        };
        Ok(Db { pools, statements: AtomicU64::new(0) })
    }

    /// The PostgreSQL pool, for the listener; none on SQLite.
    pub(crate) fn postgres(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres { pool, .. } => Some(pool),
        }
    }

    /// How many statements were sent so far.
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Runs one reading statement outside any transaction.
    pub(crate) async fn rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.count();
        // On the heap, as every statement's future is: they are large, and whoever might send one would be as large,
        // and be moved about with every request that sends none.
        Box::pin(async move {
            match &self.pools {
                Pools::Sqlite { readers, .. } => {
                    let mut connection = readers.acquire().await?;
                    Connection::Sqlite(&mut connection).rows(sql, values).await
                }
                Pools::Postgres { pool, .. } => {
                    let mut connection = pool.acquire().await?;
                    Connection::Postgres(&mut connection).rows(sql, values).await
                }
            }
        })
        .await
    }

    /// As [`Db::rows`], the first row only.
    pub(crate) async fn row(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Opens a transaction that may write. On SQLite it holds the write lock from the start.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => {
                Transaction::Sqlite(Box::pin(writer.begin_with("BEGIN IMMEDIATE")).await?)
            }
            Pools::Postgres { pool, writers } => {
                let place = timeout(WRITER_TIMEOUT, writers.clone().acquire_owned()).await;
                let place = place.ok().and_then(Result::ok).ok_or(sqlx::Error::PoolTimedOut)?;
                Transaction::Postgres(Box::pin(pool.begin()).await?, place)
            }
        })
    }

    /// Runs one statement inside a transaction.
    pub(crate) async fn rows_in(
        &self,
        transaction: &mut Transaction,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.count();
        Box::pin(transaction.connection().rows(sql, values)).await
    }

    /// Runs one statement inside a transaction and answers how many rows it changed.
    pub(crate) async fn execute_in(
        &self,
        transaction: &mut Transaction,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        self.count();
        Box::pin(transaction.connection().execute(sql, values)).await
    }

    /// Runs a text of several statements without parameters inside a transaction.
    pub(crate) async fn script_in(
        &self,
        transaction: &mut Transaction,
        sql: &'static str,
    ) -> Result<(), StoreError> {
        self.count();
        Box::pin(transaction.connection().script(sql)).await
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { pool, .. } => pool.close().await,
        }
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl Transaction {
    fn connection(&mut self) -> Connection<'_> {
        match self {
            Transaction::Sqlite(transaction) => Connection::Sqlite(transaction),
            Transaction::Postgres(transaction, _) => Connection::Postgres(transaction),
        }
    }

    /// Whether this is PostgreSQL, where other nodes have to be told.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Transaction::Postgres(..))
    }

    /// Makes the changes durable.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Transaction::Sqlite(transaction) => Box::pin(transaction.commit()).await,
            Transaction::Postgres(transaction, place) => {
                let committed = Box::pin(transaction.commit()).await;
                drop(place);
                committed
            }
        }
        .map_err(StoreError::Unconfirmed)
    }
}

async fn open_sqlite(path: &Path) -> Result<Pools, StoreError> {
    // SQLite gives its log and shared memory the mode of the database's file
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging();
    use_write_ahead_log(&options).await?;
    let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    let readers = SqlitePoolOptions::new().max_connections(SQLITE_READERS).connect_with(options).await?;
    Ok(Pools::Sqlite { writer, readers })
}

/// Switches the file to its write-ahead log, for good. SQLite does not wait for other processes here, so that
/// two that start at once have to try again.
async fn use_write_ahead_log(options: &SqliteConnectOptions) -> Result<(), StoreError> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    let mut connection = options.connect().await?;
    loop {
        match sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&mut connection).await {
            Ok(_) => break,
            Err(error) if waited >= BUSY_TIMEOUT => return Err(error.into()),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        waited += PAUSE;
    }
    Ok(connection.close().await?)
}
