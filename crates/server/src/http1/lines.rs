//! Where a line ends: at CRLF and nowhere else.

/// The first line end in some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// CRLF, whose CR has this index.
    At(usize),
    /// No line end yet. A CR may be the last byte.
    Pending,
    /// LF at this index, without CR before it.
    BareLineFeed(usize),
    /// CR at this index, without LF after it.
    BareCarriageReturn(usize),
}

/// Finds the first line end.
pub(super) fn line_end(bytes: &[u8]) -> LineEnd {
    let Some(index) = memchr::memchr2(b'\r', b'\n', bytes) else { return LineEnd::Pending };
    match (bytes.get(index), bytes.get(index + 1)) {
        (Some(b'\n'), _) => LineEnd::BareLineFeed(index),
        (_, Some(b'\n')) => LineEnd::At(index),
        (_, Some(_)) => LineEnd::BareCarriageReturn(index),
        (_, None) => LineEnd::Pending,
    }
}

/// Whether these bytes are a token, as methods and field names are (RFC 9110 5.6.2).
pub(super) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Whether these bytes may stand in a field value: no control characters but the tab (RFC 9110 5.5).
pub(super) fn is_field_value(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_crlf_only() {
        assert_eq!(line_end(b"ab\r\nc"), LineEnd::At(2));
        assert_eq!(line_end(b"ab\n"), LineEnd::BareLineFeed(2));
        assert_eq!(line_end(b"ab\rc\r\n"), LineEnd::BareCarriageReturn(2));
        assert_eq!(line_end(b"ab\r"), LineEnd::Pending);
        assert_eq!(line_end(b""), LineEnd::Pending);
    }
}
