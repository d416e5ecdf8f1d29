//! Temporary sessions: made for somebody, taken up once.

use portreeve_store::{NewToken, TokenKind, TokenLimits};
use portreeve_testkit::{Session, TestServer};
use portreeve_types::{Acl, AclSet, Subject};
use serde_json::json;
use tokio::task::JoinSet;

use super::links::*;
use crate::support::*;

#[tokio::test]
async fn a_link_logs_in_once_and_opens_a_new_session() {
    on_each_database(async |server: TestServer| {
        let maker = server.session(Whm, "asder").await;
        let data = created(&maker, "plain", Cpanel).await;
        let (url, value) = (data["url"].as_str().unwrap(), data["session"].as_str().unwrap());
        let token = data["cp_security_token"].as_str().unwrap();
        let port = server.port(Cpanel, true);
        let escaped = value.replace(':', "%3a").replace(',', "%2c");
        assert!(url.ends_with(&format!(":{port}{token}/login/?session={escaped}")), "{url}");
        assert_eq!(data["expires"], server.now().seconds() + 900);
        assert_eq!(data["service"], "cpaneld");

        let client = server.client(Cpanel);
        let answer = client.get(path(url)).send().await;
        assert_eq!(answer.status, 301, "{answer:?}");
        let session = Session::from_answer(client.clone(), Cpanel, &answer).unwrap();
        assert!(session.token != token && session.lives().await, "{answer:?}");
        assert!(!session.value.contains(value.split(':').nth(1).unwrap()));
        assert_worthless(&client.get(path(url)).send().await);
        assert!(session.lives().await);
    })
    .await;
}

