//! Logins: names read in two ways, records read wrongly, guesses without end, answers that tell too much.

use std::iter::once;

use portreeve_crypt::PasswordHash;
use portreeve_store::Authority;
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn cve_2019_20490_a_mailboxs_name_is_one_name_however_it_is_written() {
    let server = TestServer::start().await;
    let client = server.client(Webmail);
    for user in ["User@plain.example", "user@PLAIN.example", "USER@PLAIN.EXAMPLE"] {
        assert_opened(&log_in(&client, user, "mailpass").await);
    }
    for (number, user) in [
        "user%40plain.example",
        "user@plain.example.",
        " user@plain.example",
        "user@plain.example ",
        "user @plain.example",
        "user+x@plain.example",
        "user@plain.example\0",
        "user\u{ff20}plain.example",
        "user@@plain.example",
        "x@user@plain.example",
        "user",
    ]
    .into_iter()
    .enumerate()
    {
        let from = client.from(&format!("127.0.1.{number}"));
        assert_refused(&log_in(&from, user, "mailpass").await);
    }
    // all forms of it are counted as one
    for user in ["user@plain.example", "User@plain.example", "uSer@plain.example", "user@Plain.Example"] {
        assert_refused(&log_in(&client, user, "wrong").await);
    }
    assert_refused(&log_in(&client, "USER@plain.example", "wrong").await);
    let throttled = log_in(&client, "usER@plain.example", "mailpass").await;
    assert_refused(&throttled);
    assert!(throttled.retry_after().is_some(), "{throttled:?}");
}

#[tokio::test]
async fn cve_2004_0583_no_odd_spelling_of_a_name_has_tries_of_its_own() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // what is no name is nobody's, and all of it is counted as one name
    let spellings = ["PLAIN", "plain ", " plain", "plain\t", "plain/", "plain%00", "plain#", "plain\\"];
    for _ in 0..3 {
        assert_refused(&log_in(&client, "plain", "wrong").await);
    }
    let mut evaluated = 0;
    for spelling in spellings.into_iter().cycle().take(16) {
        let answer = log_in(&client, spelling, "plainpass").await;
        assert_refused(&answer);
        evaluated += usize::from(answer.retry_after().is_none());
    }
    assert_eq!(evaluated, 5, "one name's tries for all spellings");
    // the name's own two are left, and no more
    for _ in 0..2 {
        let answer = log_in(&client, "plain", "wrong").await;
        assert_eq!((answer.status, answer.retry_after()), (401, None), "{answer:?}");
    }
    let throttled = log_in(&client, "plain", "plainpass").await;
    assert!(throttled.status == 401 && throttled.retry_after().is_some(), "{throttled:?}");
    server.pass_seconds(3600);
    assert_opened(&log_in(&client, "plain", "plainpass").await);
}

#[tokio::test]
async fn cve_2019_20492_a_record_that_is_no_hash_lets_nobody_in() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    // every try is to be evaluated, however many there are of this name
    server.set("cphulk::is_enabled", "0").await;
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    let mut old = plain.password.clone();
    let mut records: Vec<String> = [
        "",
        "!",
        "*",
        "!!",
        "x",
        ":",
        "$",
        "$6$",
        "$6$$",
        "$6$salt$",
        "$6$salt",
        "$5$salt$\r",
        "$1$a$b",
        "$y$",
        "$2y$10$",
        "$argon2id$",
        "$argon2id$v=19$m=8,t=1,p=1$$",
        "plainpass",
        "\r",
        "::",
        "NP",
        "*LK*",
    ]
    .map(str::to_owned)
    .into();
    // a right hash that is locked, cut off, or has another field after it
    records.extend([
        format!("!{}", old.as_record()),
        format!("{}:", old.as_record()),
        format!("{}\r", old.as_record()),
        old.as_record()[..old.as_record().len() - 1].to_owned(),
        format!("{}:0:0:root", old.as_record()),
    ]);
    for (number, record) in records.into_iter().enumerate() {
        let new = PasswordHash::from_record(record.clone());
        assert!(server.store().renew_account_hash(plain.id, &old, &new).await.unwrap());
        old = new;
        for (try_, pass) in ["", "plainpass", record.as_str(), "!", "*"].into_iter().enumerate() {
            let from = client.from(&format!("127.1.{number}.{}", try_ + 1));
            let answer = log_in(&from, "plain", pass).await;
            assert_refused(&answer);
            assert_eq!(answer.json()["message"], "invalid_login", "{record:?}: {answer:?}");
            assert!(answer.retry_after().is_none(), "{record:?}: {answer:?}");
        }
    }
    assert!(server.store().renew_account_hash(plain.id, &old, &plain.password).await.unwrap());
    assert_opened(&log_in(&client, "plain", "plainpass").await);
}

