//! The header of the PROXY protocol, version 1 (a line) and version 2 (bytes).
//!
//! It decides whose address every rule sees, so there is one way to read it: whatever the specification leaves open is
//! refused (a port with a sign, an address without its family, anything but TCP), and with it a proxy that says
//! nothing of its client. The readers that exist take some of that, which is why this one is our own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use super::possible;

/// Bytes of the longest header: the longest line has 107, and version 2 may carry certificates' names after the
/// addresses.
pub const LONGEST: usize = 4096;

/// The longest line of version 1, with its end.
const LONGEST_LINE: usize = 107;

/// What version 2 begins with.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// Bytes of version 2 up to the addresses.
const FIXED: usize = 16;

/// What version 1 begins with.
const WORD: &[u8; 6] = b"PROXY ";

/// Whom a connection is between, as a proxy says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The client; never an IPv4 address in IPv6 form.
    pub client: IpAddr,
    /// What the client connected to.
    pub server: SocketAddr,
}

/// A connection does not begin with a header that names a client. Nothing that follows is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection does not begin with a PROXY header that names a client")]
pub struct NoHeader;

/// Reads the header at the beginning of what came: the ends, and how many bytes it takes. None as long as more has to
/// come.
///
/// # Errors
/// As soon as no bytes could make it a header.
pub fn read(bytes: &[u8]) -> Result<Option<(Ends, usize)>, NoHeader> {
    match bytes.first() {
        None => Ok(None),
        Some(b'P') => line(bytes),
        Some(_) => binary(bytes),
    }
}

/// Whether the bytes begin with this, or could yet.
fn begins_with(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.iter().zip(wanted).all(|(byte, wanted)| byte == wanted)
}

fn line(bytes: &[u8]) -> Result<Option<(Ends, usize)>, NoHeader> {
    if !begins_with(bytes, WORD) {
        return Err(NoHeader);
    }
    let Some(end) = bytes.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n') else {
        return if bytes.len() < LONGEST_LINE { Ok(None) } else { Err(NoHeader) };
    };
    let text = bytes.get(..end).and_then(|line| line.strip_suffix(b"\r")).ok_or(NoHeader)?;
    let text = std::str::from_utf8(text).map_err(|_| NoHeader)?;
    let mut words = text.split(' ').skip(1);
    let ends = match words.next() {
        Some("TCP4") => ends_of::<Ipv4Addr>(words),
        Some("TCP6") => ends_of::<Ipv6Addr>(words),
        _ => None,
    };
    Ok(Some((ends.ok_or(NoHeader)?, end.saturating_add(1))))
}

/// Two addresses of one family, then their ports, and nothing else.
fn ends_of<'a, A>(mut words: impl Iterator<Item = &'a str>) -> Option<Ends>
where
    A: FromStr + Into<IpAddr>,
{
    let mut address = || words.next()?.parse::<A>().ok().map(Into::into);
    let (client, server): (IpAddr, IpAddr) = (address()?, address()?);
    let mut port = || port(words.next()?);
    let (_, server_port) = (port()?, port()?);
    if words.next().is_some() {
        return None;
    }
    named(client, SocketAddr::new(server, server_port))
}

/// Digits without a sign and without zeros before them.
fn port(word: &str) -> Option<u16> {
    let port: u16 = word.parse().ok()?;
    (port.to_string() == word).then_some(port)
}

fn binary(bytes: &[u8]) -> Result<Option<(Ends, usize)>, NoHeader> {
    if !begins_with(bytes, SIGNATURE) {
        return Err(NoHeader);
    }
    // version 2, and not LOCAL, which names no client; TCP over IPv4 or IPv6
    if bytes.get(12).is_some_and(|byte| *byte != 0x21) {
        return Err(NoHeader);
    }
    let addresses: usize = match bytes.get(13) {
        None => return Ok(None),
        Some(0x11) => 12,
        Some(0x21) => 36,
        Some(_) => return Err(NoHeader),
    };
    let Some([high, low]) = bytes.get(14..FIXED).and_then(|length| <[u8; 2]>::try_from(length).ok()) else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let whole = FIXED.saturating_add(length);
    if length < addresses || whole > LONGEST {
        return Err(NoHeader);
    }
    let Some(after) = bytes.get(FIXED..whole) else { return Ok(None) };
    let (addresses, more) = after.split_at_checked(addresses).ok_or(NoHeader)?;
    if !is_whole(more) {
        return Err(NoHeader);
    }
    Ok(Some((binary_ends(addresses).ok_or(NoHeader)?, whole)))
}

fn binary_ends(bytes: &[u8]) -> Option<Ends> {
    let (client, server, ports) = if bytes.len() == 12 {
        let (client, rest) = bytes.split_first_chunk::<4>()?;
        let (server, ports) = rest.split_first_chunk::<4>()?;
        (IpAddr::from(*client), IpAddr::from(*server), ports)
    } else {
        let (client, rest) = bytes.split_first_chunk::<16>()?;
        let (server, ports) = rest.split_first_chunk::<16>()?;
        (IpAddr::from(*client), IpAddr::from(*server), ports)
    };
    let (_, port) = ports.split_first_chunk::<2>()?;
    named(client, SocketAddr::new(server, u16::from_be_bytes(port.try_into().ok()?)))
}

/// Whether what follows the addresses is a row of kind, length and value, the last as whole as the first. What they
/// say is not read.
fn is_whole(mut more: &[u8]) -> bool {
    while let Some((head, rest)) = more.split_first_chunk::<3>() {
        let [_, high, low] = *head;
        let Some((_, next)) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low]))) else {
            return false;
        };
        more = next;
    }
    more.is_empty()
}

fn named(client: IpAddr, server: SocketAddr) -> Option<Ends> {
    Some(Ends {
        client: possible(client)?,
        server: SocketAddr::new(server.ip().to_canonical(), server.port()),
    })
}

#[cfg(test)]
mod tests;
