//! Secrets that are compared without a password's hash: each case has a value that is wrong in its first character,
//! and one that is wrong in its last.

use std::hint::black_box;

use anyhow::{Context as _, Result};
use portreeve_crypt::compare::text_equal;
use portreeve_crypt::{AccessHash, ApiToken, Code, Keyring, Purpose, SystemEntropy, TotpSecret};
use portreeve_store::TokenKind;
use portreeve_testkit::TestServer;
use portreeve_types::Service;

use crate::sampling::{Outcome, measure};

/// How often a comparison of some nanoseconds is made for one sample: the clock is no finer.
const REPEATS: usize = 64;

/// A text as long as a secret, so that an early end would show.
const LENGTH: usize = 64;

/// A comparison that ends at the first difference: the measurement has to find it out.
pub async fn leaky(samples: usize) -> Outcome {
    let secret = "a".repeat(LENGTH);
    let wrong = [replaced(&secret, 0, 'b'), replaced(&secret, LENGTH - 1, 'b')];
    let outcome = measure(
        "a comparison that ends early (has to be found out)",
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            repeat(|| secret.bytes().zip(given.bytes()).all(|(one, other)| black_box(one) == other));
            Ok(())
        },
    );
    // nothing in it can fail
    outcome.await.unwrap_or(Outcome { case: String::new(), samples: 0, first: 0.0, second: 0.0, t: 0.0 })
}

/// Every case.
pub async fn all(server: &TestServer, samples: usize) -> Result<Vec<Outcome>> {
    Ok(vec![
        texts(samples).await?,
        session(server, samples).await?,
        security_token(server, samples).await?,
        api_token(server, samples).await?,
        access_hash(server, samples).await?,
        one_time_code(server, samples).await?,
        ticket(samples).await?,
    ])
}

async fn texts(samples: usize) -> Result<Outcome> {
    let secret = "a".repeat(LENGTH);
    let wrong = [replaced(&secret, 0, 'b'), replaced(&secret, LENGTH - 1, 'b')];
    let case = "two texts: first or last character wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            repeat(|| text_equal(&secret, &given));
            Ok(())
        },
    )
    .await
}

async fn session(server: &TestServer, samples: usize) -> Result<Outcome> {
    let session = server.session(Service::Cpanel, "plain").await;
    let cookie = session.value.clone();
    let secret = cookie.find("%2c").context("no secret half")? + 3;
    let wrong = [swapped(&cookie, secret), swapped(&cookie, cookie.len() - 1)];
    let store = server.store();
    let case = "session: first or last digit of the cookie's secret wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |cookie: String| {
            black_box(store.session(Service::Cpanel, &cookie).await?);
            Ok(())
        },
    )
    .await
}

async fn security_token(server: &TestServer, samples: usize) -> Result<Outcome> {
    let session = server.session(Service::Cpanel, "plain").await;
    let token = session.token.trim_start_matches("/cpsess").to_owned();
    let wrong = [swapped(&token, 0), swapped(&token, token.len() - 1)];
    let case = "security token: first or last digit wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            repeat(|| text_equal(&given, &token));
            Ok(())
        },
    )
    .await
}

async fn api_token(server: &TestServer, samples: usize) -> Result<Outcome> {
    let tokens = server.description().accounts.iter().flat_map(|account| &account.tokens);
    let token = tokens.filter(|token| token.service == "whm").map(|token| token.token.clone()).next();
    let token = token.context("no token")?;
    let wrong = [replaced(&token, 0, 'Q'), replaced(&token, token.len() - 1, 'Q')];
    let store = server.store();
    let case = "API token: first or last character wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            black_box(store.api_token(TokenKind::Whm, &given.parse::<ApiToken>()?).await?);
            Ok(())
        },
    )
    .await
}

async fn access_hash(server: &TestServer, samples: usize) -> Result<Outcome> {
    let hash = server.account("root").access_hash.clone().context("no access hash")?;
    let wrong = [swapped(&hash, 0), swapped(&hash, hash.len() - 1)];
    let store = server.store();
    let case = "access hash: first or last digit wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            black_box(store.access_hash(&given.parse::<AccessHash>()?).await?);
            Ok(())
        },
    )
    .await
}

async fn one_time_code(server: &TestServer, samples: usize) -> Result<Outcome> {
    let secret: TotpSecret = server.account("cptest").secret.clone().context("no secret")?.parse()?;
    let (code, now) = (server.code("cptest"), server.now());
    let wrong = [swapped(&code, 0), swapped(&code, code.len() - 1)];
    let case = "one-time code: first or last digit wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            black_box(secret.matching_step(&given.parse::<Code>()?, now, 1));
            Ok(())
        },
    )
    .await
}

async fn ticket(samples: usize) -> Result<Outcome> {
    let keyring = Keyring::generate(&SystemEntropy);
    let ticket = "0123456789abcdef".repeat(4);
    let known = keyring.digest(Purpose::CallTicket, ticket.as_bytes());
    let wrong = [swapped(&ticket, 0), swapped(&ticket, ticket.len() - 1)];
    let case = "ticket: first or last digit wrong";
    measure(
        case,
        samples,
        |last| pick(&wrong, last),
        async |given: String| {
            black_box(keyring.digest(Purpose::CallTicket, given.as_bytes()) == known);
            Ok(())
        },
    )
    .await
}

/// The input of a class, a text of its own each time.
fn pick([first, last]: &[String; 2], is_last: bool) -> String {
    if is_last { last.clone() } else { first.clone() }
}

/// A digit replaced by another one.
fn swapped(text: &str, at: usize) -> String {
    let other = if text.get(at..=at) == Some("1") { '2' } else { '1' };
    replaced(text, at, other)
}

fn replaced(text: &str, at: usize, by: char) -> String {
    text.char_indices().map(|(place, own)| if place == at { by } else { own }).collect()
}

fn repeat(compare: impl Fn() -> bool) {
    for _ in 0..REPEATS {
        black_box(compare());
    }
}
