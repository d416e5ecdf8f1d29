//! The accounts that the load acts for, made over the API as anybody makes them.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp as Moment;
use portreeve_crypt::{ExposeSecret, SystemEntropy, TotpSecret};
use portreeve_types::Timestamp;
use serde_json::{Value, json};

use crate::http::{Kept, get, post};
use crate::installation::{Installation, PASSWORD};
use crate::load::Load;

/// Root's token, and the users.
pub struct Accounts {
    /// What stands in `Authorization` for root.
    pub root: String,
    pub users: Vec<User>,
}

/// A user with a second factor and a mailbox.
pub struct User {
    pub name: String,
    secret: TotpSecret,
}

/// An open session.
pub struct Session {
    /// The cookie, as it is sent back.
    pub cookie: String,
    /// The security token, as addresses begin with it.
    pub prefix: String,
}

impl Accounts {
    /// Makes so many users.
    pub fn make(installation: &Installation, load: &Load, count: usize) -> Result<Accounts> {
        let call = |path: &str, authorization: &str| {
            let request = get(path, &[("Authorization", authorization)]);
            whm(&load.once(installation.whm()?, &request)?)
        };
        let path = "/json-api/api_token_create?api.version=1&token_name=bench";
        let token = call(path, &basic("root", PASSWORD))?;
        let token = token.pointer("/data/token").and_then(Value::as_str).context("no token")?;
        let root = format!("whm root:{token}");

        let mut users = Vec::with_capacity(count);
        let mut factors = String::from("api.version=1");
        for number in 0..count {
            let user =
                User { name: format!("bench{number:03}"), secret: TotpSecret::generate(&SystemEntropy) };
            let name = &user.name;
            let password = PASSWORD.replace(' ', "+");
            let account = format!("username={name}&domain={name}.example&password={password}");
            call(&format!("/json-api/createacct?api.version=1&{account}"), &root)?;
            let mailbox = format!("email=info&password={password}&domain={name}.example");
            let on_behalf = format!(
                "cpanel_jsonapi_user={name}&cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Email\
                 &cpanel_jsonapi_func=add_pop"
            );
            let made = call(&format!("/json-api/cpanel?{on_behalf}&{mailbox}"), &root)?;
            let is_made = made.pointer("/result/status").and_then(Value::as_i64) == Some(1);
            ensure!(is_made, "no mailbox: {made}");
            let factor = json!({ "primary_account": { "secret": user.secret.base32().expose_secret() } });
            // base32, braces and quotes: nothing in it that a form would read otherwise
            let _ = write!(factors, "&{name}={factor}");
            users.push(user);
        }
        let root_password = basic("root", PASSWORD);
        let form = post(
            "/json-api/twofactorauth_set_tfa_config_for_user",
            &[("Authorization", &root_password)],
            &factors,
        );
        let set = whm(&load.once(installation.whm()?, &form)?)?;
        let is_set = set.pointer("/metadata/result").and_then(Value::as_i64) == Some(1);
        ensure!(is_set, "no second factors: {set}");
        Ok(Accounts { root, users })
    }

    /// A session of a user that root makes a link for: it takes no password and no code.
    pub fn session_by_link(&self, installation: &Installation, load: &Load, user: &User) -> Result<Session> {
        let name = &user.name;
        let path = format!("/json-api/create_user_session?api.version=1&user={name}&service=cpaneld");
        let link = load.once(installation.whm()?, &get(&path, &[("Authorization", &self.root)]))?;
        let link = whm(&link)?;
        let url = link.pointer("/data/url").and_then(Value::as_str).context("no link")?;
        let path = url.splitn(4, '/').nth(3).context("a link without a path")?;
        session(&load.once(installation.cpanel()?, &get(&format!("/{path}"), &[]))?)
    }
}

impl User {
    /// What stands in `Authorization` for the user's password.
    pub fn basic(&self) -> String {
        basic(&self.name, PASSWORD)
    }

    /// The code of a step.
    pub fn code(&self, step: i64) -> String {
        self.secret.code_at_step(step)
    }

    /// The request that logs the user in with the code of a step.
    pub fn login(&self, step: i64) -> Vec<u8> {
        let password = PASSWORD.replace(' ', "+");
        let (name, code) = (&self.name, self.code(step));
        post("/login/?login_only=1", &[], &format!("user={name}&pass={password}&tfa_token={code}"))
    }
}

/// The session that an answer opens.
pub fn session(answer: &Kept) -> Result<Session> {
    let cookie = answer.cookie("cpsession").context("an answer without a session's cookie")?;
    let location = answer.field("location").context("an answer without a place to go to")?;
    let prefix = location.split('/').nth(1).context("a place without a security token")?;
    Ok(Session { cookie: cookie.to_owned(), prefix: format!("/{prefix}") })
}

/// The step of one-time codes that it is now.
pub fn step_now() -> i64 {
    TotpSecret::step_of(Timestamp::from_seconds(Moment::now().as_second()))
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}")))
}

fn whm(answer: &Kept) -> Result<Value> {
    let value: Value = serde_json::from_str(&answer.body).context("an answer that is not JSON")?;
    if value.pointer("/metadata/result").and_then(Value::as_i64) == Some(0) {
        bail!("root is refused: {value}");
    }
    Ok(value)
}
