//! `/xml-api`: refused like the other surfaces, in its own envelope.

use portreeve_testkit::TestServer;

use crate::support::*;

#[tokio::test]
async fn strangers_get_the_refusal_in_xml_and_callers_are_shown_the_way_to_json() {
    let server = TestServer::start().await;
    let client = server.client(Whm);
    let stranger = client.get("/xml-api/applist").send().await;
    assert_eq!((stranger.status, stranger.reason.as_str()), (403, "Forbidden Access denied"));
    assert!(stranger.header("Content-Type").is_some_and(|kind| kind.starts_with("text/xml")), "{stranger:?}");
    assert!(stranger.text().contains("<error>Access denied</error>"), "{stranger:?}");
    let caller = client.get("/xml-api/applist").basic("root", "sandbox").send().await;
    assert_eq!(caller.status, 404, "{caller:?}");
    assert!(caller.reason.starts_with("Function not found: "), "{caller:?}");
    assert!(caller.reason.ends_with("use /json-api"), "{caller:?}");
    let json = client.get("/json-api/applist").basic("root", "sandbox").send().await;
    assert_eq!(json.status, 200, "{json:?}");
}
