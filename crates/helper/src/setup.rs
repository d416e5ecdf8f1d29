//! What a spawner is told when it is started. It believes this, and nothing that contradicts it later.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::users::Users;

/// What a spawner is told when it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The users that it gives out.
    pub users: Users,
    /// The server's user, whose programs are trusted like root's, and whom no program runs as.
    pub server_uid: u32,
    /// Where the accounts' homes lie: a system user with another home is no account's.
    pub homes: PathBuf,
    /// Where the plugins lie: nothing else is run.
    pub plugins: PathBuf,
}

impl Setup {
    /// The arguments of `portreeve spawner` that say this.
    #[must_use]
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = match &self.users {
            Users::Own => vec!["--own-user".into()],
            Users::Switch { unprivileged, whm } => {
                let whm = whm.iter().flat_map(|whm| ["--whm-user".into(), whm.into()]);
                ["--user".into(), unprivileged.into()].into_iter().chain(whm).collect()
            }
        };
        arguments.extend(["--server-uid".into(), self.server_uid.to_string().into()]);
        arguments.extend(["--homes".into(), self.homes.clone().into()]);
        arguments.extend(["--plugins".into(), self.plugins.clone().into()]);
        arguments
    }
}
