//! An answer being made, and what the log is to know of it.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, PRAGMA,
    REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use portreeve_types::RequestId;
use portreeve_wire::{Envelope, Format};

use crate::gate::Caller;
use crate::hint::Hint;
use crate::http1::{ReasonPhrase, ResponseBody};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=\"utf-8\"");
const XML: HeaderValue = HeaderValue::from_static("text/xml; charset=\"utf-8\"");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=\"utf-8\"");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=\"utf-8\"");
const SCRIPT: HeaderValue = HeaderValue::from_static("text/javascript; charset=\"utf-8\"");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-cache, no-store, must-revalidate, private");
/// What plugins answer may run scripts of its own, and be framed by us alone.
const PLUGIN_POLICY: HeaderValue = HeaderValue::from_static("frame-ancestors 'self'");
/// Our own pages run no script and load nothing from elsewhere.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
);

/// An answer. Every answer is made by one of the constructors, so that none lacks its protective headers.
pub struct Reply {
    status: StatusCode,
    reason: Option<Cow<'static, str>>,
    headers: HeaderMap,
    body: ResponseBody,
    caller: Option<Arc<str>>,
    without_code: bool,
    hint: Option<Hint>,
}

impl Reply {
    /// An answer that is JSON and no envelope.
    #[must_use]
    pub fn json(status: StatusCode, body: Vec<u8>) -> Reply {
        Reply::new(status, JSON, body.into())
    }

    /// An API's answer in its envelope, as its surface writes it.
    #[must_use]
    pub fn api(status: StatusCode, format: Format, envelope: Envelope) -> Reply {
        let content_type = match format {
            Format::Json => JSON,
            Format::Xml => XML,
        };
        Reply::new(status, content_type, envelope.into_bytes(format).into())
    }

    /// One line of text.
    #[must_use]
    pub fn text(status: StatusCode, line: &str) -> Reply {
        Reply::new(status, TEXT, format!("{line}\n").into())
    }

    /// A page.
    #[must_use]
    pub fn html(status: StatusCode, page: String) -> Reply {
        Reply::new(status, HTML, page.into()).with_header(CONTENT_SECURITY_POLICY, PAGE_POLICY)
    }

    /// A redirect to a path of ours, or to the same page on the TLS port.
    #[must_use]
    pub fn redirect(status: StatusCode, location: &str) -> Reply {
        Reply::new(status, HTML, Bytes::new()).with_location(location)
    }

    /// A script of ours.
    #[must_use]
    pub fn script(text: String) -> Reply {
        Reply::new(StatusCode::OK, SCRIPT, text.into())
    }

    /// What a plugin answers, with its own fields and what protects a reader where it says nothing itself
    /// (docs/differences.md#plugin-output).
    #[must_use]
    pub fn of_plugin(status: StatusCode, mut headers: HeaderMap, body: ResponseBody) -> Reply {
        for (name, value) in [
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ] {
            headers.entry(name).or_insert(value);
        }
        // beside its own policy, which can only narrow this one
        headers.append(CONTENT_SECURITY_POLICY, PLUGIN_POLICY);
        Reply { status, reason: None, headers, body, caller: None, without_code: false, hint: None }
    }

    fn new(status: StatusCode, content_type: HeaderValue, body: Bytes) -> Reply {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(CONTENT_TYPE, content_type);
        headers.insert(CACHE_CONTROL, NO_STORE);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        let body = if body.is_empty() { ResponseBody::Empty } else { ResponseBody::Full(body) };
        Reply { status, reason: None, headers, body, caller: None, without_code: false, hint: None }
    }

    /// The answer with the words after its status code.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<Cow<'static, str>>) -> Reply {
        self.reason = Some(reason.into());
        self
    }

    /// The answer with a place to go to.
    #[must_use]
    pub fn with_location(mut self, location: &str) -> Reply {
        if let Ok(value) = HeaderValue::from_str(location) {
            self.headers.insert(LOCATION, value);
        }
        self
    }

    /// The answer with a cookie.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Reply {
        if let Ok(mut value) = HeaderValue::from_str(cookie) {
            value.set_sensitive(true);
            self.headers.append(SET_COOKIE, value);
        }
        self
    }

    /// The answer with the seconds after which to try again.
    #[must_use]
    pub fn with_retry_after(self, seconds: Option<u64>) -> Reply {
        match seconds {
            Some(seconds) => self.with_header(RETRY_AFTER, HeaderValue::from(seconds)),
            None => self,
        }
    }

    /// The answer with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: Option<Hint>) -> Reply {
        let value = hint.as_ref().map(|hint| HeaderValue::from_str(&hint.with_section()));
        if let Some(Ok(value)) = value {
            self.headers.insert(HeaderName::from_static("x-portreeve-hint"), value);
        }
        self.hint = hint;
        self
    }

    /// The answer with a hint that the log alone is to have.
    #[must_use]
    pub fn noting(mut self, hint: Option<Hint>) -> Reply {
        self.hint = hint.or(self.hint);
        self
    }

    /// The answer with this hint, unless it has one already.
    #[must_use]
    pub fn or_hint(self, hint: Option<&Hint>) -> Reply {
        match (&self.hint, hint) {
            (None, Some(hint)) => self.with_hint(Some(hint.clone())),
            _ => self,
        }
    }

    /// The answer with the name of whoever was proven to ask, for the log.
    #[must_use]
    pub fn by(mut self, caller: Option<impl Into<Arc<str>>>) -> Reply {
        self.caller = caller.map(Into::into);
        self
    }

    /// The answer to a caller whom the gate let in, for the log.
    #[must_use]
    pub fn to(mut self, caller: &Caller) -> Reply {
        self.without_code = caller.is_without_code();
        self.by(Some(caller.log_name().clone()))
    }

    /// Whether the caller has a second factor and was let in without a code of it, for the log.
    #[must_use]
    pub fn is_without_code(&self) -> bool {
        self.without_code
    }

    /// The answer that ends its connection.
    #[must_use]
    pub fn closing(self) -> Reply {
        self.with_header(CONNECTION, HeaderValue::from_static("close"))
    }

    /// The answer after which a browser keeps nothing of what it was shown. Cookies are taken back by their names and
    /// not here: a browser would remove those of every port and every site of the domain, other services' sessions
    /// and the customer's own site's among them.
    #[must_use]
    pub fn clearing_site_data(self) -> Reply {
        let what = HeaderValue::from_static("\"cache\", \"storage\"");
        self.with_header(HeaderName::from_static("clear-site-data"), what)
    }

    /// The answer that old caches keep off as well.
    #[must_use]
    pub fn uncached(self) -> Reply {
        self.with_header(PRAGMA, HeaderValue::from_static("no-cache"))
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Reply {
        self.headers.insert(name, value);
        self
    }

    /// What the log is to know: status, caller, hint.
    #[must_use]
    pub fn noted(&self) -> (StatusCode, Option<&Arc<str>>, Option<&Hint>) {
        (self.status, self.caller.as_ref(), self.hint.as_ref())
    }

    /// The answer on its way, with the request's identity.
    #[must_use]
    pub fn into_response(self, request_id: RequestId) -> Response<ResponseBody> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if let Ok(value) = HeaderValue::from_bytes(&request_id.digits()) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        if let Some(reason) = self.reason {
            response.extensions_mut().insert(ReasonPhrase::new(reason));
        }
        response
    }
}
