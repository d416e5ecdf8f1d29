//! Proof that `new-function` makes functions that compile and whose examples pass, in a copy of the workspace.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::build;
use crate::new_function::{SOURCES, Surface, add};
use crate::run::{cargo, output, program, root, run};

/// One function in a module that is there, one in a new module, one of API 2's, one of WHM's.
fn surfaces() -> [Surface; 4] {
    let uapi =
        |module: &str, function: &str| Surface::Uapi { module: module.into(), function: function.into() };
    [
        uapi("Email", "scaffold_in_a_known_module"),
        uapi("Scaffold", "scaffold_in_a_new_module"),
        Surface::Api2 { module: "Email".into(), function: "scaffold_of_api2".into() },
        Surface::Whm { function: "scaffold_of_whm".into() },
    ]
}

/// Copies the workspace below the target directory, adds functions and runs the tests of the functions.
pub fn check() -> Result<()> {
    let target = build::target_directory()?;
    let copy = target.join("scaffold");
    copy_workspace(&copy)?;
    for surface in &surfaces() {
        add(&copy.join(SOURCES), surface)?;
    }
    run(cargo("test --offline --package portreeve-functions --tests")
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", target))
}

/// Copies every file that git tracks or would track.
fn copy_workspace(copy: &Path) -> Result<()> {
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    let listed =
        output(program("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    for name in listed.split_terminator('\0') {
        let from = root().join(name);
        if from.is_file() {
            let to = copy.join(name);
            fs::create_dir_all(to.parent().unwrap_or(copy))?;
            fs::copy(&from, &to).with_context(|| format!("cannot copy {name}"))?;
        }
    }
    set_version_apart(&copy.join("Cargo.toml"))
}

/// The copy shares the target directory, so that third-party crates are not compiled again. A version of its own
/// keeps cargo from taking the copy's crates for the real ones.
fn set_version_apart(manifest: &Path) -> Result<()> {
    let text = fs::read_to_string(manifest)?;
    let apart = text.replacen("\nversion = \"", "\nversion = \"0.0.0-scaffold.", 1);
    ensure!(apart != text, "the workspace's manifest has no version");
    fs::write(manifest, apart)?;
    Ok(())
}
