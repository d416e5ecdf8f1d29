//! Reads arbitrary bytes as the header of the PROXY protocol, which decides whose address every rule sees.

#![no_main]

use std::net::{IpAddr, SocketAddr};

use libfuzzer_sys::fuzz_target;
use portreeve_server::listener::proxy::header::{Ends, LONGEST, read};

fuzz_target!(|input: &[u8]| {
    let whole = read(input);
    for cut in 0..input.len() {
        match read(&input[..cut]) {
            Ok(None) => {}
            decided => assert_eq!(decided, whole, "what comes later changes what came before"),
        }
    }
    let Ok(Some((ends, length))) = whole else {
        assert!(input.len() < LONGEST || whole.is_err(), "a header without an end is waited for");
        return;
    };
    assert!(length <= input.len() && length <= LONGEST);
    assert!(read(&input[..length - 1]).is_ok_and(|read| read.is_none()), "it ends before its end");
    let Ends { client, server } = ends;
    assert!(!client.is_unspecified() && !client.is_multicast(), "{client} is nobody");
    assert_eq!((client, server.ip()), (client.to_canonical(), server.ip().to_canonical()));
    if input.starts_with(b"PROXY") {
        check_line(&input[..length], client, server);
    }
});

/// A line says the same when it is written again, but for the spelling of IPv6 and the client's port.
fn check_line(line: &[u8], client: IpAddr, server: SocketAddr) {
    let line = std::str::from_utf8(line).expect("a line that is no text");
    let words: Vec<&str> = line.strip_suffix("\r\n").expect("no line end").split(' ').collect();
    let [_, family, from, to, _, port] = words[..] else { panic!("{line:?} has other words") };
    assert!(["TCP4", "TCP6"].contains(&family), "{line:?}");
    assert_eq!(from.parse::<IpAddr>().map(|from| from.to_canonical()), Ok(client));
    assert_eq!(to.parse::<IpAddr>().map(|to| to.to_canonical()), Ok(server.ip()));
    assert_eq!(port, server.port().to_string());
}
