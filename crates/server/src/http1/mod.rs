//! HTTP/1.0 and HTTP/1.1: a strict reader and writer, one task for each connection.
//!
//! [`serve`] owns the socket. It finds a head ([`HeadScan`]), reads it ([`Head`]), runs the [`Service`] while
//! it feeds it the body ([`BodyDecoder`]), and sends the answer. Nothing here decides who may do what.
//!
//! Two programs that read one request in two ways are the root of request smuggling. So what the standard
//! leaves to taste is refused, each [`Refusal`] says in a sentence what was wrong and how to mend it, and no
//! connection outlives a refusal. The one exception: the stray `\n\r` that a widely copied PHP sample leaves
//! at the end of its `Authorization` line is taken out.

mod answer;
mod body;
mod chunked;
mod connection;
mod date;
mod detect;
mod gone;
mod head;
mod inbound;
mod limits;
mod lines;
mod read;
mod reason;
mod refusal;
mod rules;
mod scan;
mod seen;
mod service;
mod socket;
mod spelling;
mod target;
mod timer;
mod write;

pub use body::{BodyError, Pieces, RequestBody, ResponseBody};
pub use chunked::{BodyDecoder, Step};
pub use connection::{refuse, serve};
pub(crate) use date::http_date;
pub use detect::looks_like_http;
pub use gone::ClientGone;
pub use head::Head;
pub use limits::Limits;
pub use reason::ReasonPhrase;
pub use refusal::Refusal;
pub use rules::Framing;
pub use scan::HeadScan;
pub use seen::Seen;
pub use service::Service;
