//! Prints what the code says of itself: every function as JSON, with the argument `settings` the page that lists
//! the settings, and with `events` the page that lists the events of the audit trail. `cargo xtask generate` turns them
//! into files.

use std::io::{Write, stdout};

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("settings") => write!(stdout(), "{}", portreeve_functions::describe_settings()),
        Some("events") => write!(stdout(), "{}", portreeve_functions::describe_events()),
        _ => writeln!(stdout(), "{}", portreeve_functions::describe()),
    }
}
