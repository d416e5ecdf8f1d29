//! The scripts of four languages, each case of each flow: one table says what comes of them.
//!
//! Every refusal has its positive control beside it. A refused login is followed by a good one of the same account;
//! a refused call is followed by a good one of the same session, within the script.

use anyhow::{Context, Result, ensure};
use portreeve_e2e::account::TestAccount;
use portreeve_e2e::sandbox::Sandbox;
use portreeve_e2e::script::{Client, Step};

/// What a step of a script has to come to: its name, status, words of its reason phrase, words of its body.
type Expected = (&'static str, u16, &'static str, &'static str);

/// A case, and its steps.
type Case = (&'static str, &'static [Expected]);

const MAILBOXES: &str = "marked@";

const OPENED: Expected = ("login", 301, "", "");
const CALLED: Expected = ("call", 200, "OK", MAILBOXES);

/// A login by form, then calls: what browsers and most scripts do.
const FORM_SESSION: [Case; 9] = [
    ("good", &[OPENED, CALLED]),
    ("no code", &[("login", 200, "OK", "tfa_login_form")]),
    ("wrong code", &[("login", 200, "OK", "The security code is invalid.")]),
    ("wrong password", &[("login", 401, "", "The login is invalid.")]),
    ("code without its zeros", &[OPENED, CALLED]),
    ("code twice", &[OPENED, ("refused", 200, "OK", "The security code was already used."), CALLED]),
    (
        "token missing",
        &[OPENED, ("refused", 401, "Security token missing", "missing from your request"), CALLED],
    ),
    ("token wrong", &[OPENED, ("refused", 401, "Security token invalid", "is invalid"), CALLED]),
    (
        "cookie missing",
        &[OPENED, ("refused", 401, "session cookie missing", "session cookie missing"), CALLED],
    ),
];

const ANSWERED: Expected = ("login", 200, "OK", r#""status":1"#);

/// The same with `login_only`, which answers in JSON.
const JSON_SESSION: [Case; 9] = [
    ("good", &[ANSWERED, CALLED]),
    ("no code", &[("login", 401, "Security code required", "tfa_required")]),
    ("wrong code", &[("login", 401, "Security code invalid", "tfa_invalid")]),
    ("wrong password", &[("login", 401, "", "invalid_login")]),
    ("code without its zeros", &[ANSWERED, CALLED]),
    (
        "code twice",
        &[ANSWERED, ("refused", 401, "Security code already used, next in", "tfa_reused"), CALLED],
    ),
    (
        "token missing",
        &[ANSWERED, ("refused", 401, "Security token missing", "missing from your request"), CALLED],
    ),
    ("token wrong", &[ANSWERED, ("refused", 401, "Security token invalid", "is invalid"), CALLED]),
    (
        "cookie missing",
        &[ANSWERED, ("refused", 401, "session cookie missing", "session cookie missing"), CALLED],
    ),
];

const LISTED: Expected = ("password", 200, "OK", MAILBOXES);
const NAMED: Expected = ("token", 200, "OK", r#""app":["#);
const NO_TOKEN: Expected = ("token", 403, "Forbidden Access denied", "Access denied");

/// Credentials with every request. A code may come again in the header; a token needs none.
const HEADERS: [Case; 8] = [
    ("good", &[LISTED, NAMED]),
    ("no code", &[("password", 401, "send X-CPANEL-OTP", "X-CPANEL-OTP"), NAMED]),
    ("wrong code", &[("password", 401, "Security code invalid", "The security code is invalid."), NAMED]),
    ("wrong password", &[("password", 401, "", "Access denied"), NAMED]),
    ("code without its zeros", &[LISTED, NAMED]),
    ("code twice", &[LISTED, LISTED, NAMED]),
    ("token missing", &[LISTED, NO_TOKEN]),
    ("token wrong", &[LISTED, NO_TOKEN]),
];

#[test]
fn a_perl_script_with_lwp_logs_in_and_is_refused_as_it_should_be() -> Result<()> {
    every_case(Client::Perl, "session", &FORM_SESSION)
}

#[test]
fn a_php_script_with_a_multipart_login_logs_in_and_is_refused_as_it_should_be() -> Result<()> {
    every_case(Client::Php, "session", &FORM_SESSION)
}

#[test]
fn a_python_script_with_login_only_logs_in_and_is_refused_as_it_should_be() -> Result<()> {
    every_case(Client::Python, "session", &JSON_SESSION)
}

#[test]
fn a_shell_script_with_curl_logs_in_and_is_refused_as_it_should_be() -> Result<()> {
    every_case(Client::Curl, "session", &FORM_SESSION)
}

#[test]
fn a_perl_script_with_http_tiny_sends_its_credentials_with_each_request() -> Result<()> {
    every_case(Client::Perl, "header", &HEADERS)
}

#[test]
fn a_php_script_sends_its_credentials_with_each_request() -> Result<()> {
    every_case(Client::Php, "header", &HEADERS)
}

#[test]
fn a_python_script_sends_its_credentials_with_each_request() -> Result<()> {
    every_case(Client::Python, "header", &HEADERS)
}

#[test]
fn a_shell_script_sends_its_credentials_with_each_request() -> Result<()> {
    every_case(Client::Curl, "header", &HEADERS)
}

#[test]
fn a_mailbox_with_a_second_factor_logs_in_to_webmail_in_each_language() -> Result<()> {
    let sandbox = Sandbox::start()?;
    for client in [Client::Perl, Client::Php, Client::Python, Client::Curl] {
        let cases = if client == Client::Python { &JSON_SESSION } else { &FORM_SESSION };
        let (name, expected) = cases.last().context("no case")?;
        let account = TestAccount::create_mailbox(&sandbox, &format!("{client:?}").to_lowercase(), true)?;
        check(&client.run("session", name, &sandbox, &account)?, expected)?;
        check(&client.run("header", "good", &sandbox, &account)?, &[LISTED, NAMED])?;
    }
    Ok(())
}

/// Each case has an account of its own: a code is good for one login, and the first five failures are free.
fn every_case(client: Client, flow: &str, cases: &[Case]) -> Result<()> {
    let sandbox = Sandbox::start()?;
    for (number, (case, expected)) in cases.iter().enumerate() {
        let user = format!("case{number}");
        let leading_zero = *case == "code without its zeros";
        let run = || -> Result<()> {
            let account = TestAccount::create(&sandbox, &user, leading_zero)?;
            check(&client.run(flow, case, &sandbox, &account)?, expected)?;
            if expected.len() == 1 {
                let (_, good) = cases.first().context("no case")?;
                check(&client.run(flow, "good", &sandbox, &account)?, good).context("the control")?;
            }
            Ok(())
        };
        run().with_context(|| format!("{client:?}, {flow}, “{case}”"))?;
    }
    Ok(())
}

fn check(steps: &[Step], expected: &[Expected]) -> Result<()> {
    ensure!(steps.len() == expected.len(), "{} steps were expected: {steps:#?}", expected.len());
    for (step, (name, status, reason, body)) in steps.iter().zip(expected) {
        let good = step.name == *name
            && step.status == *status
            && step.reason.contains(reason)
            && step.body.contains(body);
        ensure!(good, "expected {name} {status} “{reason}” with “{body}”, got {step:#?}");
        let refused = !(200..400).contains(status) || step.body.contains("tfa_login_form");
        ensure!(!refused || !names_a_token(&step.body), "a refusal names a security token: {step:#?}");
    }
    Ok(())
}

/// Whether a script that looks for a security token would find one.
fn names_a_token(text: &str) -> bool {
    text.match_indices("cpsess")
        .any(|(at, word)| text[at + word.len()..].starts_with(|c: char| c.is_ascii_digit()))
}
