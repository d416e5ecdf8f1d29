//! Which callers a service is for (docs/differences.md#wrong-port).

use portreeve_store::Role;
use portreeve_types::{Ports, Service};

use super::denied::Denied;
use super::proof::Proof;
use crate::hint::Hint;

/// Refuses a proven caller whose place is another service.
pub(super) fn check(ports: &Ports, service: Service, proof: &Proof) -> Result<(), Denied> {
    let hint = match proof.only {
        Some(only) if only != service => Some(Hint::wrong_service(ports, only)),
        _ if fits(service, proof) => return Ok(()),
        _ => Some(place_hint(ports, proof)),
    };
    Err(Denied::Place { caller: proof.log_name(), hint })
}

/// Whether a service is for this kind of caller at all.
pub(crate) fn fits(service: Service, proof: &Proof) -> bool {
    proof.account.fits(service, proof.mailbox.as_deref())
}

/// Where a caller belongs.
pub(crate) fn place_hint(ports: &Ports, proof: &Proof) -> Hint {
    Hint::wrong_service(ports, home(proof))
}

/// The service that a caller belongs to first of all.
fn home(proof: &Proof) -> Service {
    match (&proof.mailbox, proof.account.role) {
        (Some(_), _) => Service::Webmail,
        (None, Role::Administrator) => Service::Whm,
        (None, _) => Service::Cpanel,
    }
}
