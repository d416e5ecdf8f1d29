//! Logins to an account with the password of its owner or of root.

use portreeve_store::{Authority, ChangedBy};
use portreeve_testkit::{Session, TestServer};
use portreeve_types::Subject;

use crate::support::*;

#[tokio::test]
async fn whose_password_opens_an_account_is_a_policy() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // plain belongs to asder, cptest to root
    for (policy, root_for_plain, owner_for_plain, root_for_cptest) in [
        (None, true, true, true),
        (Some("owner_root"), true, true, true),
        (Some("owner"), false, true, true),
        (Some("user"), false, false, false),
    ] {
        if let Some(policy) = policy {
            server.set("account_login_access", policy).await;
        }
        server.pass_seconds(30);
        let code = server.code("asder");
        let tries = [
            ("plain", "sandbox", None, root_for_plain),
            ("plain", "blah1", Some(code.as_str()), owner_for_plain),
            ("cptest", "sandbox", None, root_for_cptest),
            ("asder", "sandbox", None, policy != Some("user")),
        ];
        for (user, pass, code, may) in tries {
            let answer = match code {
                Some(code) => log_in_with(&client, user, pass, code).await,
                None => log_in(&client, user, pass).await,
            };
            eprintln!("{policy:?}: {user} with {pass}");
            if may { assert_logged_in(&answer) } else { assert_login_refused(&answer, "invalid_login") }
        }
        let basic = client.get(LIST_POPS).basic("plain", "sandbox").send().await;
        assert_eq!(basic.status == 200, root_for_plain, "{policy:?}: {basic:?}");
        // the account's own password opens it under every policy
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
        // and nobody's opens those who own nothing here
        for (user, pass) in [("cptest", "blah1"), ("asder", "plainpass"), ("info@plain.example", "sandbox")] {
            assert_login_refused(&log_in(&client, user, pass).await, "invalid_login");
        }
        server.pass_seconds(3600);
    }
}

#[tokio::test]
async fn other_services_know_no_password_but_ones_own() {
    let server = TestServer::start().await;
    for (service, user) in [(Whm, "asder"), (Webmail, "plain"), (Webmail, "user@plain.example")] {
        assert_login_refused(&log_in(&server.client(service), user, "sandbox").await, "invalid_login");
    }
}

#[tokio::test]
async fn the_factor_that_is_asked_for_is_the_possessors() {
    on_each_database(async |server: TestServer| {
        let client = server.client(Cpanel);
        // asder has one and plain has none
        let first = log_in(&client, "plain", "blah1").await;
        assert_login_refused(&first, "tfa_required");
        let pending = first.cookie("cpanelpending").unwrap().to_owned();
        let step = |code: &str| {
            let call = client.post("/login/?login_only=1").form(&[("tfa_token", code)]);
            call.cookie("cpanelpending", &pending)
        };
        assert_login_refused(&step(&server.wrong_code("asder")).send().await, "tfa_invalid");
        let answer = step(&server.code("asder")).send().await;
        assert_logged_in(&answer);
        let session = Session::from_answer(client.clone(), Cpanel, &answer).unwrap();
        assert!(session.lives().await);
        // with Basic the same holds
        server.pass_seconds(30);
        let basic = || client.get(LIST_POPS).basic("plain", "blah1");
        assert_eq!(basic().send().await.status, 401);
        assert_listed(&basic().code(&server.code("asder")).send().await);
        // root has none, and cptest's own is not asked for
        let answer = log_in(&client, "cptest", "sandbox").await;
        assert_logged_in(&answer);
        assert_listed(
            &Session::from_answer(client.clone(), Cpanel, &answer).unwrap().get(LIST_POPS).send().await,
        );
    })
    .await;
}

