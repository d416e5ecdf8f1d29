//! The service behind the table: it answers what it was asked, and counts.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use portreeve_server::http1::{ClientGone, Refusal, RequestBody, ResponseBody, Seen, Service};

/// Answers method, target and body of each request.
#[derive(Default)]
pub struct Echo {
    /// Requests that arrived whole.
    pub served: AtomicUsize,
    /// Requests that were refused.
    pub refused: AtomicUsize,
}

impl Service for Echo {
    async fn call(&self, request: Request<RequestBody>, _: ClientGone) -> Response<ResponseBody> {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect(16 * 1024 * 1024).await else {
            return Response::builder().status(500).body(ResponseBody::Empty).unwrap();
        };
        self.served.fetch_add(1, Ordering::SeqCst);
        let text = format!("{} {} {}", parts.method, parts.uri, body.escape_ascii());
        let mut response = Response::new(ResponseBody::Full(Bytes::from(text)));
        let method = HeaderValue::from_str(parts.method.as_str()).unwrap();
        response.headers_mut().insert("x-method", method);
        response
    }

    fn refused(&self, refusal: Refusal, _seen: Option<&Seen>) -> Response<ResponseBody> {
        self.refused.fetch_add(1, Ordering::SeqCst);
        refusal.response()
    }

    fn unix_seconds(&self) -> i64 {
        784_111_777
    }
}
