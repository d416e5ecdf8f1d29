//! A program's own calls, made with its ticket.

use portreeve_store::ChangedBy;
use portreeve_testkit::{Session, TestServer};
use portreeve_types::{Service, Subject};

use crate::support::*;

const RUN: &str = "/3rdparty/a/run.cgi";

/// Calls the port and path of its query with its ticket, and prints the status and the body.
const CALL: &str = r#"use HTTP::Tiny; my ($port, $path) = $ENV{QUERY_STRING} =~ /^(\d+)(.*)/s;
    my $answer = HTTP::Tiny->new->get("http://127.0.0.1:$port$path",
        { headers => { Authorization => "ticket $ENV{PORTREEVE_CALL_TICKET}" } });
    print "Content-Type: text/plain\n\n$answer->{status} $answer->{content}";"#;

async fn with_caller() -> TestServer {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", CALL);
    server
}

async fn through(server: &TestServer, session: &Session, service: Service, path: &str) -> String {
    let port = server.port(service, false);
    let answer = session.get(&format!("{RUN}?{port}{path}")).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text()
}

#[tokio::test]
async fn a_program_calls_with_its_callers_rights_and_needs_no_login() {
    let server = with_caller().await;
    let session = server.session(Cpanel, "plain").await;
    let pops = through(&server, &session, Cpanel, "/execute/Email/list_pops").await;
    assert!(pops.starts_with("200 ") && pops.contains("user@plain.example"), "{pops}");
    let reseller = server.session(Whm, "asder").await;
    let accounts = through(&server, &reseller, Whm, "/json-api/listaccts?api.version=1").await;
    assert!(accounts.starts_with("200 ") && accounts.contains("plain.example"), "{accounts}");
    assert!(!accounts.contains("cptest.example"), "{accounts}");
}

