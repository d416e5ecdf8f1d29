//! Security tokens switched off.

use portreeve_testkit::{Call, TestServer};

use crate::support::*;

#[tokio::test]
async fn without_tokens_a_request_must_be_a_programs_or_our_own_pages() {
    let server = TestServer::start().await;
    server.set("security_tokens", "0").await;
    let session = server.session(Cpanel, "plain").await;
    let own = format!("https://localhost:{}", server.port(Cpanel, true));
    let other_port = format!("https://localhost:{}", server.port(Whm, true));
    let plain = format!("http://localhost:{}", server.port(Cpanel, true));
    let (page, longer) = (format!("{own}/frontend/x"), format!("{own}0"));
    let cases: [(&[(&str, &str)], bool); 16] = [
        (&[], true),
        (&[("Accept", "application/json")], true),
        (&[("Accept", "text/html,application/xhtml+xml")], false),
        (&[("Sec-Fetch-Mode", "navigate")], false),
        (&[("Sec-Fetch-Site", "same-origin")], true),
        (&[("Sec-Fetch-Site", "none"), ("Accept", "text/html")], true),
        (&[("Sec-Fetch-Site", "same-site")], false),
        (&[("Sec-Fetch-Site", "cross-site")], false),
        (&[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)], false),
        (&[("Origin", &own), ("Accept", "text/html")], true),
        (&[("Origin", &other_port)], false),
        (&[("Origin", &plain)], false),
        (&[("Origin", &longer)], false),
        (&[("Origin", "null")], false),
        (&[("Referer", &page)], true),
        (&[("Referer", "https://evil.example/localhost")], false),
    ];
    for (headers, good) in cases {
        let call = session.with_cookie(session.client.get(LIST_POPS));
        let with = |call: Call, (name, value): &(&str, &str)| call.header(name, value);
        let answer = headers.iter().fold(call, with).send().await;
        assert_eq!(answer.status, if good { 200 } else { 401 }, "{headers:?}: {answer:?}");
    }
    assert!(session.lives().await);
}

#[tokio::test]
async fn without_tokens_there_still_is_one_and_a_wrong_one_is_wrong() {
    let server = TestServer::start().await;
    server.set("security_tokens", "0").await;
    let client = server.client(Cpanel);
    assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    let session = server.session(Cpanel, "plain").await;
    assert_listed(&session.get(LIST_POPS).header("Sec-Fetch-Site", "cross-site").send().await);
    let wrong = session.with_cookie(client.get(&format!("/cpsess1234567890{LIST_POPS}"))).send().await;
    assert_eq!(wrong.status, 401, "{wrong:?}");
    assert!(wrong.text().contains("The security token in your request is invalid."), "{wrong:?}");
}
