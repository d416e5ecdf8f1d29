//! Whether a request that carries a session's cookie, but no security token, was made by a page of ours or by a
//! program: what is left to tell it from another site's doing where security tokens are switched off.

use http::header::{ACCEPT, HOST, ORIGIN, REFERER};

use crate::request::Request;

impl Request {
    /// Whether nothing of this request can be another site's doing.
    ///
    /// What the browser itself says decides; then `Origin` or `Referer`, which must name this host and port. Where
    /// none of them is said, only a program is left: nothing in the request may look like a browser then.
    pub(super) fn is_of_own_page(&self) -> bool {
        if let Some(site) = self.header("sec-fetch-site") {
            return site == "same-origin" || site == "none";
        }
        match self.header(ORIGIN).or_else(|| self.header(REFERER)) {
            Some(origin) => self.is_own_address(origin),
            None => !self.is_browsers(),
        }
    }

    /// Whether a browser seems to have made the request.
    pub(super) fn is_browsers(&self) -> bool {
        let fetch = self.headers.keys().any(|name| name.as_str().starts_with("sec-fetch-"));
        fetch || self.header(ACCEPT).is_some_and(|accept| accept.contains("text/html"))
    }

    fn is_own_address(&self, address: &str) -> bool {
        let scheme = if self.connection.tls { "https://" } else { "http://" };
        let Some(rest) = address.strip_prefix(scheme) else { return false };
        let host = rest.split('/').next().unwrap_or_default();
        self.header(HOST).is_some_and(|own| own.eq_ignore_ascii_case(host))
    }
}
