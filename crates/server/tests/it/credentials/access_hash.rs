//! The access hash: `Authorization: WHM root:HASH`.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn the_access_hash_serves_whm_while_the_policy_allows_it() {
    let server = TestServer::start().await;
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    let call = server.client(Whm).get(VERSION).header("Authorization", &format!("WHM root:{hash}"));
    assert_eq!(call.clone().send().await.status, 200);
    server.set("allow_deprecated_accesshash", "0").await;
    let refused = call.clone().send().await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(refused.reason, "Access hash disabled; create an API token");
    server.set("allow_deprecated_accesshash", "1").await;
    assert_eq!(call.send().await.status, 200);
}

#[tokio::test]
async fn with_the_policy_off_a_hash_is_not_even_compared() {
    let server = TestServer::start().await;
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    let call =
        |hash: &str| server.client(Whm).get(VERSION).header("Authorization", &format!("WHM root:{hash}"));
    let wrong = "0".repeat(hash.len());
    assert_json_access_denied(&call(&wrong).send().await);
    server.set("allow_deprecated_accesshash", "0").await;
    // right and wrong are told the same
    for hash in [hash.as_str(), wrong.as_str()] {
        let answer = call(hash).send().await;
        assert_eq!(
            (answer.status, answer.reason.as_str()),
            (403, "Access hash disabled; create an API token")
        );
    }
}

#[tokio::test]
async fn a_hash_belongs_to_its_user_and_to_whm() {
    let server = TestServer::start().await;
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    let call =
        |service, path: &str, value: String| server.client(service).get(path).header("Authorization", &value);
    assert_json_access_denied(&call(Whm, VERSION, format!("WHM asder:{hash}")).send().await);
    let cpanel = call(Cpanel, LIST_POPS, format!("WHM root:{hash}")).send().await;
    assert_eq!(cpanel.status, 403, "{cpanel:?}");
    assert_access_denied(&call(Cpanel, LIST_POPS, format!("cpanel root:{hash}")).send().await);
    assert_eq!(call(Whm, VERSION, format!("WHM root:{hash}")).send().await.status, 200);
}

#[tokio::test]
async fn a_hash_in_lines_is_400_with_the_way_to_mend_it() {
    let server = TestServer::start().await;
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    let (first, rest) = hash.split_at(32);
    for line_end in ["\n", "\r\n", "\n ", "\r"] {
        let raw = format!(
            "GET {VERSION} HTTP/1.1\r\nHost: localhost\r\nAuthorization: WHM root:{first}{line_end}{rest}\r\n\r\n"
        );
        let answer = server.client(Whm).raw(raw.as_bytes()).await;
        assert_eq!(answer.status, 400, "{line_end:?}: {answer:?}");
        assert!(answer.text().lines().count() == 1 && answer.text().len() > 20, "{answer:?}");
    }
    let whole = format!(
        "GET {VERSION} HTTP/1.1\r\nHost: localhost\r\nAuthorization: WHM root:{hash}\n\r\r\nConnection: close\r\n\r\n"
    );
    // the vendor's own PHP sample ends the value so
    assert_eq!(server.client(Whm).raw(whole.as_bytes()).await.status, 200);
}