#[tokio::test]
async fn a_ticket_is_good_for_its_own_service_and_for_calls_that_keep_nothing() {
    let server = with_caller().await;
    let session = server.session(Cpanel, "plain").await;
    let token = through(&server, &session, Cpanel, "/execute/Tokens/create_full_access?name=kept").await;
    assert!(token.contains("\"status\":0") && token.contains("not good for credentials"), "{token}");
    let list = session.get("/execute/Tokens/list").send().await;
    assert!(!list.text().contains("kept"), "{list:?}");
    // a mailbox is a thing that the account holds; the password of one that is there lets its user in
    let pop = "email=fresh&password=Long.enough.8&quota=0&domain=plain.example";
    let made = through(&server, &session, Cpanel, &format!("/execute/Email/add_pop?{pop}")).await;
    assert!(made.contains("\"status\":1"), "{made}");
    let changed = through(&server, &session, Cpanel, &format!("/execute/Email/passwd_pop?{pop}")).await;
    assert!(changed.contains("not good for credentials"), "{changed}");
    let root = server.session(Whm, "root").await;
    perl(&server, "cgi/run.cgi", CALL);
    let whm = server.port(Whm, false);
    for function in ["set_tweaksetting?key=minpwstrength&value=1&", "twofactorauth_disable_policy?"] {
        let path = format!("/cgi/run.cgi?{whm}/json-api/{function}api.version=1");
        let answer = root.get(&path).send().await.text();
        assert!(answer.contains("what is asked of those who log in"), "{answer}");
    }
    let elsewhere = through(&server, &session, Webmail, "/execute/Email/list_pops").await;
    assert!(elsewhere.starts_with("403 "), "{elsewhere}");
    // neither pages nor programs, by way of which it would have a new ticket
    server.set("requiressl", "0").await;
    for path in ["/frontend/portreeve/index.html", "/3rdparty/a/run.cgi", "/session.js"] {
        let answer = through(&server, &session, Cpanel, path).await;
        assert!(answer.starts_with("401 "), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_program_is_told_where_to_call_whatever_port_the_client_spoke_to() {
    let server = builder().behind_proxies().start().await;
    let call = r#"use HTTP::Tiny;
        my $answer = HTTP::Tiny->new->get("$ENV{PORTREEVE_CALL_URL}$ENV{QUERY_STRING}",
            { headers => { Authorization => "ticket $ENV{PORTREEVE_CALL_TICKET}" } });
        print "Content-Type: text/plain\n\n$ENV{SERVER_PORT} $answer->{status}";"#;
    for place in ["3rdparty/a/run.cgi", "cgi/run.cgi"] {
        perl(&server, place, call);
    }
    let header = b"PROXY TCP4 203.0.113.7 192.0.2.80 4711 443\r\n";
    for (service, user, path, query) in [
        (Cpanel, "plain", "/3rdparty/a/run.cgi", "/execute/Email/list_pops"),
        (Whm, "root", "/cgi/run.cgi", "/json-api/version?api.version=1"),
        (Webmail, "user@plain.example", "/3rdparty/a/run.cgi", "/execute/Email/list_pops"),
    ] {
        let proxied = server.proxy_on_naming_socket(service, portreeve_testkit::TlsBy::Server, header);
        for (client, port) in [(server.client(service), server.port(service, true)), (proxied, 443)] {
            let session = server.session_of(client, service, user).await;
            let answer = session.get(&format!("{path}?{query}")).send().await;
            assert_eq!(answer.text(), format!("{port} 200"), "{service}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_ticket_ends_with_its_program_and_is_good_from_here_only() {
    let server = start().await;
    perl(&server, "3rdparty/a/run.cgi", &format!("{TEXT} print $ENV{{PORTREEVE_CALL_TICKET}};"));
    perl(
        &server,
        "3rdparty/a/wait.cgi",
        &format!("{TEXT} print qq(TICKET=$ENV{{PORTREEVE_CALL_TICKET}};); sleep 30;"),
    );
    let session = server.session(Cpanel, "plain").await;
    let client = server.client(Cpanel);
    let uses = async |ticket: &str| {
        let call =
            client.get("/execute/Email/list_pops").header("Authorization", &format!("ticket {ticket}"));
        call.send().await.status
    };
    let old = session.get(RUN).send().await.text();
    assert_eq!((old.len(), uses(&old).await), (64, 401));
    let mut connection = session.get("/3rdparty/a/wait.cgi").begin().await;
    connection.read_through("TICKET=").await;
    let live = connection.read_through(";").await;
    let live = live.trim_end_matches(';');
    assert_eq!(uses(live).await, 200);
    // the session's end is its ticket's too
    session.get("/logout/").send().await;
    assert_eq!(uses(live).await, 401);
}

#[tokio::test]
async fn a_session_without_its_second_factor_gives_no_more_by_a_ticket() {
    let server = with_caller().await;
    let session = server.session(Cpanel, "plain").await;
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let enrolled = session
        .post("/execute/TwoFactorAuth/set_user_configuration")
        .form(&[("secret", secret), ("tfa_token", &server.code_of(secret, 0))])
        .send()
        .await;
    assert_eq!(enrolled.json()["data"]["tfa_configured"], 1, "{enrolled:?}");
    let own = session.get("/execute/Email/list_pops").send().await;
    let by_ticket = through(&server, &session, Cpanel, "/execute/Email/list_pops").await;
    assert!(own.text().contains("tfa_login_form"), "{own:?}");
    assert!(by_ticket.contains("tfa_login_form") && !by_ticket.contains("user@plain.example"), "{by_ticket}");
}

#[tokio::test]
async fn a_ticket_meets_the_policies_as_its_origin_did() {
    let server = with_caller().await;
    server.set("SecurityPolicy::SourceIPCheck", "1").await;
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    server.verify_address(Subject::Account(plain.id), "127.9.9.9").await;
    // the program itself calls from another one, which nobody has verified
    let client = server.client(Cpanel).from("127.9.9.9");
    let session = server.session_of(client.clone(), Cpanel, "plain").await;
    let pops = through(&server, &session, Cpanel, "/execute/Email/list_pops").await;
    assert!(pops.starts_with("200 "), "{pops}");
    let call = format!("{RUN}?{}/execute/Email/list_pops", server.port(Cpanel, false));
    let answer = client.get(&call).basic("plain", "plainpass").send().await;
    assert!(answer.text().starts_with("200 "), "{answer:?}");
}

#[tokio::test]
async fn a_ticket_from_a_header_ends_with_what_the_header_proved() {
    let server = start().await;
    perl(
        &server,
        "3rdparty/a/wait.cgi",
        &format!("{TEXT} print qq(TICKET=$ENV{{PORTREEVE_CALL_TICKET}};); sleep 30;"),
    );
    let client = server.client(Cpanel);
    let uses = async |ticket: &str| {
        let call =
            client.get("/execute/Email/list_pops").header("Authorization", &format!("ticket {ticket}"));
        call.send().await.status
    };
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    let owner = server.session(Cpanel, "plain").await;
    let made = owner.get("/execute/Tokens/create_full_access?name=brief").send().await;
    let token = format!("cpanel plain:{}", made.json()["data"]["token"].as_str().unwrap());
    for by_token in [true, false] {
        let call = client.get("/3rdparty/a/wait.cgi");
        let call = match by_token {
            true => call.header("Authorization", &token),
            false => call.basic("plain", "plainpass"),
        };
        let mut connection = call.begin().await;
        connection.read_through("TICKET=").await;
        let ticket = connection.read_through(";").await;
        let ticket = ticket.trim_end_matches(';');
        assert_eq!(uses(ticket).await, 200);
        if by_token {
            let revoked = owner.get("/execute/Tokens/revoke?name=brief").send().await;
            assert_eq!(revoked.json()["data"], 1, "{revoked:?}");
        } else {
            let root = server.store().account(&"root".parse().unwrap()).await.unwrap().unwrap();
            let by = ChangedBy::Another;
            let subject = Subject::Account(plain.id);
            assert!(server.store().set_password(subject, &root.password, by).await.unwrap());
        }
        assert_eq!(uses(ticket).await, 401, "by token: {by_token}");
    }
}

#[tokio::test]
async fn a_ticket_is_nothing_worth_behind_a_proxy_whatever_address_that_says() {
    let server = builder().behind_proxies().start().await;
    perl(
        &server,
        "3rdparty/a/wait.cgi",
        r#"print "Content-Type: text/plain\n\n$ENV{PORTREEVE_CALL_TICKET}\n"; sleep 30;"#,
    );
    let session = server.session(Cpanel, "plain").await;
    let mut running = session.get("/3rdparty/a/wait.cgi").begin().await;
    running.read_through("\r\n\r\n").await;
    let said = running.read_through("\n").await + &running.read_through("\n").await;
    let ticket = said.lines().find(|line| line.len() == 64).expect("a ticket").to_owned();
    let list = "/execute/Email/list_pops";
    let call = |client: portreeve_testkit::Client| {
        client.get(list).header("Authorization", &format!("ticket {ticket}")).send()
    };
    assert_eq!(call(server.client(Cpanel)).await.status, 200);
    let proxy = server.proxy_on_socket(Cpanel, true);
    assert_eq!(call(proxy.always("X-Forwarded-For", "127.0.0.1")).await.status, 401);
    let header = b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2083\r\n";
    let proxy = server.proxy_on_port(Cpanel, portreeve_testkit::TlsBy::Server, header);
    assert_eq!(call(proxy).await.status, 401);
}
