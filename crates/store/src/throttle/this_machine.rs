//! The addresses of this machine, which are nobody's own: all its users, and all programs that it runs for them, come
//! from there.
//!
//! Loopback has 16 million addresses, from which anybody here may choose: the counters see one. And neither of it nor of
//! the machine's other addresses is it ever known that somebody logged in from there: a program of another user would
//! have that one's lane.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use quick_cache::sync::Cache;

/// How long an answer about an address counts: a machine's addresses change seldom.
const LASTS: Duration = Duration::from_secs(60);
/// So many answers are kept.
const KEPT: usize = 1024;

/// The addresses of this machine.
pub(crate) struct ThisMachine {
    are_clients: AtomicBool,
    asked: Cache<IpAddr, Answer>,
}

/// Whether an address is the machine's own, and when that was asked.
#[derive(Clone, Copy)]
struct Answer {
    is_own: bool,
    at: Duration,
}

impl Default for ThisMachine {
    fn default() -> ThisMachine {
        ThisMachine { are_clients: AtomicBool::default(), asked: Cache::new(KEPT) }
    }
}

impl ThisMachine {
    /// Takes its addresses for clients as any others.
    pub(crate) fn take_for_clients(&self) {
        self.are_clients.store(true, Ordering::Relaxed);
    }

    /// A client's address as the counters see it.
    pub(super) fn counted(&self, address: IpAddr) -> IpAddr {
        let address = address.to_canonical();
        let is_one = address.is_loopback() && !self.are_clients.load(Ordering::Relaxed);
        if is_one { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address }
    }

    /// Whether programs of this machine come from there.
    pub(super) fn has(&self, address: IpAddr, now: Duration) -> bool {
        if self.are_clients.load(Ordering::Relaxed) {
            return false;
        }
        address.is_loopback() || self.is_own(address.to_canonical(), now)
    }

    fn is_own(&self, address: IpAddr, now: Duration) -> bool {
        let fresh = self.asked.get(&address).filter(|answer| now.saturating_sub(answer.at) < LASTS);
        if let Some(Answer { is_own, .. }) = fresh {
            return is_own;
        }
        // an address to which there is no way is not the machine's own
        let is_own = is_on_this_machine(SocketAddr::new(address, 9)).unwrap_or(false);
        self.asked.insert(address, Answer { is_own, at: now });
        is_own
    }
}

/// Whether somebody is on this machine. It speaks to its own addresses, and to no others, from the very address that is
/// spoken to; nothing is sent to find that out.
///
/// # Errors
/// When the system does not say: there is no way to the address, above all.
pub fn is_on_this_machine(peer: SocketAddr) -> io::Result<bool> {
    let address = peer.ip().to_canonical();
    if address.is_loopback() {
        return Ok(true);
    }
    let (any, peer) = match (address, peer) {
        (IpAddr::V4(_), _) => (IpAddr::V4(Ipv4Addr::UNSPECIFIED), SocketAddr::new(address, peer.port())),
        // with its interface, which an address of one link needs
        (IpAddr::V6(_), peer) => (IpAddr::V6(Ipv6Addr::UNSPECIFIED), peer),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(peer)?;
    Ok(socket.local_addr()?.ip() == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn all_of_loopback_is_one_address_unless_it_stands_for_clients() {
        let machine = ThisMachine::default();
        for text in ["127.0.0.1", "127.77.0.1", "::1", "::ffff:127.1.2.3"] {
            assert_eq!(machine.counted(address(text)), address("127.0.0.1"), "{text}");
            assert!(machine.has(machine.counted(address(text)), Duration::ZERO), "{text}");
        }
        assert_eq!(machine.counted(address("::ffff:192.0.2.1")), address("192.0.2.1"));
        machine.take_for_clients();
        assert_eq!(machine.counted(address("127.77.0.1")), address("127.77.0.1"));
        assert!(!machine.has(address("127.0.0.1"), Duration::ZERO));
    }

    #[test]
    fn what_the_machine_can_be_reached_at_is_its_own_and_nothing_else_is() {
        let machine = ThisMachine::default();
        for text in ["192.0.2.1", "198.51.100.7", "2001:db8::1"] {
            assert!(!machine.has(address(text), Duration::ZERO), "{text}");
        }
        // the one that packets to elsewhere would bear; none is sent, and a machine without a network has none
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        if socket.connect("192.0.2.1:9").is_ok() {
            let own = socket.local_addr().unwrap().ip();
            assert!(machine.has(own, Duration::ZERO), "{own}");
            assert!(machine.has(own, LASTS), "{own}");
        }
    }
}
