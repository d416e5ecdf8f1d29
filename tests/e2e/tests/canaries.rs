//! Marked secrets are given to the server in every place that takes one, and the server's own are taken from its answers.
//! A second later none of them is found in its records, its keys, its logs, its audit trail or its memory.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portreeve_e2e::account::{TestAccount, code};
use portreeve_e2e::curl::{Answer, curl, whm};
use portreeve_e2e::memory::memory_of;
use portreeve_e2e::program::{command, output, portreeve};
use portreeve_e2e::sandbox::Sandbox;
use portreeve_types::{Clock, SystemClock};

/// What begins each marked secret: no other text has it.
const MARK: &str = "Zq7Canary";

/// A place where a secret is looked for, with what is there.
struct Place {
    name: String,
    content: Vec<u8>,
}

/// The secrets that were given, each with where it was.
#[derive(Default)]
struct Canaries(Vec<(String, String)>);

impl Canaries {
    /// A new one for a place.
    fn plant(&mut self, place: &str) -> String {
        // both halves are its own: memory that is reused is often overwritten at its beginning only
        let number = self.0.len();
        let secret = format!("{MARK}{number:02}KwRb9{number:02}Vx7T{number:02}Qj4Hz{number:02}");
        self.0.push((place.to_owned(), secret.clone()));
        secret
    }

    /// One that the server made.
    fn note(&mut self, place: &str, secret: &str) -> Result<()> {
        ensure!(secret.len() >= 6, "{place} has no secret: {secret:?}");
        self.0.push((place.to_owned(), secret.to_owned()));
        Ok(())
    }

    /// Those that are found, in the clear or as a header or a URL has them, with where they are.
    fn found_in(&self, places: &[Place]) -> Vec<String> {
        let forms = self
            .0
            .iter()
            .flat_map(|(place, secret)| forms(secret).into_iter().map(move |form| (form, place.as_str())));
        let search = Search::new(forms.collect());
        let found = places.iter().flat_map(|there| {
            search.hits(&there.content).into_iter().map(|place| format!("{place}: in {}", there.name))
        });
        found.collect()
    }
}

/// Many texts, looked for in one pass: the memory is large.
struct Search<'a> {
    texts: Vec<(Vec<u8>, &'a str)>,
    /// By the first two bytes: whether any text begins so.
    beginnings: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(texts: Vec<(Vec<u8>, &'a str)>) -> Search<'a> {
        let mut beginnings = vec![false; 1 << 16];
        for (text, _) in &texts {
            if let Some(begins) = beginning(text).and_then(|place| beginnings.get_mut(place)) {
                *begins = true;
            }
        }
        Search { texts, beginnings }
    }

    /// What the texts that are there stand for.
    fn hits(&self, content: &[u8]) -> Vec<&'a str> {
        let mut hits = Vec::new();
        for (at, pair) in content.windows(2).enumerate() {
            if !beginning(pair).and_then(|place| self.beginnings.get(place)).is_some_and(|begins| *begins) {
                continue;
            }
            let rest = content.get(at..).unwrap_or_default();
            hits.extend(self.texts.iter().filter(|(text, _)| rest.starts_with(text)).map(|(_, what)| *what));
        }
        hits
    }
}

fn beginning(text: &[u8]) -> Option<usize> {
    match text {
        [first, second, ..] => Some(usize::from(*first) << 8 | usize::from(*second)),
        _ => None,
    }
}

/// A secret as it may be written: as it is, or what a block of memory has left of it when its first 16 bytes were used
/// again; and within a longer text in base64, which begins at any of three places.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec()];
    forms.extend(secret.as_bytes().get(16..).filter(|rest| rest.len() >= 12).map(<[u8]>::to_vec));
    for before in ["", "a", "ab"] {
        let encoded = STANDARD.encode(format!("{before}{secret}"));
        // the first and the last digits depend on what is beside the secret
        let inner = encoded.get(4..encoded.len().saturating_sub(4)).unwrap_or_default();
        if inner.len() >= 12 {
            forms.push(inner.as_bytes().to_vec());
        }
    }
    forms
}

/// Everything in a directory.
fn files_below(directory: &Path, places: &mut Vec<Place>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        if kind.is_dir() {
            files_below(&path, places)?;
        } else if kind.is_file() {
            places.push(Place { name: path.display().to_string(), content: fs::read(&path)? });
        }
    }
    Ok(())
}

/// The records and all other files of a server, and what it printed.
fn written_by(sandbox: &Sandbox) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    files_below(&sandbox.data_dir()?, &mut places)?;
    files_below(sandbox.work(), &mut places)?;
    places
        .push(Place { name: "standard output".to_owned(), content: sandbox.lines().join("\n").into_bytes() });
    Ok(places)
}

