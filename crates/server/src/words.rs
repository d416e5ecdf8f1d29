//! Sentences that several surfaces say.

/// Our records fail: nobody is let in.
pub const UNAVAILABLE: &str = "The records are unavailable right now.";

/// The threads that verify passwords have too much to do.
pub const BUSY: &str = "The server is busy with other logins; try again in a few seconds.";
