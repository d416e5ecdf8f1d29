//! Reads the frames of request bodies: pure state, no input or output of its own.

use bytes::{Buf, Bytes, BytesMut};

use super::lines::{LineEnd, is_field_value, is_token, line_end};
use super::refusal::Refusal;
use super::rules::Framing;

/// The longest chunk extension.
const EXTENSION: usize = 256;
/// The most digits of a chunk's size.
const DIGITS: usize = 16;

/// Where in a body the reader is.
#[derive(Debug)]
pub struct BodyDecoder {
    state: State,
    /// Bytes of data that may still come.
    allowed: u64,
    /// Bytes of trailer lines that may still come.
    trailers: usize,
}

#[derive(Debug)]
enum State {
    /// So many bytes up to the end of the body.
    Length(u64),
    /// A chunk's size line comes next.
    Size,
    /// So many bytes up to the end of the chunk.
    Chunk(u64),
    /// The line end after a chunk's data comes next.
    ChunkEnd,
    /// Trailer lines, then the empty line.
    Trailers,
    Done,
}

/// What one look at the input gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Some of the body, at least a byte.
    Data(Bytes),
    /// The body is over.
    End,
    /// More input is needed.
    More,
}

impl BodyDecoder {
    /// At the start of a body of at most `limit` bytes, with trailers of at most `trailers` bytes.
    pub fn new(framing: Framing, limit: u64, trailers: usize) -> Self {
        let state = match framing {
            Framing::None => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size,
        };
        Self { state, allowed: limit, trailers }
    }

    /// Bytes that must still come, if that is known.
    pub fn remaining(&self) -> Option<u64> {
        match self.state {
            State::Length(left) => Some(left),
            State::Done => Some(0),
            _ => None,
        }
    }

    /// Takes the next step, and what it used out of `input`. After a refusal the rest is not to be trusted.
    pub fn step(&mut self, input: &mut BytesMut) -> Result<Step, Refusal> {
        loop {
            match self.state {
                State::Done | State::Length(0) => {
                    self.state = State::Done;
                    return Ok(Step::End);
                }
                State::Length(left) => {
                    let Some((data, left)) = take(input, left) else { return Ok(Step::More) };
                    self.state = State::Length(left);
                    return Ok(Step::Data(data));
                }
                State::Chunk(0) => self.state = State::ChunkEnd,
                State::Chunk(left) => {
                    let Some((data, left)) = take(input, left) else { return Ok(Step::More) };
                    self.state = State::Chunk(left);
                    return Ok(Step::Data(data));
                }
                State::Size => {
                    let limit = DIGITS + EXTENSION + 1;
                    let Some(line) = take_line(input, limit, size_refusal)? else { return Ok(Step::More) };
                    let size = chunk_size(&line)?;
                    self.allowed = self.allowed.checked_sub(size).ok_or(Refusal::BodyTooLarge)?;
                    self.state = if size == 0 { State::Trailers } else { State::Chunk(size) };
                }
                State::ChunkEnd => {
                    let Some(_) = take_line(input, 0, |_| Refusal::ChunkEnd)? else { return Ok(Step::More) };
                    self.state = State::Size;
                }
                State::Trailers => {
                    let Some(line) = take_line(input, self.trailers, |_| Refusal::FieldsTooLarge)? else {
                        return Ok(Step::More);
                    };
                    if line.is_empty() {
                        self.state = State::Done;
                    } else {
                        check_trailer(&line)?;
                        self.trailers = self.trailers.saturating_sub(line.len() + 2);
                    }
                }
            }
        }
    }
}

/// Up to `wanted` bytes of what is there, and how many are wanted after them; `None` if nothing is there.
fn take(input: &mut BytesMut, wanted: u64) -> Option<(Bytes, u64)> {
    let length = usize::try_from(wanted).unwrap_or(usize::MAX).min(input.len());
    (length > 0).then(|| (input.split_to(length).freeze(), wanted - length as u64))
}

/// The next line without its end, `None` if it is not all there. `too_long` refuses a longer one.
fn take_line(
    input: &mut BytesMut,
    limit: usize,
    too_long: impl Fn(&[u8]) -> Refusal,
) -> Result<Option<Bytes>, Refusal> {
    let found = line_end(input);
    let length = match found {
        LineEnd::At(index) | LineEnd::BareLineFeed(index) | LineEnd::BareCarriageReturn(index) => index,
        LineEnd::Pending => input.len() - usize::from(input.ends_with(b"\r")),
    };
    if length > limit {
        return Err(too_long(input));
    }
    match found {
        LineEnd::At(_) => {}
        LineEnd::Pending => return Ok(None),
        LineEnd::BareLineFeed(_) => return Err(Refusal::BareLineFeed),
        LineEnd::BareCarriageReturn(_) => return Err(Refusal::BareCarriageReturn),
    }
    let line = input.split_to(length).freeze();
    input.advance(2);
    Ok(Some(line))
}

/// What an over-long size line breaks: too many digits, unless an extension began in time.
fn size_refusal(line: &[u8]) -> Refusal {
    if line.iter().take(DIGITS + 1).any(|&byte| byte == b';') {
        Refusal::ChunkExtension
    } else {
        Refusal::ChunkSize
    }
}

