//! A request as the gate gets it, from parts that a fuzzer chose.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use portreeve_server::request::{Connection, Peer, Request};
use portreeve_types::{RequestId, Service};

/// None where the parts would not have come as far as here: the HTTP/1 reader refuses them.
pub fn request(target: &str, fields: &[(HeaderName, &[u8])], body: &[u8]) -> Option<Request> {
    let mut request = http::Request::builder().uri(target);
    for (name, value) in fields {
        request = request.header(name, HeaderValue::from_bytes(value).ok()?);
    }
    let connection = Connection {
        service: Service::Cpanel,
        port: Some(2083),
        address: None,
        tls: true,
        peer: Peer::Network(IpAddr::V4(Ipv4Addr::LOCALHOST)),
    };
    let body = Bytes::copy_from_slice(body).into();
    Some(Request::new(RequestId::new(0, 0), connection, request.body(body).ok()?, None))
}
