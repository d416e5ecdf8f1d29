//! Finds the end of a head in bytes that arrive in pieces.
//!
//! The answer never depends on where the pieces were cut. Line ends are checked here because a lenient parser
//! takes a bare LF for one, which is how two programs come to see two different requests.

use bytes::{Buf, BytesMut};

use super::limits::Limits;
use super::lines::{LineEnd, line_end};
use super::refusal::Refusal;

/// How far the search for the end of one head has come. Make a new one for every head.
#[derive(Debug, Default)]
pub struct HeadScan {
    /// Past the one empty line that may stand before a request.
    begun: bool,
    /// Where the line at hand begins.
    line: usize,
    /// Where to search on.
    searched: usize,
    /// Header fields seen.
    fields: usize,
    /// The one repair of this head was made.
    repaired: bool,
}

/// What the widely copied PHP sample puts at the end of its `Authorization` line, with the CRLF that ends it.
const SAMPLE_LINE_END: &[u8] = b"\n\r\r\n";

impl HeadScan {
    /// Looks at what is there: the length of the head if all of it is, else `None`.
    ///
    /// Call again with the same buffer when more has been appended. May take two bytes out of the buffer: an
    /// empty line before the request, and the stray `\n\r` at the end of an `Authorization` line.
    pub fn advance(&mut self, buffer: &mut BytesMut, limits: &Limits) -> Result<Option<usize>, Refusal> {
        if !self.begun {
            match buffer.as_ref() {
                [] | [b'\r'] => return Ok(None),
                [b'\r', b'\n', ..] => buffer.advance(2),
                _ => {}
            }
            self.begun = true;
        }
        loop {
            let found = line_end(buffer.get(self.searched..).unwrap_or_default());
            let (LineEnd::At(offset) | LineEnd::BareLineFeed(offset) | LineEnd::BareCarriageReturn(offset)) =
                found
            else {
                let ends_with_cr = buffer.ends_with(b"\r");
                self.searched = buffer.len() - usize::from(ends_with_cr);
                self.measure(self.searched, limits)?;
                return Ok(None);
            };
            let end = self.searched + offset;
            self.measure(end, limits)?;
            let in_credential = self.in_authorization(buffer);
            match found {
                LineEnd::At(_) if self.ends_head(end, limits)? => return Ok(Some(end + 2)),
                LineEnd::At(_) => {}
                LineEnd::BareLineFeed(_) if in_credential => {
                    self.searched = end;
                    if !self.repair(buffer)? {
                        return Ok(None);
                    }
                }
                LineEnd::BareCarriageReturn(_) if in_credential => return Err(Refusal::CredentialLineBreak),
                LineEnd::BareLineFeed(_) => return Err(Refusal::BareLineFeed),
                _ => return Err(Refusal::BareCarriageReturn),
            }
        }
    }

    /// Refuses a line at hand, or a head, that reaches beyond its limit at `end`.
    fn measure(&self, end: usize, limits: &Limits) -> Result<(), Refusal> {
        if self.line == 0 && end > limits.request_line {
            Err(Refusal::RequestLineTooLong)
        } else if end > limits.head {
            Err(Refusal::FieldsTooLarge)
        } else {
            Ok(())
        }
    }

    /// Takes note of a line that ended at `end`; true if it was the empty one that ends the head.
    fn ends_head(&mut self, end: usize, limits: &Limits) -> Result<bool, Refusal> {
        let (first, empty) = (self.line == 0, end == self.line);
        self.line = end + 2;
        self.searched = self.line;
        match (first, empty) {
            (true, true) => Err(Refusal::RequestLine),
            (true, false) => Ok(false),
            (false, true) => Ok(true),
            (false, false) => {
                self.fields += 1;
                if self.fields > limits.fields { Err(Refusal::TooManyFields) } else { Ok(false) }
            }
        }
    }

