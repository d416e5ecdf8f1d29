//! Whether somebody who connects to a port is on this machine.
//!
//! On a port it cannot be told which of a machine's users connects, and a customer's program must not be the proxy that
//! names everybody's address. So a port is for proxies on other machines only, and one on this machine comes by a
//! socket.

use std::io;
use std::net::SocketAddr;

use portreeve_store::is_on_this_machine;

/// Tells the programs of this machine from others.
pub trait Neighbours: Send + Sync {
    /// Whether the connection from this address comes from this machine.
    ///
    /// # Errors
    /// When the system does not say.
    fn has(&self, peer: SocketAddr) -> io::Result<bool>;
}

/// The machine that this runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThisMachine;

impl Neighbours for ThisMachine {
    fn has(&self, peer: SocketAddr) -> io::Result<bool> {
        is_on_this_machine(peer)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, UdpSocket};

    use super::*;

    /// The address that this machine speaks to others from, if it can at all.
    fn own() -> Option<IpAddr> {
        let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
        socket.connect("198.51.100.1:9").ok()?;
        Some(socket.local_addr().ok()?.ip())
    }

    #[test]
    fn every_address_of_this_machine_is_here_and_no_other_is() {
        let has = |text: &str| ThisMachine.has(text.parse().unwrap());
        for here in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(has(here).unwrap(), "{here}");
        }
        if let Some(own) = own() {
            assert!(ThisMachine.has(SocketAddr::new(own, 4711)).unwrap(), "{own}");
        }
        // where there is no way to it, that is an error
        assert!(!matches!(has("198.51.100.1:4711"), Ok(true)));
    }
}
