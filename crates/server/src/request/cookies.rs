//! The `Cookie` header (RFC 6265bis 5.6).

use http::header::COOKIE;

use super::Request;
use super::authorization::Malformed;

impl Request {
    /// The values of the cookies whose names begin so, each of which is worth something by itself.
    #[must_use]
    pub fn cookies_of(&self, prefix: &str) -> Vec<&str> {
        let fields = self.headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let pairs = fields.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(name, _)| name.starts_with(prefix)).map(|(_, value)| value).collect()
    }

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
