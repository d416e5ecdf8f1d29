//! The API socket: the kernel says who is on the other side.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn the_servers_own_user_and_root_act_for_any_account() {
    let server = TestServer::start().await;
    let socket = server.socket_client();
    for user in ["plain", "cptest"] {
        let answer = socket.get(LIST_POPS).header("Authorization", &format!("peer {user}")).send().await;
        assert_listed(&answer);
        assert_eq!(answer.json()["data"][0]["email"], user);
    }
    let whm = socket.get(VERSION).header("Authorization", "peer root").send().await;
    assert_eq!(whm.json()["metadata"]["result"], 1, "{whm:?}");
    let unknown = socket.get(LIST_POPS).header("Authorization", "peer nobodyhere").send().await;
    assert_access_denied(&unknown);
    assert_access_denied(&socket.get(LIST_POPS).send().await);
}

#[tokio::test]
async fn the_places_of_callers_hold_on_the_socket_too() {
    let server = TestServer::start().await;
    let socket = server.socket_client();
    let plain = socket.get(VERSION).header("Authorization", "peer plain").send().await;
    assert_eq!(plain.status, 403, "{plain:?}");
    let root = socket.get(LIST_POPS).header("Authorization", "peer root").send().await;
    assert_eq!(root.status, 403, "{root:?}");
}

#[tokio::test]
async fn the_scheme_is_worth_nothing_on_the_network() {
    let server = TestServer::start().await;
    for client in [server.client(Cpanel), server.plain_client(Cpanel)] {
        assert_access_denied(&client.get(LIST_POPS).header("Authorization", "peer plain").send().await);
    }
    let on_socket = server.socket_client().get(LIST_POPS).header("Authorization", "peer plain").send().await;
    assert_listed(&on_socket);
}

#[tokio::test]
async fn the_host_says_which_service_a_program_wants() {
    let server = TestServer::start().await;
    let head =
        "GET /json-api/cpanel?cpanel_jsonapi_module=Email&cpanel_jsonapi_func=listpops&cpanel_jsonapi_user=";
    for (host, peer, user, good) in [
        ("cpanel.localhost", "plain", "", true),
        ("cpanel.localhost", "plain", "plain", true),
        ("cpanel.localhost", "plain", "cptest", false),
        ("cpanel.localhost", "root", "", false),
        ("whm.localhost", "root", "plain", true),
        ("whm.localhost", "plain", "plain", false),
        ("localhost", "root", "plain", true),
    ] {
        let request = format!(
            "{head}{user} HTTP/1.1\r\nHost: {host}\r\nAuthorization: peer {peer}\r\nConnection: close\r\n\r\n"
        );
        let answer = server.socket_client().raw(request.as_bytes()).await;
        let listed = answer.text().contains("user@plain.example");
        assert_eq!(
            (listed, answer.status == 200),
            (good, good || user == "cptest"),
            "{host} {peer} {user} {answer:?}"
        );
    }
}