#[tokio::test]
async fn cve_2019_20491_nobody_in_a_suspended_account_is_let_in_by_any_way() {
    let server = TestServer::start().await;
    let (account, mailbox) =
        (server.session(Cpanel, "plain").await, server.session(Webmail, "user@plain.example").await);
    let made = account.get("/execute/Tokens/create_full_access?name=script").send().await;
    let token = format!("cpanel plain:{}", made.json()["data"]["token"].as_str().expect("a token"));
    let (cpanel, webmail) = (server.client(Cpanel), server.client(Webmail));
    let ways = || {
        [
            cpanel.login(Login { user: "plain", pass: "plainpass", code: None }),
            webmail.login(Login { user: "user@plain.example", pass: "mailpass", code: None }),
            webmail.login(Login { user: "news@plain.example", pass: "mailpass", code: None }),
            cpanel.get(LIST_POPS).basic("plain", "plainpass"),
            cpanel.get(LIST_POPS).basic("plain", "sandbox"),
            cpanel.get(LIST_POPS).header("Authorization", &token),
            webmail.get(LIST_POPS).basic("user@plain.example", "mailpass"),
            account.get(LIST_POPS),
            account.get("/security/sessions"),
            mailbox.get(LIST_POPS),
            server.socket_client().get(LIST_POPS).header("Authorization", "peer plain"),
        ]
    };
    for call in ways() {
        assert_eq!(call.send().await.status, 200);
    }
    let plain = server.store().account(&"plain".parse().unwrap()).await.unwrap().unwrap();
    server.store().suspend_account(plain.id, "a reason", false, Authority::Owner).await.unwrap();
    for call in ways() {
        let answer = call.send().await;
        // the socket serves API calls, whose refusal is no login page
        assert!(matches!(answer.status, 401 | 403), "{answer:?}");
        assert_opens_nothing(&answer);
    }
}

#[tokio::test]
async fn cve_2024_44762_no_answer_tells_who_exists() {
    let server = TestServer::start().await;
    let names = ["plain", "nobodyhere", "user@plain.example", "none@plain.example", "none@none.example", "?"];
    let shape = |answer: &Response| {
        let fields = answer.headers.iter().filter(|(name, _)| name != "X-Request-Id" && name != "Date");
        let fields: Vec<_> = fields.cloned().collect();
        (answer.status, answer.reason.clone(), fields, answer.text())
    };
    for (of_service, service) in Service::ALL.into_iter().enumerate() {
        let client = server.client(service);
        let mut shapes: Vec<[_; 4]> = Vec::new();
        for (number, user) in names.into_iter().enumerate() {
            // an address for each, and for each service: the count of one tells nothing of the others
            let client = client.from(&format!("127.3.{number}.{}", of_service + 1));
            let form = [("user", user), ("pass", "wrong"), ("tfa_token", "123456")];
            shapes.push([
                shape(&log_in(&client, user, "wrong").await),
                shape(&client.post("/login/").form(&form).send().await),
                shape(&client.get(LIST_POPS).basic(user, "wrong").code("123456").send().await),
                shape(&client.get(VERSION).basic(user, "wrong").send().await),
            ]);
        }
        for (user, other) in names.iter().zip(&shapes) {
            assert_eq!(other, &shapes[0], "{service} {user}");
            // and they are all answers of somebody who looked
            assert!(
                other.iter().all(|(.., fields, _)| !fields.iter().any(|(name, _)| name == "Retry-After"))
            );
        }
    }
    server.pass_seconds(3600);
    assert_opened(&log_in(&server.client(Cpanel), "plain", "plainpass").await);
}

