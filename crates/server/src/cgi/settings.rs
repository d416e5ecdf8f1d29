//! What the server is told of plugins at its start, and what it keeps of their runs.

use std::path::PathBuf;
use std::sync::Arc;

use portreeve_crypt::Entropy;
use portreeve_helper::{Limits, Spawner};

use super::call_addresses::CallAddresses;
use super::places::Places;
use super::tickets::Tickets;

/// Whether programs are run.
pub enum Programs {
    /// By this spawner.
    By(Spawner),
    /// They are not: a sentence that says why.
    Off(&'static str),
}

/// What the server is told of plugins.
#[derive(Clone, Debug)]
pub struct CgiSettings {
    /// The folder that has `3rdparty`, `cgi`, `frontend`, `webmail` and `whm`.
    pub folder: PathBuf,
    /// What one run may use.
    pub limits: Limits,
    /// Bytes of a request's body.
    pub input: u64,
    /// Bytes of an answer's body.
    pub output: u64,
    /// Programs of one account at once.
    pub for_one_account: usize,
}

impl CgiSettings {
    /// The usual bounds.
    #[must_use]
    pub fn below(folder: PathBuf) -> CgiSettings {
        CgiSettings {
            folder,
            limits: Limits::default(),
            input: 64 << 20,
            output: 1 << 30,
            for_one_account: 8,
        }
    }
}

/// Plugins, as the server has them.
pub struct Cgi {
    pub(super) settings: CgiSettings,
    pub(super) programs: Programs,
    pub(super) places: Places,
    /// Uploads of one account at once that wait for their end before a program is run.
    pub(super) uploads: Places,
    pub(crate) tickets: Arc<Tickets>,
    pub(crate) calls: CallAddresses,
}

impl Cgi {
    /// Plugins with these settings.
    #[must_use]
    pub fn new(settings: CgiSettings, programs: Programs, entropy: Arc<dyn Entropy>) -> Cgi {
        Cgi {
            places: Places::new(settings.for_one_account),
            uploads: Places::new(settings.for_one_account),
            tickets: Arc::new(Tickets::new(entropy)),
            calls: CallAddresses::default(),
            settings,
            programs,
        }
    }

    /// Waits until programs can be run no more; for ever where they are not run at all.
    pub async fn programs_gone(&self) {
        match &self.programs {
            Programs::By(spawner) => spawner.gone().await,
            Programs::Off(_) => std::future::pending().await,
        }
    }

    /// Whether programs can be run, where they are run at all.
    #[must_use]
    pub fn programs_can_run(&self) -> bool {
        match &self.programs {
            Programs::By(spawner) => spawner.is_there(),
            Programs::Off(_) => true,
        }
    }

    /// Where plugins lie.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        &self.settings.folder
    }
}
