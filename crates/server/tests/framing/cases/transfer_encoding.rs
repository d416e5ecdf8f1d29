//! `Transfer-Encoding`, alone and beside `Content-Length`.

use super::{Case, SMUGGLED, post};

pub fn cases() -> Vec<Case> {
    let chunks = "5\r\nhello\r\n0\r\n\r\n";
    let encoding = |value: &str| post(&format!("Transfer-Encoding: {value}\r\n"), chunks);
    let both = |length: &str, encoding: &str| {
        post(&format!("Content-Length: {length}\r\n{encoding}\r\n"), &format!("0\r\n\r\n{SMUGGLED}"))
    };
    vec![
        Case::served("chunked-body", encoding("chunked")).body("POST / hello"),
        Case::served("te-case-mismatch", encoding("CHUNKED")).body("POST / hello"),
        Case::served("te-trailing-space", encoding("chunked ")).body("POST / hello"),
        Case::served("te-tab-before-value", encoding("\tchunked")).body("POST / hello"),
        Case::served("underscore-te", post("Transfer_Encoding: chunked\r\n", "")),
        Case::refused("te-xchunked", 400, encoding("xchunked")),
        Case::refused("te-identity", 400, encoding("identity")),
        Case::refused("unknown-te", 400, encoding("gzip")),
        Case::refused("te-not-final-chunked", 400, encoding("chunked, gzip")),
        Case::refused("te-gzip-chunked", 400, encoding("gzip, chunked")),
        Case::refused("te-double-chunked", 400, encoding("chunked, chunked")),
        Case::refused("te-leading-comma", 400, encoding(", chunked")),
        Case::refused("te-trailing-comma", 400, encoding("chunked,")),
        Case::refused("te-empty-value", 400, encoding("")),
        Case::refused("te-vtab", 400, encoding("\x0bchunked")),
        Case::refused("te-formfeed", 400, encoding("\x0cchunked")),
        Case::refused("te-null", 400, encoding("chunked\0")),
        Case::refused("te-quoted", 400, encoding("\"chunked\"")),
        Case::refused("chunked-with-params", 400, encoding("chunked;a=b")),
        Case::refused("te-obs-fold", 400, post("Transfer-Encoding:\r\n chunked\r\n", chunks)),
        Case::refused("te-sp-before-colon", 400, post("Transfer-Encoding : chunked\r\n", chunks)),
        Case::refused(
            "te-duplicate-headers",
            400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks),
        ),
        Case::refused(
            "te-duplicate-headers-smuggled-get",
            400,
            post(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                &format!("0\r\n\r\n{SMUGGLED}"),
            ),
        ),
        Case::refused(
            "te-http10",
            400,
            "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        Case::refused("cl-te-both", 400, both("6", "Transfer-Encoding: chunked")),
        Case::refused("clte-conn-close", 400, both("6", "Connection: close\r\nTransfer-Encoding: chunked")),
        Case::refused("clte-smuggled-get", 400, both("41", "Transfer-Encoding: chunked")),
        Case::refused("clte-smuggled-get-cl-plus", 400, both("+6", "Transfer-Encoding: chunked")),
        Case::refused("clte-smuggled-get-te-leading-comma", 400, both("6", "Transfer-Encoding: , chunked")),
        Case::refused("clte-smuggled-get-te-obs-fold", 400, both("6", "Transfer-Encoding:\r\n chunked")),
        Case::refused("clte-smuggled-get-te-case-mismatch", 400, both("6", "Transfer-Encoding: CHUNKED")),
        Case::refused("te-cl-zero", 400, both("0", "Transfer-Encoding: chunked")),
        Case::refused(
            "tecl-desync",
            400,
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                &format!("23\r\n{SMUGGLED}\r\n0\r\n\r\n"),
            ),
        ),
        Case::refused(
            "get-te-cl-both",
            400,
            format!(
                "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n{chunks}"
            ),
        ),
    ]
}