#[tokio::test]
async fn cve_2023_3173_guesses_at_a_password_come_to_an_end() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    let mut evaluated = 0;
    for number in 0..30 {
        // one count for all carriers
        let answer = match number % 3 {
            0 => log_in(&client, "plain", "wrong").await,
            1 => client.get(LIST_POPS).basic("plain", "wrong").send().await,
            _ => log_in(&server.client(Webmail), "plain", "wrong").await,
        };
        assert_refused(&answer);
        evaluated += usize::from(answer.retry_after().is_none());
    }
    assert!((1..=5).contains(&evaluated), "{evaluated} were evaluated");
    assert_refused(&log_in(&client, "plain", "plainpass").await);
    server.pass_seconds(15 * 60);
    assert_opened(&log_in(&client, "plain", "plainpass").await);
}

#[tokio::test]
async fn cve_2023_1307_the_count_of_guesses_is_not_the_guessers_to_clear() {
    let server = TestServer::start().await;
    let client = server.client(Cpanel);
    for _ in 0..5 {
        assert_refused(&log_in(&client, "plain", "wrong").await);
        // neither a login of one's own from the same place, nor a new cookie, nor another spelling of the request
        let own = server.session(Webmail, "info@cptest.example").await;
        assert!(own.get(LIST_POPS).cookie("cpsession", "x").send().await.status < 500);
    }
    let fields = [("user", "plain"), ("pass", "plainpass")];
    for call in [
        client.post("/login/?login_only=1").form(&fields),
        client.post("/login?login_only=1").multipart(&fields),
        client.get("/login/?login_only=1&user=plain&pass=plainpass"),
        client.post("/login/?login_only=1").json(&json!({ "user": "plain", "pass": "plainpass" })),
    ] {
        let answer = call.cookie("cpsession", "fresh").header("User-Agent", "another").send().await;
        assert_refused(&answer);
        assert!(answer.retry_after().is_some(), "{answer:?}");
    }
    assert_opened(&client.from("127.0.0.3").post("/login/?login_only=1").form(&fields).send().await);
}

#[tokio::test]
async fn cve_2025_54336_nothing_but_the_password_itself_equals_it() {
    let server = TestServer::start().await;
    let owner = server.session(Cpanel, "plain").await;
    let client = server.client(Webmail);
    let pass = "0e215962017";
    server.set("minpwstrength", "0").await;
    let fields = [("email", "user"), ("password", pass)];
    assert_done(&owner.post("/execute/Email/passwd_pop").form(&fields).send().await);
    let log_in = async |number: usize, pass: Value, code: Value| {
        let from = client.from(&format!("127.2.{number}.1"));
        let body = json!({ "user": "user@plain.example", "pass": pass, "tfa_token": code });
        from.post("/login/?login_only=1").json(&body).send().await
    };
    let others = ["0e291242476940776845150308577824", "0e1", "0", "0.0", "0e215962017 ", "1", "true"];
    let others = others.iter().map(|text| json!(text));
    let typed = [
        json!(0),
        json!(1),
        json!(true),
        json!(false),
        json!([]),
        json!([pass, pass]),
        json!({}),
        Value::Null,
    ];
    for (number, wrong) in others.chain(typed).enumerate() {
        if wrong == json!([pass, pass]) {
            continue;
        }
        assert_refused(&log_in(number, wrong, Value::Null).await);
    }
    // a code is no number either
    let tfa = |code: Value| json!({ "user": "tfa@plain.example", "pass": "mailpass", "tfa_token": code });
    let codes = [json!(true), json!(0), json!("0e1"), json!([]), json!({}), json!("١٢٣٤٥٦"), json!("+1")];
    for (number, code) in codes.into_iter().enumerate() {
        let from = client.from(&format!("127.2.{number}.2"));
        let answer = from.post("/login/?login_only=1").json(&tfa(code)).send().await;
        assert_refused(&answer);
        assert!(answer.retry_after().is_none(), "{answer:?}");
        // as fast as codes of one name are evaluated
        server.pass_seconds(30);
    }
    assert_opened(&log_in(100, json!(pass), Value::Null).await);
    let code = json!(server.code("tfa@plain.example"));
    assert_opened(&client.post("/login/?login_only=1").json(&tfa(code)).send().await);
}

