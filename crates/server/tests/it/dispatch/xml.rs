//! `/xml-api`: the functions of `/json-api`, answered in XML.

use portreeve_testkit::{Response, TestServer};

use crate::support::*;

const DECLARATION: &str = "<?xml version=\"1.0\" ?>\n";

async fn as_root(server: &TestServer, target: &str) -> Response {
    server.client(Whm).get(target).basic("root", "sandbox").send().await
}

async fn as_plain(server: &TestServer, target: &str) -> Response {
    server.client(Cpanel).get(target).basic("plain", "plainpass").send().await
}

/// The document's root element with all that it holds.
#[track_caller]
fn root(answer: &Response) -> String {
    assert_eq!(answer.header("Content-Type"), Some("text/xml; charset=\"utf-8\""), "{answer:?}");
    let text = answer.text();
    text.strip_prefix(DECLARATION).expect("the declaration").to_owned()
}

#[tokio::test]
async fn strangers_get_the_refusal_of_json_in_xml() {
    let server = TestServer::start().await;
    let stranger = server.client(Whm).get("/xml-api/applist").send().await;
    assert_eq!((stranger.status, stranger.reason.as_str()), (403, "Forbidden Access denied"));
    assert_eq!(
        root(&stranger),
        "<cpanelresult><apiversion>2</apiversion><error>Access denied</error>\
         <data><reason>Access denied</reason><result>0</result></data><type>text</type></cpanelresult>"
    );
}

#[tokio::test]
async fn a_whm_function_has_metadata_with_a_version_and_its_older_shape_without() {
    let server = TestServer::start().await;
    let one = as_root(&server, "/xml-api/version?api.version=1").await;
    assert_eq!(
        root(&one),
        "<result><metadata><version>1</version><reason>OK</reason><result>1</result><command>version</command>\
         </metadata><data><version>11.136.0.0</version></data></result>"
    );
    let zero = as_root(&server, "/xml-api/version").await;
    assert_eq!(root(&zero), "<version><version>11.136.0.0</version></version>");
    let listed = root(&as_root(&server, "/xml-api/listaccts").await);
    assert!(listed.starts_with("<listaccts><status>1</status><statusmsg>Ok</statusmsg><acct><"), "{listed}");
    assert_eq!(listed.matches("<acct>").count(), 3, "{listed}");
    let call = "/xml-api/createacct?username=newone&domain=newone.example&password=long-enough-1";
    let created = root(&as_root(&server, call).await);
    assert_eq!(
        created,
        "<createacct><result><status>1</status><statusmsg>Account Creation Ok</statusmsg><user>newone</user>\
         <domain>newone.example</domain><package>default</package></result></createacct>"
    );
    let again = root(&as_root(&server, call).await);
    assert!(
        again.starts_with("<createacct><result><status>0</status><statusmsg>The account “newone”"),
        "{again}"
    );
}

#[tokio::test]
async fn a_function_that_is_not_there_or_not_here_says_so_in_xml() {
    let server = TestServer::start().await;
    let zero = as_root(&server, "/xml-api/nosuch").await;
    assert_eq!(root(&zero), "<result><error>Unknown App Requested: nosuch</error></result>");
    let one = root(&as_root(&server, "/xml-api/nosuch?api.version=1").await);
    assert!(one.contains("<result>0</result><command>nosuch</command></metadata><data/></result>"), "{one}");
    assert!(one.contains("Unknown app (“nosuch”) requested"), "{one}");
    for (path, status, words) in [
        ("/xml-api/listaccts", 403, "Permission denied: right call, wrong port"),
        ("/xml-api/uapi_cpanel", 403, "Permission denied: right call, wrong port"),
        ("/xml-api/nosuch", 404, "Function not found"),
    ] {
        let answer = as_plain(&server, path).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(root(&answer).contains(&format!("<error>{words}")), "{answer:?}");
    }
}

#[tokio::test]
async fn each_of_cpanels_apis_answers_in_its_envelope_on_both_ports() {
    let server = TestServer::start().await;
    for (version, function, start) in [
        (
            "3",
            "list_pops",
            "<cpanelresult><module>Email</module><func>list_pops</func><apiversion>3</apiversion><result>",
        ),
        (
            "2",
            "listpops",
            "<cpanelresult><apiversion>2</apiversion><func>listpops</func><module>Email</module><data>",
        ),
        ("1", "listpops", "<cpanelresult><apiversion>1</apiversion><type>event</type><module>Email</module>"),
    ] {
        for prefix in ["cpanel_xmlapi", "cpanel_jsonapi"] {
            let call = format!(
                "/xml-api/cpanel?{prefix}_apiversion={version}&{prefix}_module=Email&{prefix}_func={function}"
            );
            let own = root(&as_plain(&server, &call).await);
            assert!(own.starts_with(start), "{own}");
            let on_behalf = root(&as_root(&server, &format!("{call}&{prefix}_user=plain")).await);
            assert_eq!(on_behalf, own);
        }
    }
    let within = "/xml-api/uapi_cpanel?cpanel.user=plain&cpanel.module=Email&cpanel.function=list_pops";
    let within = root(&as_root(&server, within).await);
    assert!(within.starts_with("<result><metadata>"), "{within}");
    assert!(within.contains("<data><uapi><messages/><errors/><status>1</status>"), "{within}");
}

#[tokio::test]
async fn an_account_that_is_not_ones_own_is_refused_and_two_names_that_differ_are_400() {
    let server = TestServer::start().await;
    let call = "cpanel_xmlapi_module=Email&cpanel_xmlapi_func=listpops";
    for user in ["root", "nobodyhere", ""] {
        let answer = as_root(&server, &format!("/xml-api/cpanel?{call}&cpanel_xmlapi_user={user}")).await;
        assert_eq!(
            root(&answer),
            "<cpanelresult><data><reason>User parameter is invalid or was not supplied</reason><result>0</result>\
             </data><type>text</type><error>User parameter is invalid or was not supplied</error></cpanelresult>"
        );
    }
    for surface in ["xml-api", "json-api"] {
        let same = format!("/{surface}/cpanel?{call}&cpanel_xmlapi_user=plain&cpanel.user=plain");
        assert!(as_root(&server, &same).await.text().contains("user@plain.example"));
        let differ = format!("/{surface}/cpanel?{call}&cpanel_xmlapi_user=plain&cpanel_jsonapi_user=cptest");
        let answer = as_root(&server, &differ).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text().contains("cpanel_jsonapi_user and cpanel_xmlapi_user differ"), "{answer:?}");
    }
}

#[tokio::test]
async fn texts_from_outside_cannot_leave_their_element() {
    let server = TestServer::start().await;
    let call =
        "/xml-api/cpanel?cpanel_xmlapi_module=%3C/module%3E%3Cx%3E%26%01&cpanel_xmlapi_func=%5D%5D%3E%22";
    let answer = root(&as_plain(&server, call).await);
    assert!(answer.contains("<module>&lt;/module&gt;&lt;x&gt;&amp;\u{fffd}</module>"), "{answer}");
    assert!(answer.contains("<func>]]&gt;&quot;</func>"), "{answer}");
}
