//! WHM's functions about second factors: one's own, and those of accounts that one owns.

use portreeve_store::Role;
use portreeve_testkit::{Session, TestServer};
use portreeve_types::{Acl, AclSet, Subject};
use serde_json::{Value, json};

use crate::support::*;

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// The address of a function.
fn path(function: &str) -> String {
    format!("/json-api/twofactorauth_{function}?api.version=1")
}

/// Calls a function in a session; its data, or the reason of its failure.
async fn call(session: &Session, function: &str, fields: &[(&str, &str)]) -> Result<Value, String> {
    let answer = session.post(&path(function)).form(fields).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    if json["metadata"]["result"] == 1 {
        Ok(json["data"].clone())
    } else {
        Err(json["metadata"]["reason"].as_str().expect("a reason").to_owned())
    }
}

#[tokio::test]
async fn a_second_factor_of_ones_own_is_set_up_in_whm() {
    let server = TestServer::start().await;
    let session = server.session(Whm, "root").await;
    let made = call(&session, "generate_tfa_config", &[]).await.unwrap();
    let secret = made["secret"].as_str().expect("a secret");
    assert!(made["otpauth_str"].as_str().expect("an address").contains(":root?secret="), "{made}");
    let code = server.code_of(secret, 0);
    let done = call(&session, "set_tfa_config", &[("secret", secret), ("tfa_token", &code)]).await.unwrap();
    assert_eq!(done["success"], 1, "{done}");
    let recovery = done["recovery_codes"][0].as_str().expect("a code").to_owned();
    let client = server.client(Whm);
    assert_login_refused(&log_in(&client, "root", "sandbox").await, "tfa_required");
    assert_logged_in(&log_in_with(&client, "root", "sandbox", &code).await);
    assert_logged_in(&log_in_with(&client, "root", "sandbox", &recovery).await);
}

#[tokio::test]
async fn removing_somebodys_factor_ends_the_sessions_and_is_for_the_owner() {
    on_each_database(async |server: TestServer| {
        let (theirs, mail) =
            (server.session(Cpanel, "cptest").await, server.session(Webmail, "tfa@plain.example").await);
        let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
        let fields = [("user-0", "plain"), ("user-1", "cptest"), ("user-2", "Not A Name")];
        let refused = call(&reseller, "remove_user_config", &fields).await.unwrap();
        let expected = json!({
            "failed": {
                "cptest": "You are not authorized to modify cptest",
                "Not A Name": "You are not authorized to modify Not A Name",
            },
            "users_modified": ["plain"],
        });
        assert_eq!(refused, expected);
        assert!(theirs.lives().await);
        // a mailbox of an account that the reseller owns
        let mailbox = [("user", "tfa@plain.example")];
        call(&reseller, "remove_user_config", &mailbox).await.unwrap();
        let ended = mail.get(LIST_POPS).send().await;
        assert_eq!(ended.status, 401, "{ended:?}");
        assert_logged_in(&log_in(&server.client(Webmail), "tfa@plain.example", "mailpass").await);

        call(&root, "remove_user_config", &[("user", "cptest")]).await.unwrap();
        assert!(!theirs.lives().await);
        assert_logged_in(&log_in(&server.client(Cpanel), "cptest", "blahblah").await);
        let listed = call(&root, "get_user_configs", &[]).await.unwrap();
        assert_eq!(listed, json!({ "asder": { "is_enabled": 1, "primary_domain": "asder.example" } }));
    })
    .await;
}

