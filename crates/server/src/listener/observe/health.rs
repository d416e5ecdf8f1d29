//! Whether this server can serve.

use super::reading::Reading;
use crate::app::App;

/// What is wrong, in a sentence each; nothing when all is well.
pub(super) fn problems(app: &App, reading: &Reading) -> Vec<&'static str> {
    [
        (reading.trail.is_none(), "The records are out of reach."),
        (!app.listeners.all_serve(), "Not every listener serves."),
        (!app.cgi.programs_can_run(), "The spawner of plugins' programs is gone."),
    ]
    .into_iter()
    .filter_map(|(is_wrong, sentence)| is_wrong.then_some(sentence))
    .collect()
}
