//! Why the records could not be read or written.

/// A failure of the records. [`Display`](std::fmt::Display) is for the log; callers are shown
/// [`StoreError::public`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused a statement or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database's file could not be made.
    #[error("the database's file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// A column holds something that is no value of its type.
    #[error("column {column} holds something that is no value of its type")]
    Corrupt {
        /// The column's name.
        column: &'static str,
    },
    /// A sealed value did not open.
    #[error("a sealed value does not open: {0}")]
    Sealed(#[from] portreeve_crypt::SealError),
    /// The records belong to an installation with another key.
    #[error("the records were made under key {recorded}, but this node has key {given}")]
    OtherKey {
        /// The id of the key that the records were made under.
        recorded: String,
        /// The id of the key that this node has.
        given: String,
    },
    /// A newer program has written these records.
    #[error("the records have migration {0}, which this program does not know")]
    Newer(i64),
    /// The database did not confirm a commit: it may have taken place.
    #[error("the database did not confirm a commit: {0}")]
    Unconfirmed(#[source] sqlx::Error),
    /// An entry of the trail could not be put into words.
    #[error("an entry of the trail is no JSON: {0}")]
    Unwritten(#[source] serde_json::Error),
    /// The runtime ended before a commit did.
    #[error("a commit was interrupted")]
    Interrupted,
}

impl StoreError {
    /// What callers are shown: never SQL, never a name of ours.
    #[must_use]
    pub fn public(&self) -> &'static str {
        "The records are unavailable right now."
    }

    /// Whether a statement failed because something that must be unique is there already.
    pub(crate) fn is_taken(&self) -> bool {
        match self {
            StoreError::Database(error) => {
                error.as_database_error().is_some_and(|error| error.is_unique_violation())
            }
            _ => false,
        }
    }

    /// Whether a statement failed because its transaction waited for another one that waited for it: it was rolled back,
    /// and may be tried again.
    pub(crate) fn is_deadlock(&self) -> bool {
        const DEADLOCK: &str = "40P01";
        match self {
            StoreError::Database(error) => {
                error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == DEADLOCK)
            }
            _ => false,
        }
    }

    /// Whether the write that failed may have taken place all the same.
    #[must_use]
    pub fn may_be_written(&self) -> bool {
        matches!(self, StoreError::Unconfirmed(_) | StoreError::Interrupted)
    }
}
