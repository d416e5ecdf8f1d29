//! `portreeve spawner`: the process that runs plugins' programs. A server starts it, with its socket as standard input.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use portreeve_helper::{Setup, Users, serve};

/// Serves one server, and ends with it.
#[derive(Args)]
pub struct Arguments {
    /// The unprivileged user that programs run as.
    #[arg(long, required_unless_present = "own_user")]
    user: Option<String>,
    /// The unprivileged user that WHM's programs run as.
    #[arg(long, requires = "user")]
    whm_user: Option<String>,
    /// Run programs as this process's own user.
    #[arg(long, conflicts_with = "user")]
    own_user: bool,
    /// The server's user, whose programs are trusted like root's.
    #[arg(long)]
    server_uid: u32,
    /// The directory of the accounts' homes.
    #[arg(long)]
    homes: PathBuf,
    /// The directory of plugins.
    #[arg(long)]
    plugins: PathBuf,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        serve(self.setup()).context("running programs")
    }

    fn setup(self) -> Setup {
        let Arguments { user, whm_user, own_user: _, server_uid, homes, plugins } = self;
        let users = match user {
            Some(unprivileged) => Users::Switch { unprivileged, whm: whm_user },
            None => Users::Own,
        };
        Setup { users, server_uid, homes, plugins }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Spawner {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn what_a_spawner_is_told_survives_the_command_line() {
        let switch = |whm: Option<&str>| Users::Switch {
            unprivileged: "nobody".to_owned(),
            whm: whm.map(str::to_owned),
        };
        for users in [switch(None), switch(Some("games")), Users::Own] {
            let setup =
                Setup { users, server_uid: 33, homes: "/a b/home".into(), plugins: "/a b/plugins".into() };
            let line = [vec!["spawner".into()], setup.arguments()].concat();
            assert_eq!(Spawner::parse_from(line).arguments.setup(), setup);
        }
    }
}
