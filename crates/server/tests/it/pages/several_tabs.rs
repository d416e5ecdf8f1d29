//! Several tabs that wait at the login: each goes on to its own page.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn each_tab_goes_where_it_wanted_although_the_waiting_login_is_one() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let first_step = |page: &str| {
        let fields = [("user", "cptest"), ("pass", "blahblah"), ("goto_uri", page)];
        client.post("/login/").form(&fields)
    };
    let first = first_step("/frontend/first").send().await;
    let second = first_step("/frontend/second").send().await;
    assert!(first.text().contains("value=\"/frontend/first\""), "{first:?}");
    // the browser has the second tab's cookie by now, and the code is typed into the first tab
    let cookie = second.cookie("cpanelpending").expect("a pending cookie");
    let code = server.code("cptest");
    let fields = [("tfa_token", code.as_str()), ("goto_uri", "/frontend/first")];
    let done = client.post("/login/").form(&fields).cookie("cpanelpending", cookie).send().await;
    assert_eq!(done.status, 301, "{done:?}");
    assert!(done.header("Location").expect("a Location").ends_with("/frontend/first"), "{done:?}");
}
