//! The one build that the tests, the generated files and the end-to-end suite share.

use std::path::PathBuf;

use anyhow::Result;
use cargo_metadata::MetadataCommand;

use crate::run::{cargo, root, run};

/// The chores' own programs, which are not built where nobody asks for them.
pub const PROGRAMS: &str = "--features xtask/describe,xtask/bench,xtask/simulate";

/// Builds the whole workspace with its tests, and the chores' programs. One selection of packages for every chore means one set
/// of features, so no crate is compiled twice.
pub fn everything(locked: bool) -> Result<()> {
    run(cargo(&format!("build --workspace --all-targets {PROGRAMS}")).args(locked.then_some("--locked")))
}

/// Builds `describe` and what it needs, also while the rest does not compile.
pub fn describe() -> Result<()> {
    run(&mut cargo("build --quiet --workspace --features xtask/describe --bin describe"))
}

/// Where cargo puts what it builds.
pub fn target_directory() -> Result<PathBuf> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    Ok(metadata.target_directory.into_std_path_buf())
}
