//! What the server is measured beside: programs of Debian's. One that is missing is named in the results.

mod fcgiwrap;
mod nginx;

use std::env;
use std::path::PathBuf;
use std::process::Child;

pub use fcgiwrap::{Fcgiwrap, WORKERS as FCGIWRAP_WORKERS};
pub use nginx::Nginx;

/// A program that is not here, and how to get it.
pub fn missing(package: &str) -> String {
    format!("{package} (apt-get install {package})")
}

/// Where a program is, if it is here. Those of administrators are not on everybody's path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    places.map(|place| place.join(program)).find(|place| place.is_file())
}

/// Ends a program that has nothing to save.
fn end(child: &mut Child) {
    // It may have ended already, which is as good.
    let _ = child.kill();
    let _ = child.wait();
}
