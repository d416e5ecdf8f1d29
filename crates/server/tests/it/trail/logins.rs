//! Logins, their ends, and what they are asked for.

use portreeve_testkit::{Login, Session};
use serde_json::json;

use super::table::{Table, by, unproven};
use crate::support::*;

const ADDRESS: &str = "/security/address";
const CHOICE: [(&str, &str); 8] = [
    ("question1", "0"),
    ("answer1", "one"),
    ("question2", "1"),
    ("answer2", "two"),
    ("question3", "2"),
    ("answer3", "three"),
    ("question4", "3"),
    ("answer4", "four"),
];

/// Logins right and wrong, logouts, security questions, and a credential in a header.
pub async fn rows(table: &mut Table) {
    let client = table.server.client(Cpanel);
    table.server.pass_seconds(3600);
    let wrong = client.login(Login { user: "plain", pass: "wrong", code: None });
    table.row(wrong, unproven("cpanel"), &[("password_refused", json!({ "who": "plain" }))]).await;
    let right = client.login(Login { user: "plain", pass: "plainpass", code: None });
    let opened = json!({ "who": "plain", "possessor": null, "service": "cpanel", "factor": false });
    let plain = by("plain", "password", "cpanel");
    let answer = table.row(right, plain.clone(), &[("session_opened", opened)]).await;
    let session = Session::from_answer(client.clone(), Cpanel, &answer).unwrap();
    let ended = json!({ "who": "plain", "service": "cpanel", "reason": "asked" });
    table.row(session.get("/logout/"), plain.clone(), &[("session_ended", ended)]).await;

    let first = client.login(Login { user: "cptest", pass: "blahblah", code: None });
    let proven = json!({ "who": "cptest", "possessor": null, "service": "cpanel" });
    let cptest = by("cptest", "password", "cpanel");
    let answer = table.row(first, cptest.clone(), &[("password_proven", proven)]).await;
    let cookie = answer.cookie("cpanelpending").unwrap().to_owned();
    let step = |code: &str| {
        let step = client.post("/login/?login_only=1").form(&[("tfa_token", code)]);
        step.cookie("cpanelpending", &cookie)
    };
    let wrong = step(&table.server.wrong_code("cptest"));
    table.row(wrong, cptest.clone(), &[("code_refused", json!({ "who": "cptest" }))]).await;
    let right = step(&table.server.code("cptest"));
    let accepted = json!({ "who": "cptest", "login_to": "cpanel" });
    let with_code = by("cptest", "password_and_code", "cpanel");
    let opened = json!({ "by": with_code, "who": "cptest", "service": "cpanel", "factor": true });
    table.row(right, cptest, &[("code_accepted", accepted), ("session_opened", opened)]).await;

    let basic = client.get(LIST_POPS).basic("plain", "plainpass");
    table.row(basic.clone(), plain.clone(), &[("credential_used", json!({}))]).await;
    table.row(basic, plain.clone(), &[]).await;

    table.server.set("SecurityPolicy::SourceIPCheck", "1").await;
    let home = table.server.session(Cpanel, "plain").await;
    let chosen = [("questions_chosen", json!({ "who": "plain", "verified": "127.0.0.1" }))];
    table.row(home.post(ADDRESS).form(&CHOICE), plain.clone(), &chosen).await;
    let away = table.server.session_of(client.from("127.0.0.5"), Cpanel, "plain").await;
    let mut far = plain;
    far["address"] = "127.0.0.5".into();
    let wrong = CHOICE.map(|(name, _)| (name, "wrong"));
    let answers = away.post(ADDRESS).form(&wrong);
    table.row(answers, far.clone(), &[("answers_refused", json!({ "who": "plain" }))]).await;
    let verified = [("address_verified", json!({ "who": "plain", "verified": "127.0.0.5" }))];
    table.row(away.post(ADDRESS).form(&CHOICE), far, &verified).await;
}
