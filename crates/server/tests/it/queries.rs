//! A hot request sends no SQL.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn a_session_call_makes_no_sql_query() {
    on_each_database(async |server: TestServer| {
        let session = server.session(Cpanel, "cptest").await;
        let client = session.client.clone();
        let mut connection = client.connect().await;
        let call = || session.get(LIST_POPS);
        assert_listed(&call().send_on(&mut connection).await);
        let before = server.store().queries();
        for _ in 0..100 {
            assert_listed(&call().send_on(&mut connection).await);
        }
        assert_eq!(server.store().queries(), before);
        // and the counter does count
        assert_access_denied(&client.get(LIST_POPS).basic("plain", "wrong").send().await);
        assert!(server.store().queries() > before);
    })
    .await;
}

#[tokio::test]
async fn a_token_call_makes_none_either() {
    let server = TestServer::start().await;
    let call = || {
        let call = server.client(Whm).get(VERSION);
        call.header("Authorization", &format!("whm asder:{ASDER_TOKEN}"))
    };
    assert_eq!(call().send().await.status, 200);
    // the first use from here leaves an entry, written beside the calls
    server.store().upkeep().await.unwrap();
    let before = server.store().queries();
    for _ in 0..20 {
        assert_eq!(call().send().await.status, 200);
    }
    assert_eq!(server.store().queries(), before);
}
