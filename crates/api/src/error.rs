//! Why a call failed, in two texts: one for the caller, one for the log.

use portreeve_crypt::Busy;
use portreeve_drivers::DriverError;
use portreeve_store::StoreError;
use portreeve_wire::{Answer, ArgumentError};

/// Why a call failed. `Display` is the log's text; [`ApiError::public`] the caller's.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// An argument is missing or breaks its rule.
    #[error("{0}")]
    Argument(#[from] ArgumentError),
    /// The call is understood and cannot be done, for a reason that the caller can act on.
    #[error("{0}")]
    Refused(String),
    /// The function is not for this kind of caller.
    #[error("Permission denied")]
    WrongCaller,
    /// Our records failed.
    #[error("records: {0}")]
    Store(#[from] StoreError),
    /// A service failed.
    #[error("service: {0}")]
    Driver(#[from] DriverError),
    /// Too many passwords are being hashed.
    #[error("password hashing: {0}")]
    Busy(#[from] Busy),
}

impl ApiError {
    /// A reason that the caller can act on: a whole sentence.
    #[must_use]
    pub fn refused(why: impl Into<String>) -> ApiError {
        ApiError::Refused(why.into())
    }

    /// What the caller is told.
    #[must_use]
    pub fn public(&self) -> String {
        match self {
            ApiError::Argument(error) => error.to_string(),
            ApiError::Refused(why) => why.clone(),
            ApiError::WrongCaller => "Permission denied".to_owned(),
            ApiError::Store(error) => error.public().to_owned(),
            ApiError::Driver(error) => error.public().to_owned(),
            ApiError::Busy(_) => {
                "The server is busy with other logins; try again in a few seconds.".to_owned()
            }
        }
    }

    /// What the log is told beyond that; nothing when the caller was told everything.
    #[must_use]
    pub fn internal(&self) -> Option<String> {
        match self {
            ApiError::Argument(_) | ApiError::Refused(_) | ApiError::WrongCaller => None,
            other => Some(other.to_string()),
        }
    }
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Answer {
        Answer::failure(error.public())
    }
}