#[tokio::test]
async fn cve_2026_43914_every_place_that_takes_a_password_counts_the_wrong_ones() {
    const MAILBOX: &str = "user@plain.example";
    type Guess = fn(&TestServer, &Session, &Session, &str) -> Call;
    let places: [(&str, Guess); 7] = [
        ("login", |server, _, _, pass| {
            server.client(Webmail).login(Login { user: MAILBOX, pass, code: None })
        }),
        ("header", |server, _, _, pass| server.client(Webmail).get(LIST_POPS).basic(MAILBOX, pass)),
        ("verify_password", |_, owner, _, pass| {
            let fields = [("email", MAILBOX), ("password", pass)];
            owner.post("/execute/Email/verify_password").form(&fields)
        }),
        ("session of a mailbox", |_, owner, _, pass| {
            let path = "/execute/Session/create_webmail_session_for_mail_user_check_password";
            owner.post(path).form(&[("login", "user"), ("domain", "plain.example"), ("password", pass)])
        }),
        ("change_password", |_, _, own, pass| {
            let fields = [("oldpass", pass), ("newpass", STRONG)];
            own.post("/execute/UserManager/change_password").form(&fields)
        }),
        ("the page for it", |_, _, own, pass| {
            own.post("/security/password").form(&[
                ("oldpass", pass),
                ("newpass", STRONG),
                ("newpass2", STRONG),
            ])
        }),
        ("in WHM's name", |server, _, _, pass| {
            let path = "/json-api/cpanel?cpanel_jsonapi_user=plain&cpanel_jsonapi_apiversion=3\
                        &cpanel_jsonapi_module=Email&cpanel_jsonapi_func=verify_password";
            let call = server.client(Whm).post(path).header("Authorization", WHM_TOKEN);
            call.form(&[("email", MAILBOX), ("password", pass)])
        }),
    ];
    for (place, guess) in places {
        let server = TestServer::start().await;
        let owner = server.session(Cpanel, "plain").await;
        let own = server.session(Webmail, MAILBOX).await;
        if place == "the page for it" {
            server.set("SecurityPolicy::PasswordStrength", "1").await;
            server.set("minpwstrength", "90").await;
        }
        for _ in 0..5 {
            guess(&server, &owner, &own, "wrong").send().await;
        }
        let right = guess(&server, &owner, &own, "mailpass").send().await;
        let says = right.retry_after().is_some() || right.text().contains("Too many wrong passwords");
        assert!(says, "{place}: {right:?}");
        let login = log_in(&server.client(Webmail), MAILBOX, "mailpass").await;
        assert!(login.status == 401 && login.retry_after().is_some(), "{place}: {login:?}");
        // time frees it, so what was wrong were the guesses
        server.pass_seconds(60);
        let (owner, own) = (server.session(Cpanel, "plain").await, server.session(Webmail, MAILBOX).await);
        let right = guess(&server, &owner, &own, "mailpass").send().await;
        assert!(matches!(right.status, 200 | 303), "{place}: {right:?}");
        assert!(!right.text().contains("Too many"), "{place}: {right:?}");
    }
    // the names, so that a place that is added is added here
    let takers = portreeve_functions::entries().filter(|entry| {
        let schema = entry.describe()["schema"]["arguments"]["properties"].to_string();
        let is_new = entry.name.function().starts_with("add") || entry.name.function().starts_with("create_");
        (schema.contains("oldpass") || entry.name.function().contains("verify_password")) && !is_new
    });
    let takers: Vec<String> = takers.map(|entry| entry.name.to_string()).chain(once(String::new())).collect();
    assert_eq!(takers, ["Email::verify_password", "UserManager::change_password", ""]);
}
