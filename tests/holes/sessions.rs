//! Sessions: forged, promoted, misread, shared by a connection.

use crate::support::*;

/// What a password writes into a session file of lines.
const FORGED: &str = "x\r\nhasroot=1\r\ntfa_verified=1\r\nuser=root\r\ncp_security_token=/cpsess9999999999\r\n\
                      successful_internal_auth_with_timestamp=1777462149";

#[tokio::test]
async fn cve_2026_41940_a_forged_session_is_never_promoted() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    // a failed login leaves nothing that a later request could grow on
    assert_refused(&log_in(&client, "root", "wrong").await);
    // so the cookie is made up, or of a login that lacks its code, or of a session of one's own without its second half
    let own = server.session(Whm, "asder").await;
    let waiting = pending(&client, Whm, "asder", "blah1").await;
    let (half, _) = own.value.split_once("%2c").expect("two halves");
    for cookie in ["%3aAbCdEfGhIjKlMnOpQrStUv12", half, &waiting] {
        let with = |call: Call| call.cookie("whostmgrsession", cookie);
        let written = with(client.get("/")).basic("root", FORGED).send().await;
        assert_eq!((written.status, written.header("Location")), (400, None), "{written:?}");
        assert_opens_nothing(&written);
        for path in [
            "/scripts2/listaccts",
            "/cpsess9999999999/json-api/version",
            &format!("/cpsess9999999999{LIST_ACCOUNTS}"),
            &format!("{}{LIST_ACCOUNTS}", own.token),
        ] {
            assert_refused(&with(client.get(path)).send().await);
        }
    }
    assert!(is_done(&own.get(LIST_ACCOUNTS).send().await));
    assert!(is_done(&server.session(Whm, "root").await.get(LIST_ACCOUNTS).send().await));
}

#[tokio::test]
async fn cve_2003_0101_a_line_end_in_a_basic_credential_is_refused_on_every_port() {
    let server = TestServer::start().await;
    for (service, path, user, pass) in [
        (Cpanel, LIST_POPS, "plain", "plainpass"),
        (Whm, VERSION, "root", "sandbox"),
        (Webmail, LIST_POPS, "user@plain.example", "mailpass"),
    ] {
        for client in [server.client(service), server.plain_client(service)] {
            for control in ['\0', '\n', '\r', '\u{1f}', '\u{7f}', '\u{85}'] {
                let in_user = format!("{user}{control}sid=1 root");
                let in_password = format!("{pass}{control}sid=1 root");
                for (user, pass) in [(in_user.as_str(), pass), (user, in_password.as_str())] {
                    let answer = client.get(path).basic(user, pass).send().await;
                    assert_eq!(answer.status, 400, "{control:?}: {answer:?}");
                    assert_opens_nothing(&answer);
                }
            }
            let right = client.get(path).basic(user, pass).send().await;
            assert_eq!(right.status, 200, "{right:?}");
        }
    }
}

#[tokio::test]
async fn cve_2005_3042_a_line_end_in_a_login_name_is_part_of_no_name() {
    let server = TestServer::start().await;
    for (number, end) in ["\n", "\r\n", "\r", "\0", "\u{b}", "\u{2028}"].into_iter().enumerate() {
        let client = server.client(Whm).from(&format!("127.0.0.{}", number + 2));
        for user in [format!("root{end}"), format!("root{end}hasroot=1"), format!("{end}root")] {
            assert_refused(&log_in(&client, &user, "sandbox").await);
        }
        assert_opened(&log_in(&client, "root", "sandbox").await);
    }
}

