//! What tests run against: a real server in this process with a clock that the test moves, a client that sees every
//! byte of the answers, and real services beside them.

mod claims;
mod client;
mod clock;
mod context;
mod must;
mod nginx;
mod postgres;
mod server;

pub use claims::SAID_BY_PROXIES;
pub use client::{Call, Client, Connection, Response};
pub use clock::ManualClock;
pub use context::context;
pub use must::must;
pub use nginx::Nginx;
pub use portreeve_config::TlsBy;
pub use postgres::{Database, Postgres};
pub use server::{Builder, Login, NEIGHBOUR, Session, TRUSTED_PROXY, TestServer};