#[tokio::test]
async fn a_possessed_session_names_both_and_has_the_accounts_rights_only() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let answer = log_in(&client, "plain", "sandbox").await;
    let login = server.line(answer.request_id()).await;
    assert!(login.contains(r#""caller":"plain (possessor: root)""#), "{login}");
    let session = Session::from_answer(client.clone(), Cpanel, &answer).unwrap();
    assert!(session.value.starts_with("plain%3a"), "{}", session.value);
    let call = session.get(LIST_POPS).send().await;
    let line = server.line(call.request_id()).await;
    assert!(line.contains(r#""caller":"plain (possessor: root)""#), "{line}");
    let whm = session.get(VERSION).send().await;
    assert_eq!(whm.status, 403, "{whm:?}");
    let other = session.get(
        "/json-api/cpanel?cpanel_jsonapi_user=cptest&cpanel_jsonapi_apiversion=3\
        &cpanel_jsonapi_module=Email&cpanel_jsonapi_func=list_pops",
    );
    let other = other.send().await;
    assert!(!other.text().contains("cptest.example"), "{other:?}");
    for call in
        ["/execute/Tokens/create_full_access?name=kept", "/execute/TwoFactorAuth/get_user_configuration"]
    {
        let answer = session.get(call).send().await;
        assert!(answer.text().contains("only by its own user"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_possessors_new_password_ends_what_it_has_opened() {
    on_each_database(async |server: TestServer| {
        let client = server.client(Cpanel);
        let (code, store) = (server.code("asder"), server.store());
        let answer = log_in_with(&client, "plain", "blah1", &code).await;
        let session = Session::from_answer(client.clone(), Cpanel, &answer).unwrap();
        let pending = log_in(&client, "plain", "blah1").await.cookie("cpanelpending").unwrap().to_owned();
        let own = server.session(Cpanel, "plain").await;
        let asder = store.account(&"asder".parse().unwrap()).await.unwrap().unwrap();
        let root = store.account(&"root".parse().unwrap()).await.unwrap().unwrap();
        store.set_password(Subject::Account(asder.id), &root.password, ChangedBy::Another).await.unwrap();
        assert!(!session.lives().await);
        server.pass_seconds(30);
        let code = server.code("asder");
        let step = client.post("/login/?login_only=1").form(&[("tfa_token", &code)]);
        assert_login_refused(&step.cookie("cpanelpending", &pending).send().await, "invalid_session");
        assert!(own.lives().await);
        // suspended, it is nobody: not for its accounts either
        store.suspend_account(asder.id, "a reason", false, Authority::Owner).await.unwrap();
        server.set("account_login_access", "owner").await;
        assert_login_refused(&log_in(&client, "plain", "sandbox").await, "invalid_login");
        assert!(own.lives().await);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_a_possessors_password_are_counted_over_all_names() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for number in 0..5 {
        let user = format!("nobody{number}");
        assert_login_refused(&log_in(&client, &user, "wrong").await, "invalid_login");
        // a right password of one's own clears nothing but one's own count
        assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    }
    assert_login_refused(&log_in(&client, "plain", "sandbox").await, "invalid_login");
    assert_logged_in(&log_in(&client, "plain", "plainpass").await);
    // elsewhere, and later, they are looked at
    assert_logged_in(&log_in(&client.from("127.0.0.9"), "plain", "sandbox").await);
    server.pass_seconds(900);
    assert_logged_in(&log_in(&client, "plain", "sandbox").await);
}

#[tokio::test]
async fn a_hundred_guesses_at_a_possessors_password_close_it_through_every_name_and_nothing_else() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // root is known at one address
    assert_logged_in(&log_in(&client, "plain", "sandbox").await);
    // through names of root's own and of nobody's, each from another network
    for number in 0..100 {
        server.pass_seconds(1);
        let client = server.client(Cpanel).from(&format!("127.{}.{number}.1", 100 + number % 3));
        let answer = log_in(&client, &format!("nobody{number}"), "wrong").await;
        assert_eq!((answer.status, answer.retry_after()), (401, None), "{answer:?}");
    }
    let stranger = client.from("127.77.0.1");
    let refused = log_in(&stranger, "plain", "sandbox").await;
    assert_login_refused(&refused, "invalid_login");
    assert_eq!(refused.retry_after(), None, "it looks like any wrong password: {refused:?}");
    // neither the account's own password, nor root's at root's own port or where root is known, has anything to do with it
    assert_logged_in(&log_in(&stranger, "plain", "plainpass").await);
    assert_logged_in(&log_in(&server.client(Whm).from("127.77.0.2"), "root", "sandbox").await);
    assert_logged_in(&log_in(&client, "plain", "sandbox").await);
    // an hour later that login opens it
    server.pass_seconds(3600);
    assert_logged_in(&log_in(&client, "plain", "sandbox").await);
    assert_logged_in(&log_in(&client.from("127.77.0.3"), "plain", "sandbox").await);
}
