//! Plugins against the real program: their files, their programs run by a real spawner, and what neither may do.

mod answers;
mod ends;
mod environment;
mod files;
mod hostile;
mod plugins;
mod streaming;
mod support;
mod tickets;
mod users;
