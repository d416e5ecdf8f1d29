//! Secrets that are compared without a password's hash: the first class is wrong at the beginning, the second at the
//! end. Each sample has another wrong value, so that no single one decides.

use std::hint::black_box;

use anyhow::{Context as _, Result};
use portreeve_crypt::compare::text_equal;
use portreeve_crypt::{
    AccessHash, ApiToken, Code, Entropy as _, Keyring, Purpose, SystemEntropy, TotpSecret,
};
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
    let outcome = measure(
        "a comparison that ends early (has to be found out)",
        samples,
        |last| wrong(&secret, last),
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
    let case = "two texts: wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| wrong(&secret, last),
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
    let (before, secret) = cookie.split_at(cookie.find("%2c").context("no secret half")? + 3);
    let store = server.store();
    let case = "session: the cookie's secret wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| format!("{before}{}", wrong(secret, last)),
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
    let case = "security token: wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| wrong(&token, last),
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
    let store = server.store();
    let case = "API token: wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| wrong(&token, last),
        async |given: String| {
            black_box(store.api_token(TokenKind::Whm, &given.parse::<ApiToken>()?).await?);
            Ok(())
        },
    )
    .await
}

async fn access_hash(server: &TestServer, samples: usize) -> Result<Outcome> {
    let hash = server.account("root").access_hash.clone().context("no access hash")?;
    let store = server.store();
    let case = "access hash: wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| wrong(&hash, last),
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
    let case = "one-time code: wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| wrong(&code, last),
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
    let case = "ticket: wrong at the beginning or at the end";
    measure(
        case,
        samples,
        |last| wrong(&ticket, last),
        async |given: String| {
            black_box(keyring.digest(Purpose::CallTicket, given.as_bytes()) == known);
            Ok(())
        },
    )
    .await
}

/// The most characters that are replaced.
const REPLACED: usize = 8;

/// A secret with other characters at its beginning or at its end. A digit stays one, and so does a letter: what is no
/// secret must not make the difference.
fn wrong(secret: &str, is_last: bool) -> String {
    let replaced = REPLACED.min(secret.len() / 2);
    let mut drawn = vec![0; replaced];
    SystemEntropy.fill(&mut drawn);
    let mut characters: Vec<u8> = secret.bytes().collect();
    if is_last {
        characters.reverse();
    }
    for (place, (own, drawn)) in characters.iter_mut().zip(drawn).enumerate() {
        let (first, kinds) = match own {
            b'0'..=b'9' => (b'0', 10),
            b'a'..=b'f' => (b'a', 6),
            _ => (b'A', 26),
        };
        // the outermost is another one for sure
        let step = if place == 0 { 1 + drawn % (kinds - 1) } else { drawn % kinds };
        *own = first + (*own - first + step) % kinds;
    }
    if is_last {
        characters.reverse();
    }
    characters.into_iter().map(char::from).collect()
}

fn repeat(compare: impl Fn() -> bool) {
    for _ in 0..REPEATS {
        black_box(compare());
    }
}
