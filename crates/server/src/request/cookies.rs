//! The `Cookie` header (RFC 6265bis 5.6).

use http::header::COOKIE;

use super::Request;
use super::authorization::Malformed;

impl Request {
    /// A cookie's value.
    ///
    /// Two cookies of one name with different values are refused: two programs on the way could each believe
    /// another one.
    pub fn cookie(&self, name: &str) -> Result<Option<&str>, Malformed> {
        let mut found = None;
        for header in self.headers.get_all(COOKIE) {
            let Ok(text) = header.to_str() else { continue };
            for (key, value) in text.split(';').filter_map(|pair| pair.trim().split_once('=')) {
                match found {
                    Some(other) if key == name && other != value => return Err(Malformed::TwoCookies),
                    _ if key == name => found = Some(value),
                    _ => {}
                }
            }
        }
        Ok(found)
    }
}
