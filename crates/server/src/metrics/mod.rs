//! What is counted for whoever watches this server: numbers under labels that no client can choose.
//!
//! The numbers are written down here and read in `listener/observe`; docs/metrics.md lists them. A library for this
//! would look each number up in a locked map by its labels' texts. Here a label is an enum and its place is known.

mod label;
mod requests;
mod tally;
mod text;

use portreeve_types::{Service, Timestamp};

use crate::gate::GateOutcome;
use crate::http1::Refusal;
use crate::listener::{Entrance, Full};
use crate::login::LoginOutcome;

pub use label::Label;
pub(crate) use label::label;
pub use requests::StatusClass;
pub use tally::Tally;
pub use text::{CONTENT_TYPE, Text, plain};

/// What a server has done since its start.
pub struct Metrics {
    /// When it was made.
    pub started: Timestamp,
    /// Answered requests, one for each line of the request log.
    pub requests: Tally<(Service, StatusClass)>,
    /// What was no request, or stopped being one.
    pub refusals: Tally<Refusal>,
    /// What the gate said.
    pub gate: Tally<GateOutcome>,
    /// How logins ended.
    pub logins: Tally<LoginOutcome>,
    /// Connections that have a place.
    pub open_connections: Tally<Entrance>,
    /// Connections that got none.
    pub refused_connections: Tally<Full>,
}

impl Metrics {
    /// Nothing was done yet.
    pub fn new(started: Timestamp) -> Metrics {
        Metrics {
            started,
            requests: Tally::default(),
            refusals: Tally::default(),
            gate: Tally::default(),
            logins: Tally::default(),
            open_connections: Tally::default(),
            refused_connections: Tally::default(),
        }
    }
}
