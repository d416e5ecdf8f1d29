//! HTTP/1 over raw sockets: a table of what must come back for which bytes, and how connections behave.
//!
//! Cases bear the names of the public Http11Probe catalogue where it has them.

#[cfg(test)]
mod behind_nginx;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod echo;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod handler;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod times;
