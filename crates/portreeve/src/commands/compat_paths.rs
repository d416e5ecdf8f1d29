//! `portreeve compat-paths`: the paths that scripts for the original begin with.

use std::io::{BufRead, Write, stdin, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use rustix::process::geteuid;

use crate::compat;

/// Makes, lists and removes paths such as /usr/local/cpanel/3rdparty/bin/perl and /scripts/perlinstaller. Never where
/// the original is installed.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// Below this directory instead of /.
    #[arg(long, value_name = "DIR", global = true, default_value = "/")]
    root: PathBuf,
}

#[derive(Subcommand)]
enum Action {
    /// Show what is to be made, ask, and make it.
    Install {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Take away what was made and is still as it was made.
    Remove,
    /// Show what was made.
    List,
}

impl Arguments {
    pub(super) fn run(self) -> Result<()> {
        let root = self.root.canonicalize().with_context(|| format!("finding {}", self.root.display()))?;
        let made = compat::Manifest::read(&root)?;
        match self.action {
            Action::List => {
                let Some(made) = made else { bail!("no paths were made") };
                made.entries.iter().for_each(|entry| println!("{}", entry.shown()));
                Ok(())
            }
            Action::Install { yes } => {
                only_root()?;
                ensure!(made.is_none(), "the paths were made already; see `portreeve compat-paths list`");
                let program = std::env::current_exe().context("finding this program")?;
                compat::check_program(&program)?;
                let entries = compat::plan(&root, &compat::program_within(&root, &program))?;
                entries.iter().for_each(|entry| println!("{}", entry.shown()));
                if !yes && !agreed()? {
                    bail!("nothing was made");
                }
                compat::install(&root, entries)
            }
            Action::Remove => {
                only_root()?;
                let Some(left) = compat::remove(&root)? else { bail!("no paths were made") };
                for path in left {
                    println!("left, as it was changed or is in use: {}", path.display());
                }
                Ok(())
            }
        }
    }
}

fn only_root() -> Result<()> {
    ensure!(geteuid().is_root(), "only root can do this");
    Ok(())
}

fn agreed() -> Result<bool> {
    print!("Make these? [y/N] ");
    stdout().flush().context("writing to standard output")?;
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).context("reading the answer")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
