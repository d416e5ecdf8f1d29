//! Whose address: what a trusted proxy says of its clients, and nobody else.
//!
//! The PROXY protocol's header says it once for a connection ([`header`]), on a port and on a Unix socket; on a socket
//! whose connections carry the requests of many clients, `X-Forwarded-For` says it for each request ([`forwarded`]).

mod closed;
pub mod forwarded;
pub mod header;
mod named;
pub mod near;
mod port;
mod socket;

use std::net::IpAddr;

pub(super) use port::serve as serve_port;
pub(super) use socket::{SocketPlaces, serve as serve_socket};

/// The address, in the one form that counters and records know, if it can be a client's at all.
fn possible(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    (!address.is_unspecified() && !address.is_multicast() && !is_broadcast).then_some(address)
}
