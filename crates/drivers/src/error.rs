//! Why a step on a service failed, in two texts: one for the caller, one for the log.

use std::path::PathBuf;

/// Why a step failed. `Display` is for the log, [`DriverError::public`] for the caller.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The operating system said no.
    #[error("{action} {path}: {source}", path = path.display())]
    Io {
        /// What was being done, as a participle: `making`.
        action: &'static str,
        /// To which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A path that leaves its home, or that goes through a symbolic link.
    #[error("the path {} is not a plain path within the home directory", .0.display())]
    Outside(PathBuf),
    /// A directory that every account needs, or one in its mail or configuration: no login's to remove.
    #[error("the path {} belongs to the account itself", .0.display())]
    AccountsOwn(PathBuf),
    /// The machine does not tell what was asked.
    #[error("reading {path}: {source}", path = path.display())]
    Machine {
        /// Where it should stand.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The work was stopped half-way by the end of the program.
    #[error("file work was stopped: {0}")]
    Stopped(String),
}

impl DriverError {
    /// Whether it failed because something is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, DriverError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
    }

    /// A sentence for the caller: no path of the server, no detail of the system.
    #[must_use]
    pub fn public(&self) -> &'static str {
        match self {
            DriverError::Outside(_) => {
                "The directory must be a plain path within the home directory, without symbolic links."
            }
            DriverError::AccountsOwn(_) => {
                "This directory belongs to the account itself; delete the login without “destroy”."
            }
            DriverError::Machine { .. } => "The server cannot tell its own state at present.",
            DriverError::Io { .. } | DriverError::Stopped(_) => {
                "The files of the account could not be changed; nothing was done."
            }
        }
    }
}

/// Whether one step of a sweep succeeded. When not, that is logged: the sweep goes on with the other steps.
pub(crate) fn succeeded(step: Result<(), DriverError>) -> bool {
    step.inspect_err(|error| tracing::error!(%error, "a sweep left something as it is")).is_ok()
}
