//! In whose name the gate and the login change records, before there is a caller.

use std::sync::Arc;

use portreeve_api::Assurance;
use portreeve_store::{Means, Origin, Writer};

use super::proof::Proof;
use crate::app::App;
use crate::request::Request;

/// The records in the hands of a client of whom nothing is proven.
pub(crate) fn records_for_nobody(app: &App, request: &Request) -> Writer {
    app.environment.store.acting_for(Arc::new(unproven(request)))
}

fn unproven(request: &Request) -> Origin {
    Origin {
        address: Some(request.connection.peer.address()),
        service: Some(request.service()),
        request: Some(request.id),
        ..Origin::of(Means::Unproven)
    }
}

impl Proof {
    /// The records in the hands of whom this proves.
    pub(crate) fn records(&self, app: &App, request: &Request) -> Writer {
        let means = match self.assurance {
            Assurance::PasswordAndCode => Means::PasswordAndCode,
            Assurance::Password => Means::Password,
            Assurance::Link => Means::Link,
            Assurance::Kept => Means::KeptPage,
            Assurance::Token => Means::Token,
        };
        let origin = Origin {
            who: Some(self.login_name()),
            possessor: self.possessor.as_ref().map(|possessor| possessor.user.clone()),
            means,
            token: self.token.as_ref().map(|token| token.name.clone()),
            session: self.session.as_ref().map(|session| session.log_id()),
            ..unproven(request)
        };
        app.environment.store.acting_for(Arc::new(origin))
    }
}
