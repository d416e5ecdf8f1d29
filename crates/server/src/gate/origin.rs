//! In whose name the gate and the login change records, before there is a caller.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_store::{Means, Origin, Writer};

use super::proof::Proof;
use crate::app::App;
use crate::request::{Peer, Request};

/// The records in the hands of a client of whom nothing is proven.
pub(crate) fn records_for_nobody(app: &App, request: &Request) -> Writer {
    app.environment.store.acting_for(Arc::new(unproven(request)))
}

fn unproven(request: &Request) -> Origin {
    let (address, system_user) = match request.connection.peer {
        Peer::Local { uid } => (None, Some(uid)),
        peer @ (Peer::Network(_) | Peer::Proxied(_)) => (Some(peer.address()), None),
    };
    Origin {
        address,
        system_user,
        service: Some(request.service()),
        request: Some(request.id),
        ..Origin::of(Means::Unproven)
    }
}

impl Proof {
    /// The records in the hands of whom this proves.
    pub(crate) fn records(&self, app: &App, request: &Request) -> Writer {
        let means = match self.assurance {
            _ if self.system_user.is_some() => Means::SystemUser,
            Assurance::PasswordAndCode => Means::PasswordAndCode,
            Assurance::Password => Means::Password,
            Assurance::Link => Means::Link,
            Assurance::Kept => Means::KeptPage,
            Assurance::Token => Means::Token,
        };
        let possessor = self.possessor.as_ref().map(|possessor| possessor.user.clone());
        let origin = Origin {
            who: Some(self.login_name()),
            possessor: possessor.or_else(|| self.system_user?.behind(&self.account)),
            means,
            token: self.token.as_ref().map(|token| token.name.clone()),
            session: self.session.as_ref().map(|session| session.log_id()),
            ..unproven(request)
        };
        app.environment.store.acting_for(Arc::new(origin))
    }
}
