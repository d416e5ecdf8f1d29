//! Prints what the code says of itself: every function as JSON, and with the argument `settings` the page that lists
//! the settings. `cargo xtask generate` turns both into files.

use std::io::{Write, stdout};

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("settings") => write!(stdout(), "{}", portreeve_functions::describe_settings()),
        _ => writeln!(stdout(), "{}", portreeve_functions::describe()),
    }
}