fn kept_by(sandbox: &Sandbox) -> Result<Vec<Place>> {
    let pieces = memory_of(sandbox.id())?.into_iter();
    Ok(pieces.map(|content| Place { name: "memory".to_owned(), content }).collect())
}

/// Requests with a secret in each place of a request that may hold one. All are refused.
fn refused_requests(sandbox: &Sandbox, canaries: &mut Canaries) -> Result<()> {
    let (cpanel, whm) = (sandbox.tls("cpanel")?, sandbox.tls("whm")?);
    let list = format!("{cpanel}/execute/Email/list_pops");
    let version = format!("{whm}/json-api/version?api.version=1");
    let login = format!("{cpanel}/login/?login_only=1");
    let mut headers = |url: &str, prefix: &str| -> Result<()> {
        let header = format!("{prefix}{}", canaries.plant(prefix));
        expect_refused(&curl(sandbox, &["--header", &header, url])?)
    };
    for prefix in [
        "X-CPANEL-OTP: ",
        "Cookie: cpsession=plain%3a",
        "Cookie: cpsession=plain%3a0123456789abcdef%2c",
        "Cookie: cpanelpending=",
        "Cookie: another=",
        "Authorization: cpanel plain:",
        "Authorization: cpanel ",
        "Authorization: ticket ",
        "Authorization: Bearer ",
        "Authorization: Digest username=",
        "Proxy-Authorization: Basic ",
        "User-Agent: ",
        "Referer: https://127.0.0.1/cpsess1234567890/?pass=",
        "Origin: https://",
        "X-Forwarded-For: ",
        "X-Api-Key: ",
    ] {
        headers(&list, prefix)?;
    }
    for prefix in
        ["Authorization: whm root:", "Authorization: WHM root:0123", "Cookie: whostmgrsession=root%3a"]
    {
        headers(&version, prefix)?;
    }
    for user in ["plain", "info@cptest.example", "nobody-has-this"] {
        let credentials = format!("{user}:{}", canaries.plant("a password in a header"));
        expect_refused(&curl(sandbox, &["--user", &credentials, &list])?)?;
        let password = format!("pass={}", canaries.plant("a password in a form"));
        expect_refused(&curl(sandbox, &["--data", &format!("user={user}"), "--data", &password, &login])?)?;
    }
    let name = format!("{}:x", canaries.plant("a password where the name belongs, in a header"));
    expect_refused(&curl(sandbox, &["--user", &name, &list])?)?;
    for field in ["user", "tfa_token", "goto_uri", "session", "unheard-of"] {
        let pair = format!("{field}={}", canaries.plant(field));
        expect_refused(&curl(
            sandbox,
            &["--data", "user=plain", "--data", "pass=x", "--data", &pair, &login],
        )?)?;
        let url = format!("{login}&user=plain&pass={}", canaries.plant("a password in an address"));
        expect_refused(&curl(sandbox, &[&url])?)?;
    }
    let code = format!("tfa_token={}", canaries.plant("a code beside a right password"));
    let right = ["--data", "user=cptest", "--data", "pass=blahblah", "--data", &code, &login];
    expect_refused(&curl(sandbox, &right)?)?;
    let query = format!("{list}?password={}", canaries.plant("an argument in an address"));
    expect_refused(&curl(sandbox, &[&query])?)
}

fn expect_refused(answer: &Answer) -> Result<()> {
    ensure!((400..500).contains(&answer.status), "{answer:?}");
    Ok(())
}

fn expect_done(answer: &Answer) -> Result<()> {
    ensure!(answer.status == 200 && answer.json().pointer("/status") == Some(&1.into()), "{answer:?}");
    Ok(())
}

