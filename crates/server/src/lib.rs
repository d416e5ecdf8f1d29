//! What knows HTTP: the listeners, the gate, dispatch and the pages. Nothing below this crate does.
//!
//! A request goes `listener` -> `route` -> `gate` (who is asking) -> `dispatch` (what is asked) -> a function ->
//! an envelope; docs/architecture.md follows one.

mod app;
pub mod cgi;
mod dispatch;
mod gate;
mod hint;
pub mod http1;
pub mod listener;
pub mod log;
mod login;
mod metrics;
mod pages;
mod refusal;
mod reply;
pub mod request;
mod route;
mod words;

pub use app::{App, Settings};
