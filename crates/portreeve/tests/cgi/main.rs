//! Plugins against the real program: their files, their programs run by a real spawner, and what neither may do.

mod answers;
mod bodies;
mod bookmarks;
mod ends;
mod environment;
mod files;
#[cfg(test)]
mod hostile;
mod plugins;
#[cfg(test)]
mod spawners;
mod streaming;
#[cfg(test)]
mod support;
#[cfg(test)]
mod ticket_policies;
mod tickets;
#[cfg(test)]
mod users;
