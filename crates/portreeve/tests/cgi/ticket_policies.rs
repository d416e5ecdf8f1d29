//! The matrix of the security policies, for the call tickets of programs: what a policy demands that is switched on while
//! the program runs. The table is written by hand and stands in docs/policies.md.

use std::time::Duration;

use portreeve_crypt::Scheme;
use portreeve_store::ChangedBy;
use portreeve_testkit::{Call, Client, Login, Session, TestServer};
use portreeve_types::{AccountId, Subject};

use crate::support::*;

const TABLE: &str = include_str!("../../../server/tests/it/policy_matrix/tickets.tsv");
const PROGRAM: &str = "/3rdparty/a/wait.cgi";
const POLICIES: [&str; 4] = ["TwoFactorAuth", "PasswordStrength", "PasswordAge", "SourceIPCheck"];
const OWN: &str = "a password that nobody else has";

/// Who starts the program, with whose password.
struct Starter<'a> {
    server: &'a TestServer,
    client: Client,
    user: &'a str,
    pass: &'a str,
    prover: &'a str,
}

impl Starter<'_> {
    async fn session(&self, code: Option<&str>) -> Session {
        let answer = self.client.login(Login { user: self.user, pass: self.pass, code }).send().await;
        Session::from_answer(self.client.clone(), Cpanel, &answer).expect("a session")
    }

    async fn link(&self) -> Session {
        let hash = self.server.account("root").access_hash.clone().expect("an access hash");
        let make = format!("/json-api/create_user_session?api.version=1&user={}&service=cpaneld", self.user);
        let call = self.server.client(Whm).get(&make).header("Authorization", &format!("WHM root:{hash}"));
        let url = call.send().await.json()["data"]["url"].as_str().expect("an address").to_owned();
        let (_, path) = url.split_once("/cpsess").expect("a security token");
        let answer = self.client.get(&format!("/cpsess{path}")).send().await;
        Session::from_answer(self.client.clone(), Cpanel, &answer).expect("a session")
    }

    /// The call that starts the program.
    async fn call(&self, by: &str, token: &str) -> Call {
        let basic = || self.client.get(PROGRAM).basic(self.user, self.pass);
        match by {
            "session without a code" | "possessed session" => self.session(None).await.get(PROGRAM),
            "session with a code" => {
                let code = self.server.code(self.prover);
                self.session(Some(&code)).await.get(PROGRAM)
            }
            "Basic" => basic(),
            "Basic with a code" => basic().code(&self.server.code(self.prover)),
            "cpanel token" => self.client.get(PROGRAM).header("Authorization", token),
            "link" => self.link().await.get(PROGRAM),
            other => panic!("nobody starts a program by {other}"),
        }
    }
}

#[tokio::test]
async fn every_cell_of_the_tickets_holds() {
    let server = start().await;
    let program = format!("{TEXT} print qq(TICKET=$ENV{{PORTREEVE_CALL_TICKET}};); sleep 30;");
    perl(&server, PROGRAM.trim_start_matches('/'), &program);
    let tokens = [token(&server, "cptest").await, token(&server, "plain").await];
    let mut number = 0;
    for row in TABLE.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [by, policy, xml_apis, who, status, says] = columns[..] else { panic!("{row:?}") };
        for xml_api in xml_apis.split(' ') {
            number += 1;
            let client = server.client(Cpanel).from(&format!("127.21.0.{number}"));
            let starter = prepare(&server, client, (by, policy, who), &format!("127.21.0.{number}")).await;
            let token = &tokens[usize::from(policy != "TwoFactorAuth")];
            switch(&server, "", if by.ends_with("with a code") { "1" } else { "0" }).await;
            let mut connection = starter.call(by, token).await.begin().await;
            connection.read_through("TICKET=").await;
            let ticket = connection.read_through(";").await;
            switch(&server, policy, if policy == "TwoFactorAuth" { "1" } else { "0" }).await;
            server.set("SecurityPolicy::xml-api", xml_api).await;
            let call = server.client(Cpanel).get("/execute/Email/list_pops");
            let call = call.header("Authorization", &format!("ticket {}", ticket.trim_end_matches(';')));
            let answer = call.send().await;
            let holds = answer.status.to_string() == status && answer.whole().contains(says);
            assert!(holds, "{row}, xml-api {xml_api}\n{answer:?}");
        }
    }
}

/// Switches one of the other policies on and the rest off; the second factor's as it is said.
async fn switch(server: &TestServer, on: &str, two_factor_auth: &str) {
    for policy in POLICIES {
        let value = match policy {
            "TwoFactorAuth" => two_factor_auth,
            policy if policy == on => "1",
            _ => "0",
        };
        server.set(&format!("SecurityPolicy::{policy}"), value).await;
    }
}

/// Somebody with the password, or from the address, that a row is about.
async fn prepare<'a>(
    server: &'a TestServer,
    client: Client,
    (by, policy, who): (&str, &str, &str),
    address: &str,
) -> Starter<'a> {
    // a step for each, because a code is good for one login
    server.pass_seconds(60);
    let possessed = by == "possessed session";
    let (user, pass, prover) = match (policy, possessed) {
        ("TwoFactorAuth", false) => ("cptest", "blahblah", "cptest"),
        ("TwoFactorAuth", true) => ("plain", "blah1", "asder"),
        (_, possessed) => {
            let pass = if who == "a weak password" { "three" } else { "correct horse battery staple" };
            ("plain", pass, if possessed { "root" } else { "plain" })
        }
    };
    if policy != "TwoFactorAuth" {
        set_password(server, user, OWN).await;
        set_password(server, prover, pass).await;
    }
    if who == "an old password" {
        server.pass(Duration::from_secs(90 * 86_400));
    }
    if who == "a verified address" {
        let subject = Subject::Account(id(server, prover).await);
        server.verify_address(subject, address).await;
    }
    Starter { server, client, user, pass, prover }
}

async fn id(server: &TestServer, user: &str) -> AccountId {
    server.store().account(&user.parse().unwrap()).await.unwrap().unwrap().id
}

async fn set_password(server: &TestServer, user: &str, pass: &str) {
    let hash = server.environment().hasher.hash(pass.to_owned().into(), Scheme::Panel).await.unwrap();
    let subject = Subject::Account(id(server, user).await);
    assert!(server.store().set_password(subject, &hash, ChangedBy::Another).await.unwrap());
}

async fn token(server: &TestServer, user: &str) -> String {
    let session = server.session(Cpanel, user).await;
    let made = session.get("/execute/Tokens/create_full_access?name=matrix").send().await;
    format!("cpanel {user}:{}", made.json()["data"]["token"].as_str().expect("a token"))
}
