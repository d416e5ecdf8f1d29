//! The numbers of the six ports.

use crate::service::Service;

/// The numbers of the six ports, which need not be the well-known ones.
#[derive(Clone, Copy, Debug)]
pub struct Ports([[u16; 2]; 3]);

impl Ports {
    /// These numbers; a port that is not named has its well-known number.
    #[must_use]
    pub fn new(numbers: impl IntoIterator<Item = (Service, bool, u16)>) -> Ports {
        let mut ports = Ports(Service::ALL.map(|service| [service.port(false), service.port(true)]));
        for (service, tls, number) in numbers {
            if let Some(port) =
                ports.0.get_mut(index(service)).and_then(|pair| pair.get_mut(usize::from(tls)))
            {
                *port = number;
            }
        }
        ports
    }

    /// A service's number.
    #[must_use]
    pub fn number(&self, service: Service, tls: bool) -> u16 {
        let pair = self.0.get(index(service));
        pair.and_then(|pair| pair.get(usize::from(tls))).copied().unwrap_or_else(|| service.port(tls))
    }
}

fn index(service: Service) -> usize {
    usize::try_from(service.number()).unwrap_or_default()
}
