//! What the end-to-end tests share: the `portreeve` program as a process of its own, and clients as people write
//! them. Nothing here knows how the server is made.

pub mod account;
pub mod browser;
pub mod curl;
pub mod memory;
pub mod program;
pub mod proxy;
pub mod readme;
pub mod sandbox;
pub mod script;
pub mod served;