#[tokio::test]
async fn cve_2002_0757_a_line_end_in_a_cookie_is_part_of_no_session() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let path = format!("{}{LIST_POPS}", session.token);
    for more in ["%0auser=root", "%0d%0auser%3droot", "%00", "%0a", "%7f", "%c2%85"] {
        let value = format!("{}{more}", session.value);
        assert_refused(&session.client.get(&path).cookie(session.name, &value).send().await);
    }
    assert_done(&session.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn cve_2026_43633_a_cookie_reads_in_one_way_or_not_at_all() {
    let server = TestServer::start().await;
    let (one, other) = (server.session(Cpanel, "plain").await, server.session(Cpanel, "asder").await);
    let path = format!("{}{LIST_POPS}", one.token);
    let call = || one.client.get(&path);
    for doubled in [
        call().cookie(one.name, &one.value).cookie(one.name, &other.value),
        call().cookie(one.name, &other.value).cookie(one.name, &one.value),
        call().header("Cookie", &format!("{}={}", one.name, other.value)).cookie(one.name, &one.value),
    ] {
        let answer = doubled.send().await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    // a part that one reader would drop and another take
    for value in [
        one.value.replacen("%3a", "%3a%3a", 1),
        one.value.replacen("%2c", "%252c", 1),
        one.value.replacen("plain", "plain%00", 1),
        one.value.replacen("plain", "asder", 1),
        format!("{}%2c{}", one.value, "0".repeat(32)),
        format!("\"{}\"", one.value),
    ] {
        assert_refused(&call().cookie(one.name, &value).send().await);
    }
    assert_done(&one.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn cve_2019_20498_a_connection_remembers_nobody() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let session = server.session(Cpanel, "asder").await;
    let whose = |answer: &Response| answer.json()["data"][0]["email"].as_str().unwrap_or_default().to_owned();
    let mut connection = client.connect().await;
    let plain = client.get(LIST_POPS).basic("plain", "plainpass").send_on(&mut connection).await;
    assert_eq!(whose(&plain), "plain", "{plain:?}");
    let asder = session.get(LIST_POPS).send_on(&mut connection).await;
    assert_eq!(whose(&asder), "asder", "{asder:?}");
    assert_refused(&client.get(LIST_POPS).send_on(&mut connection).await);
    // nor does one on which two requests come at once
    let mut connection = client.connect().await;
    let basic = "Authorization: Basic cGxhaW46cGxhaW5wYXNz\r\n";
    let request = |field: &str| format!("GET {LIST_POPS} HTTP/1.1\r\nHost: localhost\r\n{field}\r\n");
    connection.write(format!("{}{}", request(basic), request("")).as_bytes()).await;
    let (first, second) = (connection.read(false).await, connection.read(false).await);
    assert_eq!((first.status, second.status), (200, 401), "{second:?}");
}

#[tokio::test]
async fn cve_2025_30189_nobody_gets_what_was_kept_in_memory_for_another() {
    let server = TestServer::start().await;
    let owner = server.session(Cpanel, "plain").await;
    let session = server.session(Cpanel, "cptest").await;
    for (session, domain) in [(&owner, "plain.example"), (&session, "cptest.example")] {
        let password = format!("{STRONG} {domain}");
        let fields = [("email", "same"), ("domain", domain), ("password", &password)];
        assert_done(&session.post("/execute/Email/add_pop").form(&fields).send().await);
    }
    let client = server.client(Webmail);
    let listed = async |user: &str, pass: &str| {
        let answer = client.get(LIST_POPS).basic(user, pass).send().await;
        assert_done(&answer);
        let data = answer.json()["data"].as_array().unwrap().clone();
        assert_eq!(data.len(), 1, "{answer:?}");
        data[0]["email"].as_str().unwrap().to_owned()
    };
    // twice, so that the second answers come out of memory
    for _ in 0..2 {
        for domain in ["plain.example", "cptest.example"] {
            let user = format!("same@{domain}");
            assert_eq!(listed(&user, &format!("{STRONG} {domain}")).await, user);
        }
        let others = format!("{STRONG} plain.example");
        assert_refused(&client.get(LIST_POPS).basic("same@cptest.example", &others).send().await);
        assert_eq!(listed("plain", "plainpass").await, "plain");
    }
}

#[tokio::test]
async fn ghsa_m755_m8m9_q8v4_a_security_token_is_in_no_log_and_worth_nothing_alone() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let digits = session.token.strip_prefix("/cpsess").expect("digits");
    let bare = |path: &str| session.client.get(&format!("{}{path}", session.token));
    for answer in [
        session.get(LIST_POPS).send().await,
        session.get(&format!("/nothing?back=%2Fcpsess{digits}%2F")).send().await,
        bare(LIST_POPS).send().await,
        bare("/").send().await,
        bare(LIST_POPS).header("Authorization", &format!("cpanel plain:{digits}")).send().await,
    ] {
        let line = server.line(answer.request_id()).await;
        assert!(!line.contains(digits) && line.contains("cpsess***"), "{line}");
    }
    assert_refused(&bare(LIST_POPS).send().await);
    assert!(session.lives().await);
}