    fn in_authorization(&self, buffer: &[u8]) -> bool {
        const NAME: &[u8] = b"authorization:";
        let line = buffer.get(self.line..).unwrap_or_default();
        self.line > 0 && line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME))
    }

    /// Takes out the stray `\n\r` at `searched`, if that is what stands there; false when more must tell.
    fn repair(&mut self, buffer: &mut BytesMut) -> Result<bool, Refusal> {
        let rest = buffer.get(self.searched..).unwrap_or_default();
        if self.repaired {
            Err(Refusal::CredentialLineBreak)
        } else if rest.starts_with(SAMPLE_LINE_END) {
            buffer.copy_within(self.searched + 2.., self.searched);
            buffer.truncate(buffer.len() - 2);
            self.repaired = true;
            Ok(true)
        } else if SAMPLE_LINE_END.starts_with(rest) {
            Ok(false)
        } else {
            Err(Refusal::CredentialLineBreak)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scans bytes that arrive in pieces of this size, and returns the head that was found.
    fn scan(bytes: &[u8], piece: usize) -> Result<Option<Vec<u8>>, Refusal> {
        let (mut scan, mut buffer) = (HeadScan::default(), BytesMut::new());
        for piece in bytes.chunks(piece) {
            buffer.extend_from_slice(piece);
            if let Some(length) = scan.advance(&mut buffer, &Limits::default())? {
                return Ok(Some(buffer[..length].to_vec()));
            }
        }
        Ok(None)
    }

    #[test]
    fn the_answer_does_not_depend_on_where_the_bytes_were_cut() {
        let long = [b"GET /".as_slice(), &b"a".repeat(17_000), b" HTTP/1.1\nHost: x\r\n\r\n"].concat();
        let samples: [&[u8]; 8] = [
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nrest",
            b"\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nAuthorization: WHM root:ab\n\r\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\nAuthorization: WHM root:ab\ncd\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\r\n\r\n",
            b"GET / HTTP/1.1\nHost: x\r\n\r\n",
            &long,
        ];
        for sample in samples {
            let whole = scan(sample, sample.len());
            for piece in [1, 2, 3, 5, 7] {
                assert_eq!(
                    scan(sample, piece),
                    whole,
                    "{:?} in pieces of {piece}",
                    &sample[..sample.len().min(60)]
                );
            }
        }
    }

    #[test]
    fn the_stray_end_of_the_php_sample_is_taken_out_wherever_it_is_cut() {
        let sent = b"GET / HTTP/1.1\r\nauthorization: WHM root:ab\n\r\r\nHost: x\r\n\r\n";
        let kept = b"GET / HTTP/1.1\r\nauthorization: WHM root:ab\r\nHost: x\r\n\r\n";
        for cut in 1..sent.len() {
            let (mut scan, mut buffer) = (HeadScan::default(), BytesMut::from(&sent[..cut]));
            let first = scan.advance(&mut buffer, &Limits::default()).unwrap();
            assert_eq!(first, None, "cut at {cut}");
            buffer.extend_from_slice(&sent[cut..]);
            assert_eq!(scan.advance(&mut buffer, &Limits::default()), Ok(Some(kept.len())), "cut at {cut}");
            assert_eq!(buffer.as_ref(), kept, "cut at {cut}");
        }
    }

    #[test]
    fn the_stray_end_is_forgiven_once_and_to_authorization_only() {
        let twice = b"GET / HTTP/1.1\r\nAuthorization: a\n\r\r\nAuthorization: b\n\r\r\n\r\n";
        assert_eq!(scan(twice, 99), Err(Refusal::CredentialLineBreak));
        let other = b"GET / HTTP/1.1\r\nX-Authorization: a\n\r\r\n\r\n";
        assert_eq!(scan(other, 99), Err(Refusal::BareLineFeed));
        let inside = b"GET / HTTP/1.1\r\nAuthorization: a\n\rb\r\n\r\n";
        assert_eq!(scan(inside, 99), Err(Refusal::CredentialLineBreak));
    }

    #[test]
    fn limits_count_the_line_without_its_end() {
        let limits = Limits { request_line: 14, fields: 1, head: 30, ..Limits::default() };
        let scan = |bytes: &[u8]| HeadScan::default().advance(&mut BytesMut::from(bytes), &limits);
        assert_eq!(scan(b"GET / HTTP/1.1\r\nA: b\r\n\r\n"), Ok(Some(24)));
        assert_eq!(scan(b"GET /x HTTP/1.1\r\n"), Err(Refusal::RequestLineTooLong));
        assert_eq!(scan(b"GET / HTTP/1.1\r\nA: b\r\nC: d\r\n"), Err(Refusal::TooManyFields));
        assert_eq!(scan(b"GET / HTTP/1.1\r\nA: bbbbbbbbbbbbbbbbbbbbb"), Err(Refusal::FieldsTooLarge));
    }
}
