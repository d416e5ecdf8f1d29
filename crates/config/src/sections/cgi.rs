//! `[cgi]`: the programs of plugins.

use serde::Deserialize;

use super::server::SystemUser;

/// The programs of plugins. They are run only where root starts the server: nobody else has another user to run them as.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cgi {
    /// Whether they are run at all.
    pub enabled: bool,
    /// The unprivileged user of programs whose account has no system user of its own; never root, never the server's.
    pub user: SystemUser,
    /// The unprivileged user of WHM's programs, which root and resellers open: another than `user`, so that no
    /// account's program has anything of theirs. They are `user`'s too when this is absent.
    pub whm_user: Option<SystemUser>,
}

impl Default for Cgi {
    fn default() -> Cgi {
        Cgi { enabled: true, user: SystemUser::named("nobody"), whm_user: None }
    }
}
