//! A page's call: the same functions under the same checks as everybody's, with the data for the page instead of an
//! envelope.

use portreeve_api::Entry;
use portreeve_types::Service;
use portreeve_wire::Params;
use serde::de::DeserializeOwned;

use super::run::{Outcome, run};
use crate::app::App;
use crate::gate::Caller;

/// Calls a function on the caller's own account; the error is a sentence for the reader.
pub(crate) async fn call<Data: DeserializeOwned>(
    app: &App,
    caller: &Caller,
    service: Service,
    entry: &'static Entry,
    params: Params,
) -> Result<Data, String> {
    if !entry.services.contains(service) {
        return Err("Permission denied".to_owned());
    }
    match run(entry, super::own(app, caller), params).await {
        Outcome::WrongCaller => Err("Permission denied".to_owned()),
        Outcome::Answer(answer) => match answer.errors.into_iter().next() {
            Some(error) => Err(error),
            None => {
                let data = answer.data.as_ref().map_or("null", |data| data.get());
                serde_json::from_str(data).map_err(|_| "The answer cannot be shown.".to_owned())
            }
        },
    }
}
