//! Prints the description of every function as JSON; `cargo xtask generate` turns it into a file.

use std::io::{Write, stdout};

fn main() -> std::io::Result<()> {
    writeln!(stdout(), "{}", portreeve_functions::describe())
}