#[tokio::test]
async fn a_published_script_goes_on_under_the_links_own_token() {
    let server = TestServer::start().await;
    let maker = server.session(Whm, "root").await;
    let data = created(&maker, "plain", Cpanel).await;
    let client = server.client(Cpanel);
    let url = path(data["url"].as_str().unwrap());
    let answer = client.get(url).send().await;
    let session = Session::from_answer(client.clone(), Cpanel, &answer).unwrap();
    let (base, _) = url.split_once("/login").unwrap();
    let call = || session.with_cookie(client.get(&format!("{base}{LIST_POPS}")));
    assert_listed(&call().send().await);
    // whoever made the link knows that token: a browser is not to be driven with it
    for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Accept", "text/html,*/*")] {
        assert_eq!(call().header(name, value).send().await.status, 401, "{name}");
    }
    assert!(session.lives().await);
}

#[tokio::test]
async fn a_link_may_stand_on_another_site_and_a_look_ahead_leaves_it_good() {
    let server = TestServer::start().await;
    let maker = server.session(Whm, "asder").await;
    let data = created(&maker, "plain", Cpanel).await;
    let (client, url) = (server.client(Cpanel), path(data["url"].as_str().unwrap()).to_owned());
    assert_eq!(client.call("HEAD", &url).send().await.set_cookie("cpsession"), None);
    let ahead = client.get(&url).header("Sec-Purpose", "prefetch;prerender").send().await;
    assert_eq!(ahead.set_cookie("cpsession"), None, "{ahead:?}");
    let answer = client.get(&format!("{url}&locale=fr&goto_uri=%2Ffrontend%2Fx"));
    let answer = answer.header("Sec-Fetch-Site", "cross-site").send().await;
    assert_eq!(answer.status, 301, "{answer:?}");
    assert!(answer.header("Location").unwrap().ends_with("/frontend/x"), "{answer:?}");
    assert!(answer.set_cookie("session_locale").unwrap().starts_with("session_locale=fr; "), "{answer:?}");
}

#[tokio::test]
async fn a_link_is_for_one_service_and_for_tls() {
    let server = TestServer::start().await;
    let maker = server.session(Whm, "asder").await;
    let data = created(&maker, "plain", Cpanel).await;
    let url = path(data["url"].as_str().unwrap());
    assert_worthless(&server.client(Webmail).get(url).send().await);
    let plain = server.plain_client(Cpanel).get(url).send().await;
    assert_eq!((plain.status, plain.set_cookie("cpsession")), (401, None), "{plain:?}");
    assert!(plain.text().contains("on the secure port only"), "{plain:?}");
    let plain = server.plain_client(Cpanel).get(&format!("{url}&login_only=1")).send().await;
    assert_login_refused(&plain, "prevented_xfer");
    assert_logged_in(&server.client(Cpanel).get(&format!("{url}&login_only=1")).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_with_one_link_open_one_session() {
    on_each_database(async |server: TestServer| {
        let maker = server.session(Whm, "asder").await;
        let data = created(&maker, "plain", Cpanel).await;
        let mut clients = JoinSet::new();
        for _ in 0..64 {
            let (client, url) = (server.client(Cpanel), data["url"].as_str().unwrap().to_owned());
            clients.spawn(async move { client.get(path(&url)).send().await });
        }
        let answers = clients.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.cookie("cpsession").is_some()).count(), 1);
        answers.iter().filter(|answer| answer.status != 301).for_each(assert_worthless);
        let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(server.store().sessions_of(Subject::Account(plain.id)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_session_from_a_link_is_its_makers_too() {
    let server = TestServer::start().await;
    let maker = server.session(Whm, "root").await;
    let session = linked(&server, &maker, "cptest", Cpanel).await;
    // cptest has a second factor; who made the link was let in without it
    let answer = session.get(LIST_POPS).send().await;
    assert_listed(&answer);
    let line = server.line(answer.request_id()).await;
    assert!(line.contains(r#""caller":"cptest (possessor: root)""#), "{line}");
    let page = session.get("/").send().await;
    assert!(page.text().contains("The session is root's."), "{page:?}");
    // it makes nothing that outlasts it, and does not change the second factor
    for (call, fields) in [
        ("/execute/Tokens/create_full_access", vec![("name", "kept")]),
        ("/execute/TwoFactorAuth/remove_user_configuration", vec![]),
    ] {
        let answer = session.post(call).form(&fields).send().await;
        assert_eq!(answer.json()["status"], 0, "{answer:?}");
        assert!(answer.text().contains("only by its own user"), "{answer:?}");
    }
    // nor can a code be given in the place of the password that nobody has proven
    let code = server.code("cptest");
    let step = session.with_cookie(session.client.post("/login/?login_only=1").form(&[("tfa_token", &code)]));
    assert_login_refused(&step.send().await, "invalid_session");
    let root = server.store().account(&"root".parse().unwrap()).await.unwrap().unwrap();
    server.store().end_sessions_of(Subject::Account(root.id), None).await.unwrap();
    assert!(!session.lives().await);
}

#[tokio::test]
async fn who_loses_an_account_loses_its_sessions_of_it() {
    let server = TestServer::start().await;
    let maker = server.session(Whm, "asder").await;
    let session = linked(&server, &maker, "plain", Cpanel).await;
    assert!(session.lives().await);
    let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    server.store().set_account_role(asder.id, portreeve_store::Role::User).await.unwrap();
    assert!(!session.lives().await);
}

#[tokio::test]
async fn a_link_never_leads_to_more_than_its_maker_may() {
    let server = TestServer::start().await;
    let reseller = server.session(Whm, "asder").await;
    for (user, service) in [("root", Whm), ("cptest", Cpanel), ("info@cptest.example", Webmail)] {
        let answer = create(&reseller, user, service).await;
        assert_eq!(answer.json()["metadata"]["result"], 0, "{answer:?}");
        let reason = format!("You do not have permission to open a session of “{user}”");
        assert!(answer.json()["metadata"]["reason"].as_str().unwrap().starts_with(&reason), "{answer:?}");
    }
    let own = linked(&server, &reseller, "asder", Whm).await;
    assert!(own.lives().await);
    // a token with one privilege makes no session that has them all
    let asder = server.store().account(&"asder".parse().unwrap()).await.unwrap().unwrap();
    let new = NewToken {
        account: asder.id,
        kind: TokenKind::Whm,
        name: "links".parse().unwrap(),
        limits: TokenLimits {
            acls: Some(AclSet::NONE.with(Acl::CreateUserSession)),
            ..TokenLimits::default()
        },
        token: None,
    };
    let (token, _) = server.store().create_api_token(new, None).await.unwrap();
    let with_token = async |service: &str| {
        let path = format!("/json-api/create_user_session?api.version=1&user=asder&service={service}");
        let credential = format!("whm asder:{}", token.expose());
        server.client(Whm).get(&path).header("Authorization", &credential).send().await.json()["metadata"]["result"]
            .clone()
    };
    assert_eq!((with_token("whostmgrd").await, with_token("cpaneld").await), (json!(0), json!(1)));
}

#[tokio::test]
async fn a_reseller_whom_root_let_in_has_its_own_accounts_and_no_others() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let reseller = linked(&server, &root, "asder", Whm).await;
    for (user, service) in [("cptest", Cpanel), ("info@cptest.example", Webmail)] {
        let answer = create(&reseller, user, service).await;
        assert_eq!(answer.json()["metadata"]["result"], 0, "{answer:?}");
    }
    let answer = reseller.get("/xfercpanel/cptest").send().await;
    assert_ne!(answer.status / 100, 3, "{answer:?}");
    let page = reseller.get("/").send().await.text();
    assert!(page.contains("/xfercpanel/plain") && !page.contains("cptest"), "{page}");
    assert!(linked(&server, &reseller, "plain", Cpanel).await.lives().await);
}

#[tokio::test]
async fn a_link_cannot_change_the_password_of_its_own_account() {
    let server = TestServer::start().await;
    let reseller = server.session(Whm, "asder").await;
    let link = linked(&server, &reseller, "asder", Whm).await;
    let call = "/json-api/passwd?api.version=1&user=asder&password=Xk7-unlikely-mauve-otter";
    let refused = link.get(call).send().await;
    assert_eq!(refused.json()["metadata"]["result"], 0, "{refused:?}");
    assert!(refused.text().contains("Failed to change the password"), "{refused:?}");
    let own = reseller.get(call).send().await;
    assert_eq!(own.json()["metadata"]["result"], 1, "{own:?}");
}

#[tokio::test]
async fn cpanel_makes_links_to_its_mailboxes() {
    let server = TestServer::start().await;
    let account = server.session(Cpanel, "plain").await;
    let client = server.client(Webmail);
    let made = async |function: &str, fields: &[(&str, &str)]| {
        let answer = account.post(&format!("/execute/Session/{function}")).form(fields).send().await;
        assert_eq!(answer.json()["status"], 1, "{answer:?}");
        let data = answer.json()["data"].clone();
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        (text("token"), text("session"))
    };
    let user = [("login", "user"), ("domain", "plain.example")];
    for (function, fields, name) in [
        ("create_webmail_session_for_mail_user", user.to_vec(), "user@plain.example"),
        (
            "create_webmail_session_for_mail_user_check_password",
            [user.to_vec(), vec![("password", "mailpass")]].concat(),
            "user@plain.example",
        ),
        ("create_webmail_session_for_self", vec![], "plain"),
    ] {
        let (token, value) = made(function, &fields).await;
        let answer = client.post(&format!("{token}/login")).form(&[("session", &value)]).send().await;
        let session = Session::from_answer(client.clone(), Webmail, &answer).unwrap();
        let page = session.get("/").send().await;
        assert!(page.text().contains(&format!("<strong id=\"logged_in_as\">{name}</strong>")), "{page:?}");
        let again = client.post(&format!("{token}/login")).form(&[("session", &value)]).send().await;
        assert_worthless(&again);
    }
    let (token, value) = made(
        "create_webmail_session_for_mail_user",
        &[&user[..], &[("remote_address", "127.0.0.7")]].concat(),
    )
    .await;
    let from = async |address: &str| {
        let client = client.from(address);
        client.post(&format!("{token}/login?login_only=1")).form(&[("session", &value)]).send().await
    };
    assert_login_refused(&from("127.0.0.8").await, "invalid_session");
    assert_logged_in(&from("127.0.0.7").await);
}

#[tokio::test]
async fn a_wrong_mailbox_password_counts_as_a_guess() {
    let server = TestServer::start().await;
    let account = server.session(Cpanel, "plain").await;
    let fields = |password| [("login", "user"), ("domain", "plain.example"), ("password", password)];
    let path = "/execute/Session/create_webmail_session_for_mail_user_check_password";
    for _ in 0..5 {
        let answer = account.post(path).form(&fields("wrong")).send().await;
        assert!(answer.text().contains("is another one"), "{answer:?}");
    }
    let answer = account.post(path).form(&fields("mailpass")).send().await;
    assert!(answer.text().contains("Too many wrong passwords"), "{answer:?}");
    let login = log_in(&server.client(Webmail), "user@plain.example", "mailpass").await;
    assert_login_refused(&login, "invalid_login");
}
