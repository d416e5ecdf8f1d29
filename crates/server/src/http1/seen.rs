//! What a refused request asked for, as far as that could be read.

use super::lines::is_token;

/// Method and target of a refused request, for the log. Both are visible ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The target as it came, or its first 512 bytes. It may hold a security token or a password.
    pub target: String,
}

/// The most that is kept of a target.
const TARGET: usize = 512;

impl Seen {
    /// Reads the first line of what arrived, if it begins like a request.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut words = bytes.split(|&byte| byte == b' ' || byte == b'\r' || byte == b'\n');
        let (method, target) = (words.next()?, words.next()?);
        let target = target.get(..TARGET).unwrap_or(target);
        let readable = is_token(method) && method.len() <= 32 && target.iter().all(u8::is_ascii_graphic);
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        readable.then(|| Self { method: text(method), target: text(target) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_fit_for_a_log_is_kept() {
        let seen = Seen::read(b"GET /a?b HTTP/9\r\n").unwrap();
        assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/a?b"));
        assert_eq!(Seen::read(b"GET /\x1b[31m HTTP/1.1\r\n"), None);
        assert_eq!(Seen::read(b"\x16\x03\x01 /"), None);
        assert_eq!(Seen::read(b"GET"), None);
        let long = [b"GET /".as_slice(), &b"a".repeat(1_000)].concat();
        assert_eq!(Seen::read(&long).unwrap().target.len(), TARGET);
    }
}