#[tokio::test]
async fn secrets_are_read_by_root_alone_and_never_with_a_token_or_a_hash() {
    let server = TestServer::start().await;
    let read = format!("{}&user=cptest", path("get_tfa_config_for_user"));
    let root = server.session(Whm, "root").await;
    let made =
        root.post("/json-api/api_token_create?api.version=1").form(&[("token_name", "all")]).send().await;
    let token = made.json()["data"]["token"].as_str().expect("a token").to_owned();
    let hash = server.account("root").access_hash.clone().expect("an access hash");
    for secret in [token, hash] {
        let answer = server.client(Whm).get(&read).header("Authorization", &format!("whm root:{secret}"));
        let answer = answer.send().await;
        assert_eq!(
            answer.json()["metadata"]["reason"],
            "Failed to read second factors: an API token cannot read the secret of a second factor.",
            "{answer:?}"
        );
        assert!(!answer.text().contains("QSARBVKLZHYHLJ3M"), "{answer:?}");
    }
    let allowed = call(&root, "get_tfa_config_for_user", &[("user", "cptest")]).await.unwrap();
    assert_eq!(allowed["cptest"]["primary_account"]["secret"], "QSARBVKLZHYHLJ3M");

    // once root has a second factor, a code of it is wanted, even where a password alone is let in
    let fields = [("secret", SECRET), ("tfa_token", &server.code_of(SECRET, 0))];
    call(&root, "set_tfa_config", &fields).await.unwrap();
    server.set("SecurityPolicy::xml-api", "0").await;
    let refused = "Failed to read second factors: log in with a security code first.";
    let acting = call(&root, "get_tfa_config_for_user", &[("user", "cptest")]).await;
    assert_eq!(acting.unwrap_err(), refused, "the session is from before the factor");
    let basic = server.client(Whm).get(&read).basic("root", "sandbox");
    assert_eq!(basic.clone().send().await.json()["metadata"]["reason"], refused);
    let with_code = basic.code(&server.code_of(SECRET, 0)).send().await;
    assert_eq!(with_code.json()["metadata"]["result"], 1, "{with_code:?}");
}

#[tokio::test]
async fn factors_that_were_read_on_one_server_are_set_on_another_all_of_them_or_none() {
    let (old, new) = (TestServer::start().await, TestServer::start().await);
    let from = old.session(Whm, "root").await;
    let to = new.session(Whm, "root").await;
    for user in ["cptest", "plain"] {
        call(&to, "remove_user_config", &[("user-0", user), ("user-1", "tfa@plain.example")]).await.unwrap();
        let config = call(&from, "get_tfa_config_for_user", &[("user", user)]).await.unwrap();
        let answer = to.post(&path("set_tfa_config_for_user")).json(&config).send().await;
        assert_eq!(answer.json()["metadata"]["result"], 1, "{answer:?}");
    }
    let client = new.client(Cpanel);
    assert_logged_in(&log_in_with(&client, "cptest", "blahblah", &old.code("cptest")).await);
    let mail = log_in(&new.client(Webmail), "tfa@plain.example", "mailpass").await;
    assert_login_refused(&mail, "tfa_required");

    // one wrong secret, and nobody's factor changes
    let session = new.session(Cpanel, "plain").await;
    let config = json!({
        "plain": { "primary_account": { "secret": SECRET } },
        "cptest": { "primary_account": { "secret": "short" } },
    });
    let refused = to.post(&path("set_tfa_config_for_user")).json(&config).send().await;
    assert_eq!(refused.json()["metadata"]["result"], 0, "{refused:?}");
    assert!(session.lives().await);
    let right = json!({ "plain": { "primary_account": { "secret": SECRET } } });
    to.post(&path("set_tfa_config_for_user")).json(&right).send().await;
    assert!(!session.lives().await, "the sessions end with the change");
    assert_logged_in(&log_in_with(&client, "plain", "plainpass", &new.code_of(SECRET, 0)).await);
}

#[tokio::test]
async fn the_policy_is_switched_by_root() {
    let server = TestServer::start().await;
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    assert!(call(&reseller, "disable_policy", &[]).await.unwrap_err().contains("privilege “all”"));
    for (function, enabled) in [("disable_policy", 0), ("enable_policy", 1)] {
        assert_eq!(call(&root, function, &[]).await.unwrap(), json!({}));
        assert_eq!(call(&reseller, "policy_status", &[]).await.unwrap(), json!({ "is_enabled": enabled }));
        let login = log_in(&server.client(Cpanel), "cptest", "blahblah").await;
        if enabled == 1 {
            assert_login_refused(&login, "tfa_required");
        } else {
            assert_logged_in(&login);
        }
    }
}

