//! The addresses of this machine, which are nobody's own: all its users, and all programs that it runs for them, come
//! from there.
//!
//! Loopback has 16 million addresses, from which anybody here may choose: the counters see one. And neither of it nor of
//! the machine's other addresses is it ever known that somebody logged in from there: a program of another user would
//! have that one's lane.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::locked::locked;

/// How long the list of the machine's addresses counts: they change seldom.
const LASTS: Duration = Duration::from_secs(60);

/// The addresses of this machine.
#[derive(Default)]
pub(crate) struct ThisMachine {
    are_clients: AtomicBool,
    own: Mutex<Option<Own>>,
}

/// The addresses of its networks, and when they were asked for.
struct Own {
    addresses: Vec<IpAddr>,
    at: Duration,
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
        address.is_loopback() || self.is_own(address, now)
    }

    fn is_own(&self, address: IpAddr, now: Duration) -> bool {
        let mut own = locked(&self.own);
        let fresh = own.take().filter(|own| now.saturating_sub(own.at) < LASTS);
        let Own { addresses, .. } =
            own.insert(fresh.unwrap_or_else(|| Own { addresses: own_addresses(), at: now }));
        addresses.contains(&address.to_canonical())
    }
}

/// The addresses that the machine has now; none where the system does not say.
fn own_addresses() -> Vec<IpAddr> {
    let interfaces = match nix::ifaddrs::getifaddrs() {
        Ok(interfaces) => interfaces,
        Err(error) => {
            tracing::warn!(%error, "this machine's own addresses cannot be read");
            return Vec::new();
        }
    };
    let addresses = interfaces.filter_map(|interface| {
        let address = interface.address?;
        let v4 = address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
        v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip())))
    });
    addresses.collect()
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

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
        }
    }
}
