//! A change to a service that is undone unless it is kept.

/// A step that was prepared: [`Change::keep`] completes it, dropping it takes it back.
///
/// This is how a function does two things as one: prepare the service, write the record, keep. Whatever fails
/// in between, a return or a panic included, leaves the service as it was.
#[must_use = "a change that is not kept is taken back"]
pub struct Change {
    complete: Option<Box<dyn FnOnce() + Send>>,
    undo: Option<Box<dyn FnOnce() + Send>>,
}

impl Change {
    /// A prepared step: how to complete it once the record is written, and how to take it back.
    pub fn new(complete: impl FnOnce() + Send + 'static, undo: impl FnOnce() + Send + 'static) -> Change {
        Change { complete: Some(Box::new(complete)), undo: Some(Box::new(undo)) }
    }

    /// Completes the step.
    pub async fn keep(mut self) {
        self.undo = None;
        if let Some(complete) = self.complete.take() {
            // A record that is written stays written: what this cannot complete, the sweep at start does.
            let _ = tokio::task::spawn_blocking(complete).await;
        }
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if let Some(undo) = self.undo.take() {
            undo();
        }
    }
}