/// Secrets that are accepted: new passwords in each form of arguments, which then serve.
fn accepted_secrets(sandbox: &Sandbox, canaries: &mut Canaries) -> Result<()> {
    let add_pop = format!("{}/execute/Email/add_pop", sandbox.tls("cpanel")?);
    let webmail = sandbox.tls("webmail")?;
    for (form, name) in [("--data", "one"), ("--form", "two"), ("json", "three")] {
        let password = canaries.plant(&format!("a new password by {form}"));
        let fields =
            [format!("email={name}"), format!("password={password}"), "domain=plain.example".to_owned()];
        let json = format!(r#"{{"email":"{name}","password":"{password}","domain":"plain.example"}}"#);
        let mut arguments = vec!["--user", "plain:plainpass", &add_pop];
        if form == "json" {
            arguments.extend(["--header", "Content-Type: application/json", "--data", &json]);
        } else {
            arguments.extend(fields.iter().flat_map(|field| [form, field]));
        }
        expect_done(&curl(sandbox, &arguments)?)?;
        // it serves in a header, where it is remembered as right, and in a form
        let (user, list) = (format!("{name}@plain.example"), format!("{webmail}/execute/Email/list_pops"));
        expect_done(&curl(sandbox, &["--user", &format!("{user}:{password}"), &list])?)?;
        let (user, pass) = (format!("user={user}"), format!("pass={password}"));
        let login = format!("{webmail}/login/?login_only=1");
        let answer = curl(sandbox, &["--data-urlencode", &user, "--data", &pass, &login])?;
        expect_done(&answer)?;
        let cookie = answer.header("Set-Cookie").context("no cookie")?;
        let value = cookie.split(['=', ';']).nth(1).unwrap_or_default();
        canaries
            .note("the secret half of a session's cookie", value.rsplit("%2c").next().unwrap_or_default())?;
    }
    let password = canaries.plant("a new account's password");
    whm(
        sandbox,
        "createacct",
        &[("username", "marked"), ("domain", "shown.example"), ("password", &password)],
    )?;
    Ok(())
}

/// Secrets that the server makes, which are shown once.
fn secrets_of_its_own(sandbox: &Sandbox, canaries: &mut Canaries) -> Result<()> {
    let made = whm(sandbox, "api_token_create", &[("token_name", "canary")])?;
    let token = made.pointer("/data/token").and_then(|token| token.as_str()).context("no token")?;
    canaries.note("an API token", token)?;
    let made = whm(sandbox, "create_user_session", &[("user", "marked"), ("service", "cpaneld")])?;
    let url = made.pointer("/data/url").and_then(|url| url.as_str()).context("no link")?;
    let link = url.rsplit("session=").next().unwrap_or_default();
    canaries.note("a link", link)?;
    let secret = link.rsplit("%2c").next().unwrap_or_default();
    canaries.note("the secret half of a link", secret)?;
    let taken = curl(sandbox, &[url])?;
    ensure!(taken.status == 301 && taken.header("Set-Cookie").is_some(), "{taken:?}");
    let made = whm(sandbox, "twofactorauth_generate_tfa_config", &[])?;
    let secret = made.pointer("/data/secret").and_then(|secret| secret.as_str()).context("no secret")?;
    canaries.note("a second factor's secret that was only shown", secret)?;

    let enrolled = TestAccount::create(sandbox, "enrolled", false)?;
    canaries.note("a second factor's secret", &enrolled.secret)?;
    let credentials = format!("{}:{}", enrolled.user, enrolled.password);
    let code = code(&enrolled.secret, SystemClock.now())?;
    let header = format!("X-CPANEL-OTP: {code}");
    let url = format!("{}/execute/TwoFactorAuth/generate_recovery_codes", sandbox.tls("cpanel")?);
    let made = curl(sandbox, &["--user", &credentials, "--header", &header, &url])?;
    let made = made.json();
    let codes =
        made.pointer("/data/recovery_codes").and_then(|codes| codes.as_array()).context("no codes")?;
    for code in codes {
        canaries.note("a recovery code", code.as_str().context("a code is no text")?)?;
    }
    Ok(())
}

/// The programs beside the server: their arguments pass through the API socket.
fn local_program(sandbox: &Sandbox, canaries: &mut Canaries) -> Result<()> {
    let password = format!("password={}", canaries.plant("an argument of a local program"));
    let mut program = command(portreeve()?);
    program.args([
        "uapi",
        "--user=plain",
        "Email",
        "add_pop",
        "email=four",
        "domain=plain.example",
        &password,
    ]);
    let said = output(program.env("PORTREEVE_SOCKET", sandbox.text("/socket")?))?;
    let text = String::from_utf8_lossy(&said.stdout);
    ensure!(text.contains("status: 1"), "{text}");
    Ok(())
}

#[test]
fn no_secret_is_found_in_records_logs_or_memory_once_it_was_used() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let mut canaries = Canaries::default();
    accepted_secrets(&sandbox, &mut canaries)?;
    secrets_of_its_own(&sandbox, &mut canaries)?;
    local_program(&sandbox, &mut canaries)?;
    // last, since wrong tries are soon no longer evaluated
    refused_requests(&sandbox, &mut canaries)?;
    // what is written beside the requests, and what a connection holds until the server has seen its end
    std::thread::sleep(Duration::from_secs(2));

    let (written, kept) = (written_by(&sandbox)?, kept_by(&sandbox)?);
    // the search finds what is there: an account's domain is in the records, in the log and in memory
    let control = Canaries(vec![("control".to_owned(), "shown.example".to_owned())]);
    ensure!(!control.found_in(&kept).is_empty(), "the memory was not searched");
    let found = control.found_in(&written);
    ensure!(found.iter().any(|found| found.contains("sqlite")), "the records were not searched: {found:?}");
    let mark = Canaries(vec![("any mark".to_owned(), MARK.to_owned())]);
    let found = [canaries.found_in(&written), canaries.found_in(&kept), mark.found_in(&written)].concat();
    if !found.is_empty() {
        bail!("{} secrets were planted; found are\n{}", canaries.0.len(), found.join("\n"));
    }
    Ok(())
}
