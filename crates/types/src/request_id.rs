//! What a request is called in its answer, in the log and in the trail.

use std::fmt;

use serde::{Serialize, Serializer};

/// A request's identity, written as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The identity of a process's request: the process's own half, and the running number of the request.
    #[must_use]
    pub fn new(process: u32, number: u32) -> RequestId {
        RequestId(u64::from(process) << 32 | u64::from(number))
    }

    /// Its digits, in ASCII.
    #[must_use]
    pub fn digits(self) -> [u8; 16] {
        std::array::from_fn(|place| match (self.0 >> (60 - 4 * place) & 0xf) as u8 {
            digit @ 0..=9 => b'0' + digit,
            letter => b'a' + letter - 10,
        })
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_written_in_full() {
        assert_eq!(RequestId::new(0x0a0b_0c0d, 7).to_string(), "0a0b0c0d00000007");
        assert_eq!(RequestId::new(0, u32::MAX).to_string(), "00000000ffffffff");
    }
}
