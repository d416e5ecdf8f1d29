//! The policies `TwoFactorAuth` and `xml-api`: every carrier, with a second factor and without.

use portreeve_store::{NewToken, TokenKind};
use portreeve_testkit::{Response, TestServer};
use portreeve_types::{Service, Subject};

use super::carriers::{Asker, PLUGIN, address, page, with_plugin};
use super::table::{Cell, SECOND_FACTOR, assert_whole, cells};
use crate::support::*;

const ALL: &[Service] = &Service::ALL;
const WITH: &str = "with a second factor";

#[test]
fn every_question_has_one_row() {
    let carriers = [
        "login, password alone",
        "login, password and code at once",
        "login, code in a second step",
        "login, wrong code",
        "session without a code, API",
        "session without a code, page",
        "session with a code, API",
        "session with a code, page",
        "Basic",
        "Basic with a code",
        "Basic with a wrong code",
        "whm token",
        "cpanel token",
        "access hash",
        "plugin, session without a code",
        "plugin, session with a code",
        "plugin, Basic",
        "plugin, Basic with a code",
        "link, API",
        "link, page",
    ];
    let on_one: [(&str, &[Service]); 8] = [
        ("plugin, whm token", &[Whm]),
        ("plugin, cpanel token", &[Cpanel]),
        ("possessed login, password alone", &[Cpanel]),
        ("possessed login, password and code at once", &[Cpanel]),
        ("possessed session without a code, API", &[Cpanel]),
        ("possessed session without a code, page", &[Cpanel]),
        ("possessed Basic", &[Cpanel]),
        ("possessed Basic with a code", &[Cpanel]),
    ];
    let carriers: Vec<_> = carriers.map(|carrier| (carrier, ALL)).into_iter().chain(on_one).collect();
    assert_whole(&cells(SECOND_FACTOR), &carriers, &["0", "1"], &[WITH, "without"]);
}

#[tokio::test]
async fn every_cell_of_the_second_factor_holds() {
    let cells = cells(SECOND_FACTOR);
    for factor in [true, false] {
        let server = with_plugin().await;
        let tokens = Tokens::make(&server, factor).await;
        for (number, cell) in cells.iter().enumerate().filter(|(_, cell)| (cell.who == WITH) == factor) {
            // a step for each, because a code is good for one login
            server.pass_seconds(60);
            let (user, pass, prover) = user(cell, factor);
            let client = server.client(cell.service).from(&address(number));
            let asker = Asker { server: &server, client, service: cell.service, user, pass, prover, factor };
            let answer = ask(&asker, cell, &tokens).await;
            let holds = answer.status == cell.status && answer.whole().contains(cell.says);
            assert!(holds, "{cell:?}\n{answer:?}");
        }
    }
}

/// Who asks, with which password, and whose that is.
fn user(cell: &Cell, factor: bool) -> (&'static str, &'static str, &'static str) {
    if cell.carrier.starts_with("possessed") {
        return if factor { ("plain", "blah1", "asder") } else { ("plain", "sandbox", "root") };
    }
    let (user, pass) = match (cell.service, factor) {
        (Cpanel, true) => ("cptest", "blahblah"),
        (Cpanel, false) => ("plain", "plainpass"),
        (Whm, true) => ("asder", "blah1"),
        (Whm, false) => ("root", "sandbox"),
        (Webmail, true) => ("tfa@plain.example", "mailpass"),
        (Webmail, false) => ("user@plain.example", "mailpass"),
    };
    (user, pass, user)
}

/// Header values of accounts that have a second factor, or of such that have none.
struct Tokens {
    whm: String,
    cpanel: String,
    hash: String,
}

impl Tokens {
    async fn make(server: &TestServer, factor: bool) -> Tokens {
        let store = server.store();
        let account = async |name: &str| store.account(&name.parse().unwrap()).await.unwrap().unwrap();
        let token = async |name: &str, kind| {
            let account = account(name).await.id;
            let new = NewToken {
                account,
                kind,
                name: "matrix".parse().unwrap(),
                limits: Default::default(),
                token: None,
            };
            store.create_api_token(new, None).await.unwrap().0.expose().to_owned()
        };
        let (whm, cpanel) = if factor { ("asder", "cptest") } else { ("root", "plain") };
        if factor {
            let root = Subject::Account(account("root").await.id);
            let secret = "JBSWY3DPEHPK3PXP".parse().unwrap();
            assert!(store.set_two_factor(root, &secret, None, None).await.unwrap());
        }
        let hash = server.account("root").access_hash.clone().unwrap();
        Tokens {
            whm: format!("whm {whm}:{}", token(whm, TokenKind::Whm).await),
            cpanel: format!("cpanel {cpanel}:{}", token(cpanel, TokenKind::Cpanel).await),
            hash: format!("WHM root:{hash}"),
        }
    }
}

async fn set(asker: &Asker<'_>, two_factor_auth: &str, xml_api: &str) {
    asker.server.set("SecurityPolicy::TwoFactorAuth", two_factor_auth).await;
    asker.server.set("SecurityPolicy::xml-api", xml_api).await;
}

async fn ask(asker: &Asker<'_>, cell: &Cell, tokens: &Tokens) -> Response {
    let is = |word: &str| cell.carrier.contains(word);
    let session = if is("session without a code") {
        set(asker, "0", "1").await;
        Some(asker.session(None).await)
    } else if is("session with a code") {
        set(asker, "1", "1").await;
        Some(asker.session(asker.factor.then(|| asker.code()).as_deref()).await)
    } else if is("link") {
        Some(asker.link().await)
    } else {
        None
    };
    set(asker, cell.policy, cell.xml_api).await;
    let carrier = cell.carrier.trim_start_matches("possessed ");
    match (carrier, session) {
        (carrier, Some(session)) if carrier.starts_with("plugin") => session.get(PLUGIN).send().await,
        (carrier, Some(session)) if carrier.ends_with("page") => session.get(page(cell.service)).send().await,
        (_, Some(session)) => session.get(super::carriers::function(cell.service)).send().await,
        ("login, password alone", _) => asker.log_in(None).await,
        ("login, password and code at once", _) => asker.log_in(Some(&asker.code())).await,
        ("login, code in a second step", _) => asker.log_in_by_two_steps().await,
        ("login, wrong code", _) => asker.log_in(Some(&asker.wrong_code())).await,
        ("Basic", _) => asker.basic().send().await,
        ("Basic with a code", _) => asker.basic().code(&asker.code()).send().await,
        ("Basic with a wrong code", _) => asker.basic().code(&asker.wrong_code()).send().await,
        ("whm token", _) => asker.authorized(&tokens.whm).send().await,
        ("cpanel token", _) => asker.authorized(&tokens.cpanel).send().await,
        ("plugin, Basic", _) => asker.plugin().send().await,
        ("plugin, Basic with a code", _) => asker.plugin().code(&asker.code()).send().await,
        ("plugin, whm token", _) => {
            asker.client.get(PLUGIN).header("Authorization", &tokens.whm).send().await
        }
        ("plugin, cpanel token", _) => {
            asker.client.get(PLUGIN).header("Authorization", &tokens.cpanel).send().await
        }
        ("access hash", _) => asker.authorized(&tokens.hash).send().await,
        (other, _) => panic!("nobody knows the carrier {other}"),
    }
}