#[tokio::test]
async fn apps_show_the_resellers_name_and_else_the_systems() {
    let server = TestServer::start().await;
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    let host = &server.environment().host_name;
    let names = async |session: &Session| call(session, "get_issuer", &[]).await.unwrap();
    assert_eq!(names(&reseller).await, json!({ "issuer": host, "system_wide_issuer": host }));
    call(&root, "set_issuer", &[("issuer", "Example")]).await.unwrap();
    call(&reseller, "set_issuer", &[("issuer", "Asder & Sons")]).await.unwrap();
    assert_eq!(names(&root).await, json!({ "issuer": "Example", "system_wide_issuer": "Example" }));
    assert_eq!(names(&reseller).await, json!({ "issuer": "Asder & Sons", "system_wide_issuer": "Example" }));
    // an account of the reseller's, and one of root's
    let generate = "/execute/TwoFactorAuth/generate_user_configuration";
    for (user, label) in [("plain", "Asder%20%26%20Sons:plain?"), ("cptest", "Example:cptest?")] {
        let made = server.session(Cpanel, user).await.get(generate).send().await;
        let address = made.json()["data"]["otpauth_str"].as_str().expect("an address").to_owned();
        assert!(address.starts_with(&format!("otpauth://totp/{label}")), "{address}");
    }
    call(&reseller, "set_issuer", &[("issuer", "")]).await.unwrap();
    assert_eq!(names(&reseller).await["issuer"], "Example");
}

#[tokio::test]
async fn there_are_no_team_users_and_no_function_pretends_that_there_are() {
    let server = TestServer::start().await;
    let session = server.session(Cpanel, "plain").await;
    let answer =
        session.get("/execute/TwoFactorAuth/get_team_user_configuration?team_user=helper").send().await;
    let error =
        "The system could not find the function “get_team_user_configuration” in the module “TwoFactorAuth”.";
    assert_eq!(answer.json()["errors"][0], error, "{answer:?}");
}

#[tokio::test]
async fn a_factor_that_guards_more_privileges_is_not_for_its_owner_to_remove() {
    let server = TestServer::start().await;
    let store = server.store();
    let plain = store.account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    let secret = SECRET.parse().unwrap();
    assert!(store.set_two_factor(Subject::Account(plain.id), &secret, None, None).await.unwrap());
    let (root, reseller) = (server.session(Whm, "root").await, server.session(Whm, "asder").await);
    for acl in [Acl::EditAccount, Acl::All] {
        assert!(store.set_account_role(plain.id, Role::Reseller(AclSet::NONE.with(acl))).await.unwrap());
        let done = call(&reseller, "remove_user_config", &[("user-0", "plain")]).await.unwrap();
        let failed = done["failed"]["plain"].as_str().unwrap();
        assert!(failed.contains("has privileges that you do not have"), "{failed}");
        assert!(store.two_factor(Subject::Account(plain.id)).await.unwrap().is_some());
    }
    // nor with a token that has less than its owner
    assert!(
        store.set_account_role(plain.id, Role::Reseller(AclSet::NONE.with(Acl::ListAccts))).await.unwrap()
    );
    let fields = [("token_name", "billing"), ("acl-0", "create-acct")];
    let made = reseller.post("/json-api/api_token_create?api.version=1").form(&fields).send().await;
    let token = format!("whm asder:{}", made.json()["data"]["token"].as_str().unwrap());
    let remove = format!("{}&user-0=plain", path("remove_user_config"));
    let answer = server.client(Whm).get(&remove).header("Authorization", &token).send().await;
    assert!(answer.text().contains("has privileges that you do not have"), "{answer:?}");
    let done = call(&root, "remove_user_config", &[("user-0", "plain")]).await.unwrap();
    assert_eq!(done["users_modified"], json!(["plain"]));
}
