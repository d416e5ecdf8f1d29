//! What a call came to, before any envelope.

use serde::Serialize;
use serde_json::value::RawValue;

/// What a call came to: data, or errors; the same for every surface.
pub struct Answer {
    /// The data as compact JSON; none when the call failed.
    pub data: Option<Box<RawValue>>,
    /// Why the call failed; empty when it did not.
    pub errors: Vec<String>,
    /// Notes for the caller: hints, above all.
    pub messages: Vec<String>,
    /// One sentence on the outcome, as WHM API 1 wants it: `OK`.
    pub reason: String,
}

impl Answer {
    /// A call that went well.
    pub fn success(data: &impl Serialize, reason: String) -> Answer {
        match serde_json::value::to_raw_value(data) {
            Ok(data) => Answer { data: Some(data), errors: Vec::new(), messages: Vec::new(), reason },
            Err(_) => Answer::failure("The answer holds something that JSON cannot express."),
        }
    }

    /// A call that failed.
    #[must_use]
    pub fn failure(error: impl Into<String>) -> Answer {
        let reason = error.into();
        Answer { data: None, errors: vec![reason.clone()], messages: Vec::new(), reason }
    }

    /// The answer with a hint for the caller.
    #[must_use]
    pub fn with_message(mut self, message: Option<String>) -> Answer {
        self.messages.extend(message);
        self
    }

    /// Whether the data is a list, which UAPI marks in its metadata.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.data.as_ref().is_some_and(|data| data.get().starts_with('['))
    }

    /// Whether the call went well.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.errors.is_empty()
    }
}
