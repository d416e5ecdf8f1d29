//! What WHM does to accounts: passwords and suspensions, and who feels them.

use portreeve_store::Role;
use portreeve_testkit::{Response, Session, TestServer};
use portreeve_types::{Acl, AclSet};
use serde_json::{Value, json};

use crate::support::*;

async fn whm(session: &Session, function: &str, fields: &[(&str, &str)]) -> Value {
    let answer = session.post(&format!("/json-api/{function}?api.version=1")).form(fields).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn done(session: &Session, function: &str, fields: &[(&str, &str)]) -> Value {
    let answer = whm(session, function, fields).await;
    assert_eq!(answer["metadata"]["result"], 1, "{answer}");
    answer["data"].clone()
}

async fn summary(session: &Session, user: &str) -> Value {
    done(session, "accountsummary", &[("user", user)]).await["acct"][0].clone()
}

#[tokio::test]
async fn a_suspension_closes_every_way_in_and_its_end_opens_them_again() {
    on_each_database(async |server: TestServer| {
        let reseller = server.session(Whm, "asder").await;
        let (cpanel, webmail) = (server.client(Cpanel), server.client(Webmail));
        let owner = server.session(Cpanel, "plain").await;
        let mailbox = server.session(Webmail, "user@plain.example").await;
        let made = owner.get("/execute/Tokens/create_full_access?name=script").send().await.json();
        let token = format!("cpanel plain:{}", made["data"]["token"].as_str().expect("a token"));
        let by_token = async || cpanel.get(LIST_POPS).header("Authorization", &token).send().await;
        assert_listed(&by_token().await);
        let pending = log_in(&webmail, "tfa@plain.example", "mailpass").await;
        assert_login_refused(&pending, "tfa_required");

        let now = server.now().seconds();
        done(&reseller, "suspendacct", &[("user", "plain"), ("reason", "Nonpayment")]).await;
        assert_access_denied(&owner.get(LIST_POPS).send().await);
        assert_access_denied(&mailbox.get(LIST_POPS).send().await);
        assert_access_denied(&by_token().await);
        assert_access_denied(&cpanel.get(LIST_POPS).basic("plain", "plainpass").send().await);
        assert_login_refused(&log_in(&cpanel, "plain", "plainpass").await, "invalid_login");
        assert_login_refused(&log_in(&webmail, "user@plain.example", "mailpass").await, "invalid_login");
        let code = server.code("tfa@plain.example");
        let cookie = pending.cookie("webmailpending").expect("a pending login").to_owned();
        let step = webmail.post("/login/?login_only=1").form(&[("tfa_token", &code)]);
        assert_eq!(step.cookie("webmailpending", &cookie).send().await.status, 401);
        let shown = summary(&reseller, "plain").await;
        assert_eq!(shown["suspended"], 1, "{shown}");
        assert_eq!(
            (&shown["suspendreason"], &shown["suspendtime"]),
            (&json!("Nonpayment"), &json!(now.to_string()))
        );
        let listed = done(&reseller, "listaccts", &[("search", "^plain$"), ("searchtype", "user")]).await;
        assert_eq!(listed["acct"][0], shown);

        done(&reseller, "unsuspendacct", &[("user", "plain")]).await;
        let shown = summary(&reseller, "plain").await;
        assert_eq!((&shown["suspended"], &shown["suspendtime"]), (&json!(0), &Value::Null), "{shown}");
        assert_listed(&by_token().await);
        assert_logged_in(&log_in(&cpanel, "plain", "plainpass").await);
        assert_logged_in(&log_in(&webmail, "user@plain.example", "mailpass").await);
        // what was ended stays so
        assert_access_denied(&owner.get(LIST_POPS).send().await);
    })
    .await;
}

#[tokio::test]
async fn a_suspension_that_root_locked_is_roots_to_end() {
    let server = TestServer::start().await;
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    done(&root, "suspendacct", &[("user", "plain"), ("reason", "abuse"), ("disallowun", "1")]).await;
    assert_eq!(summary(&reseller, "plain").await["is_locked"], 1);
    for (function, fields) in [
        ("unsuspendacct", &[("user", "plain")][..]),
        ("suspendacct", &[("user", "plain"), ("disallowun", "0")]),
    ] {
        let refused = whm(&reseller, function, fields).await;
        let expected = "Only root may change the suspension of the account “plain”.";
        assert_eq!(
            (&refused["metadata"]["result"], &refused["metadata"]["reason"]),
            (&json!(0), &json!(expected))
        );
    }
    assert_eq!(summary(&reseller, "plain").await["suspendreason"], "abuse");
    done(&root, "unsuspendacct", &[("user", "plain")]).await;
    assert_logged_in(&log_in(&server.client(Cpanel), "plain", "plainpass").await);
}

#[tokio::test]
async fn nobody_suspends_itself_or_root() {
    let server = TestServer::start().await;
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    for (session, user) in [(&root, "root"), (&reseller, "root"), (&reseller, "asder"), (&reseller, "cptest")]
    {
        let refused = whm(session, "suspendacct", &[("user", user)]).await;
        assert_eq!(refused["metadata"]["result"], 0, "{user}: {refused}");
    }
    assert!(root.lives().await && reseller.lives().await);
}

#[tokio::test]
async fn a_new_password_ends_the_accounts_other_sessions_and_is_the_only_one_from_then_on() {
    on_each_database(async |server: TestServer| {
        let reseller = server.session(Whm, "asder").await;
        let (plain, client) = (server.session(Cpanel, "plain").await, server.client(Cpanel));
        let mailbox = server.session(Webmail, "user@plain.example").await;
        let changed =
            whm(&reseller, "passwd", &[("user", "plain"), ("password", "another-long-secret")]).await;
        assert_eq!(changed["metadata"]["reason"], "Password changed for user “plain”.");
        assert_eq!(changed["data"], json!({ "app": ["system"] }));
        assert_access_denied(&plain.get(LIST_POPS).send().await);
        assert!(mailbox.lives().await && reseller.lives().await);
        assert_login_refused(&log_in(&client, "plain", "plainpass").await, "invalid_login");
        assert_logged_in(&log_in(&client, "plain", "another-long-secret").await);
        let stored = server.store().account(&"plain".parse().expect("a name")).await.expect("records");
        assert!(stored.expect("an account").password.as_record().starts_with("$argon2id$"));

        // one's own: the session that the call came in stays
        server.pass_seconds(30);
        let other = server.session(Whm, "asder").await;
        done(&reseller, "passwd", &[("user", "asder"), ("password", "my-own-long-secret")]).await;
        assert!(reseller.lives().await && !other.lives().await);
    })
    .await;
}

#[tokio::test]
async fn an_api_token_cannot_make_itself_a_login() {
    let server = TestServer::start().await;
    let call = |user: &str| {
        let path = format!("/json-api/passwd?api.version=1&user={user}&password=another-long-secret");
        server.client(Whm).get(&path).header("Authorization", &format!("whm asder:{ASDER_TOKEN}")).send()
    };
    let refused = call("asder").await.json();
    let expected =
        "Failed to change the password: an API token cannot change the password of its own account.";
    assert_eq!(refused["metadata"]["reason"], expected, "{refused}");
    assert_eq!(call("plain").await.json()["metadata"]["result"], 1);
}

#[tokio::test]
async fn a_reseller_cannot_take_over_an_account_with_more_privileges() {
    let server = TestServer::start().await;
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    let plain = server.store().account(&"plain".parse().expect("a name")).await.expect("records");
    let plain = plain.expect("an account");
    let change = async |session: &Session| {
        let fields = [("user", "plain"), ("password", "another-long-secret")];
        whm(session, "passwd", &fields).await["metadata"]["result"].clone()
    };
    for (acl, by_owner) in [(Acl::ListAccts, 1), (Acl::EditAccount, 0), (Acl::All, 0)] {
        let role = Role::Reseller(AclSet::NONE.with(acl));
        assert!(server.store().set_account_role(plain.id, role).await.expect("records"));
        assert_eq!(change(&reseller).await, by_owner, "{acl}");
        assert_eq!(change(&root).await, 1, "{acl}");
    }
}

#[tokio::test]
async fn calls_without_a_version_have_the_shapes_from_before() {
    let server = TestServer::start().await;
    let root = server.session(Whm, "root").await;
    let v0 = async |path: &str| -> Value {
        let answer: Response = root.get(&format!("/json-api/{path}")).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let passwd = v0("passwd?user=plain&pass=another-long-secret").await;
    assert_eq!(
        passwd,
        json!({ "passwd": [{
            "status": 1,
            "statusmsg": "Password changed for user “plain”.",
            "services": [{ "app": "system" }],
        }] })
    );
    assert_eq!(v0("passwd?user=nothere&pass=another-long-secret").await["passwd"][0]["status"], 0);
    let summary = v0("accountsummary?user=plain").await;
    assert_eq!((&summary["status"], &summary["statusmsg"]), (&json!(1), &json!("Ok")), "{summary}");
    assert_eq!(summary["acct"][0]["user"], "plain");
    let missing = v0("accountsummary?user=nothere").await;
    assert_eq!(missing, json!({ "status": 0, "statusmsg": "Account does not exist" }));
    for (function, message) in [
        ("suspendacct", "The account “plain” is suspended."),
        ("unsuspendacct", "The account “plain” is not suspended."),
    ] {
        let answer = v0(&format!("{function}?user=plain")).await;
        assert_eq!(answer, json!({ "result": [{ "status": 1, "statusmsg": message }] }));
    }
    let privileges = v0("myprivs").await;
    assert_eq!((&privileges["privs"]["all"], &privileges["privs"]["kill-acct"]), (&json!(1), &json!(1)));
    assert!(v0("gethostname").await["hostname"].is_string());
}

#[tokio::test]
async fn load_averages_have_no_envelope_but_under_the_newer_name() {
    let server = TestServer::start().await;
    let reseller = server.session(Whm, "asder").await;
    for path in ["loadavg", "loadavg?api.version=1"] {
        let load = reseller.get(&format!("/json-api/{path}")).send().await.json();
        let names: Vec<&String> = load.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["one", "five", "fifteen"], "{path}");
    }
    let newer = whm(&reseller, "systemloadavg", &[]).await;
    assert_eq!(newer["metadata"]["command"], "systemloadavg", "{newer}");
    assert!(newer["data"]["fifteen"].as_str().expect("a text").parse::<f64>().is_ok(), "{newer}");
}
