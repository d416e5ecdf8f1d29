//! What is a header and what is not.

use proptest::prelude::*;

use super::*;

fn ends(client: &str, server: &str) -> Ends {
    Ends { client: client.parse().unwrap(), server: server.parse().unwrap() }
}

/// Version 2 with these addresses as bytes, and what follows them.
fn version_2(family: u8, addresses: &[u8], more: &[u8]) -> Vec<u8> {
    let length = u16::try_from(addresses.len() + more.len()).unwrap().to_be_bytes();
    [&SIGNATURE[..], &[0x21, family], &length, addresses, more].concat()
}

const V4: [u8; 12] = [192, 0, 2, 1, 10, 0, 0, 1, 0xdd, 0xd5, 0x08, 0x23];

#[test]
fn a_line_of_version_1_names_client_and_server() {
    for (line, expected) in [
        ("PROXY TCP4 192.0.2.1 10.0.0.1 56789 2083\r\n", ends("192.0.2.1", "10.0.0.1:2083")),
        ("PROXY TCP4 192.0.2.1 10.0.0.1 0 65535\r\n", ends("192.0.2.1", "10.0.0.1:65535")),
        ("PROXY TCP6 2001:db8::1 2001:db8::2 1 2087\r\n", ends("2001:db8::1", "[2001:db8::2]:2087")),
        ("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:10.0.0.1 1 2\r\n", ends("192.0.2.1", "10.0.0.1:2")),
    ] {
        assert_eq!(read(line.as_bytes()), Ok(Some((expected, line.len()))), "{line}");
        let more = format!("{line}GET / HTTP/1.1\r\n");
        assert_eq!(read(more.as_bytes()), Ok(Some((expected, line.len()))), "{line}");
    }
}

#[test]
fn a_line_that_could_be_read_in_two_ways_or_names_no_client_is_none() {
    for line in [
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 +1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 01 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 \r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 3\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 \r\n",
        "PROXY TCP4  192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY  TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY\tTCP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.01 10.0.0.1 1 2\r\n",
        "PROXY TCP4 2001:db8::1 10.0.0.1 1 2\r\n",
        "PROXY TCP6 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 0.0.0.0 10.0.0.1 1 2\r\n",
        "PROXY TCP4 255.255.255.255 10.0.0.1 1 2\r\n",
        "PROXY TCP6 ff02::1 ::1 1 2\r\n",
        "PROXY UDP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "proxy TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\r\r\n",
        "PROXY TCP4 192.0.2.1\r 10.0.0.1 1 2\r\n",
        "POST / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\n",
        "\u{16}\u{3}\u{1}",
    ] {
        assert_eq!(read(line.as_bytes()), Err(NoHeader), "{line:?}");
    }
    let long = format!("PROXY TCP4 {}", "1".repeat(LONGEST_LINE));
    assert_eq!(read(long.as_bytes()), Err(NoHeader));
}

#[test]
fn version_2_names_client_and_server_and_may_say_more() {
    let plain = version_2(0x11, &V4, &[]);
    assert_eq!(read(&plain), Ok(Some((ends("192.0.2.1", "10.0.0.1:2083"), 28))));
    let more = version_2(0x11, &V4, &[0x03, 0, 4, 1, 2, 3, 4, 0x04, 0, 0]);
    assert_eq!(read(&more), Ok(Some((ends("192.0.2.1", "10.0.0.1:2083"), 38))));
    let mut v6 = [0; 36];
    (v6[15], v6[31], v6[35]) = (1, 2, 80);
    assert_eq!(read(&version_2(0x21, &v6, &[])), Ok(Some((ends("::1", "[::2]:80"), 52))));
}

#[test]
fn version_2_without_a_client_or_with_a_length_that_lies_is_none() {
    let good = version_2(0x11, &V4, &[]);
    let with = |position: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[position] = byte;
        bytes
    };
    for (what, bytes) in [
        ("LOCAL", with(12, 0x20)),
        ("version 1 in bytes", with(12, 0x11)),
        ("version 3", with(12, 0x31)),
        ("an unknown command", with(12, 0x22)),
        ("no family", with(13, 0x00)),
        ("UDP", with(13, 0x12)),
        ("a Unix socket", with(13, 0x31)),
        ("IPv6 in the length of IPv4", with(13, 0x21)),
        ("a length too short", with(15, 11)),
        ("a length too long", with(14, 0xff)),
        ("another signature", with(4, 1)),
        ("half a note", version_2(0x11, &V4, &[0x03, 0])),
        ("a note that goes on beyond the end", version_2(0x11, &V4, &[0x03, 0, 5, 1, 2, 3, 4])),
        ("nobody", version_2(0x11, &[0; 12], &[])),
    ] {
        assert_eq!(read(&bytes), Err(NoHeader), "{what}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_first_the_answer_stays_the_same_when_more_comes(
        rest in proptest::collection::vec(any::<u8>(), 0..60),
        begins in 0..3,
        more in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let begin = match begins {
            0 => b"PROXY TCP4 192.0.2.1 ".to_vec(),
            1 => version_2(0x11, &V4, &[]),
            _ => Vec::new(),
        };
        let bytes = [begin, rest].concat();
        let longer = [bytes.as_slice(), &more].concat();
        match read(&bytes) {
            Ok(None) => {}
            decided => prop_assert_eq!(read(&longer), decided),
        }
    }

    #[test]
    fn every_pair_of_addresses_can_be_said_in_both_versions(
        client: Ipv6Addr, server: Ipv6Addr, port: u16, v4: bool,
    ) {
        let short = |address: Ipv6Addr| Ipv4Addr::from_bits(address.to_bits() as u32);
        let (line, bytes, client, server) = if v4 {
            let (client, server) = (short(client), short(server));
            let bytes = [&client.octets()[..], &server.octets(), &[0, 1], &port.to_be_bytes()].concat();
            (format!("TCP4 {client} {server}"), version_2(0x11, &bytes, &[]), client.into(), server.into())
        } else {
            let bytes = [&client.octets()[..], &server.octets(), &[0, 1], &port.to_be_bytes()].concat();
            (format!("TCP6 {client} {server}"), version_2(0x21, &bytes, &[]), IpAddr::V6(client), IpAddr::V6(server))
        };
        let line = format!("PROXY {line} 1 {port}\r\n");
        let expected = named(client, SocketAddr::new(server, port)).ok_or(NoHeader);
        prop_assert_eq!(read(line.as_bytes()), expected.map(|ends| Some((ends, line.len()))));
        prop_assert_eq!(read(&bytes), expected.map(|ends| Some((ends, bytes.len()))));
        for cut in 1..bytes.len() {
            prop_assert_eq!(read(&bytes[..cut]), Ok(None));
        }
    }
}