/// The size that a chunk's first line gives (RFC 9112 7.1).
fn chunk_size(line: &[u8]) -> Result<u64, Refusal> {
    let mut parts = line.splitn(2, |&byte| byte == b';');
    let digits = parts.next().unwrap_or_default();
    if !(1..=DIGITS).contains(&digits.len()) {
        return Err(Refusal::ChunkSize);
    }
    let mut size = 0;
    for &digit in digits {
        let value = char::from(digit).to_digit(16).ok_or(Refusal::ChunkSize)?;
        size = (size << 4) | u64::from(value);
    }
    match parts.next() {
        Some(extension) if !is_extension(extension) => Err(Refusal::ChunkExtension),
        _ => Ok(size),
    }
}

/// Whether this is `name` or `name=value`, perhaps several with semicolons between them. Values are not read,
/// so any visible text will do for one.
fn is_extension(extension: &[u8]) -> bool {
    let name_length = extension.iter().position(|byte| b"=;".contains(byte)).unwrap_or(extension.len());
    let (name, value) = extension.split_at(name_length);
    extension.len() <= EXTENSION && is_token(name) && is_field_value(value)
}

/// Trailers are dropped, but must be fields.
fn check_trailer(line: &[u8]) -> Result<(), Refusal> {
    let colon = line.iter().position(|&byte| byte == b':').ok_or(Refusal::Trailer)?;
    let (name, value) = line.split_at(colon);
    if is_token(name) && is_field_value(value) { Ok(()) } else { Err(Refusal::Trailer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes a chunked body that arrives in pieces of this size: the data, and what was left over.
    fn decode(bytes: &[u8], piece: usize) -> Result<Option<(Vec<u8>, usize)>, Refusal> {
        let mut decoder = BodyDecoder::new(Framing::Chunked, 100, 40);
        let (mut input, mut data) = (BytesMut::new(), Vec::new());
        for piece in bytes.chunks(piece) {
            input.extend_from_slice(piece);
            loop {
                match decoder.step(&mut input)? {
                    Step::Data(more) => data.extend_from_slice(&more),
                    Step::More => break,
                    Step::End => return Ok(Some((data, input.len()))),
                }
            }
        }
        Ok(None)
    }

    #[test]
    fn chunks_are_joined_wherever_they_were_cut() {
        let body = b"5;a=\"b\"\r\nhello\r\n00A\r\n, dear you\r\n0\r\nX-Sum: 1\r\n\r\n";
        for piece in 1..=body.len() {
            assert_eq!(decode(body, piece), Ok(Some((b"hello, dear you".to_vec(), 0))), "pieces of {piece}");
        }
    }

    #[test]
    fn malformed_chunks_are_refused_wherever_they_were_cut() {
        let long_extension = [b"5;".as_slice(), &b"a".repeat(257), b"\r\nhello\r\n"].concat();
        let samples: [(&[u8], Refusal); 18] = [
            (b"\r\n", Refusal::ChunkSize),
            (b"0x5\r\n", Refusal::ChunkSize),
            (b"+5\r\n", Refusal::ChunkSize),
            (b" 5\r\n", Refusal::ChunkSize),
            (b"5 \r\n", Refusal::ChunkSize),
            (b"1_0\r\n", Refusal::ChunkSize),
            (b"00000000000000005\r\n", Refusal::ChunkSize),
            (b"ffffffffffffffff\r\n", Refusal::BodyTooLarge),
            (b"65\r\n", Refusal::BodyTooLarge),
            (b"5;\r\n", Refusal::ChunkExtension),
            (b"5;a\x01\r\n", Refusal::ChunkExtension),
            (&long_extension, Refusal::ChunkExtension),
            (b"5\nhello", Refusal::BareLineFeed),
            (b"5\rhello", Refusal::BareCarriageReturn),
            (b"5\r\nhelloX\r\n", Refusal::ChunkEnd),
            (b"0\r\nno field\r\n\r\n", Refusal::Trailer),
            (b"0\r\n X: folded\r\n\r\n", Refusal::Trailer),
            (b"0\r\nX: aaaaaaaaaaaaaaaaaaaa\r\nX: aaaaaaaaaaaaaaaaaaaa\r\n\r\n", Refusal::FieldsTooLarge),
        ];
        for (bytes, refusal) in samples {
            for piece in [1, 2, 3, bytes.len()] {
                assert_eq!(decode(bytes, piece), Err(refusal), "{} by {piece}", bytes.escape_ascii());
            }
        }
    }

    #[test]
    fn what_follows_a_body_is_left_alone() {
        assert_eq!(decode(b"1\r\na\r\n0\r\n\r\nGET", 99), Ok(Some((b"a".to_vec(), 3))));
        let mut input = BytesMut::from("abcGET".as_bytes());
        let mut decoder = BodyDecoder::new(Framing::Length(3), 100, 0);
        assert_eq!(decoder.step(&mut input), Ok(Step::Data(Bytes::from_static(b"abc"))));
        assert_eq!(decoder.step(&mut input), Ok(Step::End));
        assert_eq!(input.as_ref(), b"GET");
    }
}
