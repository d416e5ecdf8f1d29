//! What needs root, or a process of its own. So far that is the spawner, which runs CGI programs.
//!
//! The server is large and has threads; forking it is slow and unsafe. So it starts a small process by exec before
//! anything else, and asks it for each run over a socket pair (`message`). For each run the spawner forks a keeper
//! (`keeper`), in a process namespace of its own where it may make one. The keeper starts the program (`program`),
//! waits for its end, for the end of its time or for the server to give it up, and then kills all that is left.
//!
//! What a run may be is decided on this side again: the spawner believes the server in nothing but the words to pass
//! on. It looks the user up, checks the owners of the program and its folder, and never runs anything as root.

mod client;
mod end;
mod keeper;
mod limits;
mod message;
mod outcome;
mod ownership;
mod program;
mod spawner;
mod transfer;
mod users;

pub use client::{Handles, Running, SpawnError, Spawner};
pub use limits::Limits;
pub use message::{Program, Run};
pub use outcome::{Outcome, Refusal};
pub use spawner::serve;
pub use users::{RunAs, Users};
