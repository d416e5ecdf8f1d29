//! What functions act on: homes, mailboxes, FTP directories, the machine itself. One trait per capability, real
//! implementations beside it; services that run elsewhere get theirs the same way.

mod change;
mod directory;
mod error;
pub mod ftp;
pub mod homes;
pub mod mail;
mod recorded;
pub mod system;
mod system_users;
mod turns;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

pub use change::Change;
pub use error::DriverError;
pub use ftp::Ftp;
pub use homes::Homes;
pub use mail::Mail;
pub use system::{LoadAverages, System};
pub use system_users::SystemUsers;

/// One step on a service: takes its time, and may fail.
pub type Step<'a, T> = Pin<Box<dyn Future<Output = Result<T, DriverError>> + Send + 'a>>;

/// The services of this installation.
#[derive(Clone)]
pub struct Drivers {
    /// Home directories.
    pub homes: Arc<dyn Homes>,
    /// Mailboxes.
    pub mail: Arc<dyn Mail>,
    /// FTP directories.
    pub ftp: Arc<dyn Ftp>,
    /// The machine.
    pub system: Arc<dyn System>,
}

impl Drivers {
    /// The embedded ones: plain directories under `homes`, nothing else installed.
    #[must_use]
    pub fn embedded(homes: &Path) -> Drivers {
        Drivers {
            homes: Arc::new(homes::Directories::new(homes)),
            mail: Arc::new(mail::Maildirs::default()),
            ftp: Arc::new(ftp::Directories::default()),
            system: Arc::new(system::Linux),
        }
    }
}

/// Runs file work where it may block, away from the threads that serve requests.
fn blocking<'a, T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DriverError> + Send + 'static,
) -> Step<'a, T> {
    Box::pin(async move {
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|stopped| Err(DriverError::Stopped(stopped.to_string())))
    })
}
