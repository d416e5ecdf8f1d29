//! What needs root, a process of its own, or unsafe code: the spawner, which runs CGI programs, and the allocator that
//! wipes what it gets back (`wiping`).
//!
//! The server is large and has threads; forking it is slow and unsafe. So it starts a small process by exec before
//! anything else, and asks it for each run over a socket pair (`message`). For each run the spawner forks a keeper
//! (`keeper`), in a process namespace of its own where it may make one. The keeper sets itself apart (`apart`), starts the
//! program (`program`), waits for its end, for the end of its time or for the server to give it up, and then kills all
//! that is left.
//!
//! What a run may be is decided on this side again: what the spawner was told at its start (`setup`) stands, and from
//! then on it believes the server in nothing but the words to pass on. It looks the user up, checks the owners of the
//! program and of all folders above it, lets no bound be wider than the usual, and never runs anything as root.

mod apart;
mod client;
mod end;
mod keeper;
mod limits;
mod message;
mod outcome;
mod ownership;
mod program;
mod setup;
mod signals;
mod spawner;
mod system_user;
mod transfer;
mod users;
mod wiping;

pub use client::{Handles, Running, SpawnError, Spawner};
pub use limits::Limits;
pub use message::{Program, Run, Unreadable};
pub use outcome::{Outcome, Refusal};
pub use program::PHP;
pub use setup::Setup;
pub use spawner::serve;
pub use system_user::SystemUser;
pub use users::{RunAs, Users};
pub use wiping::{Wiping, give_back_memory};
