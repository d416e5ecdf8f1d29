//! What a connection serves.

use std::future::Future;

use http::{Request, Response};

use super::body::{RequestBody, ResponseBody};
use super::gone::ClientGone;
use super::refusal::Refusal;
use super::seen::Seen;

/// Answers the requests of many connections.
pub trait Service: Sync {
    /// Answers one request. Once called it runs to its end, whatever the client does; `client` says when nobody waits
    /// any more.
    fn call(
        &self,
        request: Request<RequestBody>,
        client: ClientGone,
    ) -> impl Future<Output = Response<ResponseBody>> + Send;

    /// The answer to a request that never became one, for which [`Refusal::response`] is the start. This is
    /// the place to give it an id and write the log's line. `seen` is what could be read of it.
    fn refused(&self, refusal: Refusal, seen: Option<&Seen>) -> Response<ResponseBody>;

    /// The time for the `Date` field, in seconds since 1970.
    fn unix_seconds(&self) -> i64;
}
