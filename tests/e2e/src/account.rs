//! Accounts of a test's own: no other test uses up their codes or their free failures.

use anyhow::{Result, bail};
use portreeve_crypt::{Algorithm, ExposeSecret, SystemEntropy, TotpSecret, generate_code};
use portreeve_types::{Clock, SystemClock, Timestamp};

use crate::curl::{curl, whm};
use crate::sandbox::Sandbox;

/// Somebody with a second factor: an account with a mailbox, or that mailbox.
pub struct TestAccount {
    /// The service that it logs in to.
    pub service: &'static str,
    /// The name to log in with.
    pub user: String,
    /// Its password.
    pub password: String,
    /// The second factor's secret in base32.
    pub secret: String,
}

/// The seconds in which a script is sure to have sent its code.
const SOON: i64 = 60;

impl TestAccount {
    /// A new account. With `leading_zero` each code of the next minute begins with a zero.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(sandbox: &Sandbox, name: &str, leading_zero: bool) -> Result<TestAccount> {
        TestAccount::sign_up(sandbox, name, "cpanel", name.to_owned(), leading_zero)
    }

    /// A new account's mailbox.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create_mailbox(sandbox: &Sandbox, name: &str, leading_zero: bool) -> Result<TestAccount> {
        TestAccount::sign_up(sandbox, name, "webmail", mailbox(name), leading_zero)
    }

    /// Root makes an account and its mailbox; one of them sets up a second factor.
    fn sign_up(
        sandbox: &Sandbox,
        name: &str,
        service: &'static str,
        user: String,
        leading_zero: bool,
    ) -> Result<TestAccount> {
        let password = "correct horse battery staple".to_owned();
        let domain = format!("{name}.example");
        whm(sandbox, "createacct", &[("username", name), ("domain", &domain), ("password", &password)])?;
        let call = [
            ("cpanel_jsonapi_user", name),
            ("cpanel_jsonapi_apiversion", "3"),
            ("cpanel_jsonapi_module", "Email"),
            ("cpanel_jsonapi_func", "add_pop"),
            ("email", &mailbox(name)),
            ("password", &password),
            ("quota", "10"),
        ];
        whm(sandbox, "cpanel", &call)?;
        let account = TestAccount { service, user, password, secret: secret(leading_zero)? };
        account.enrol(sandbox)?;
        Ok(account)
    }

    /// Sets the second factor up, as a person does: with the first code of an app.
    fn enrol(&self, sandbox: &Sandbox) -> Result<()> {
        let url = format!("{}/execute/TwoFactorAuth/set_user_configuration", sandbox.tls(self.service)?);
        let credentials = format!("{}:{}", self.user, self.password);
        let secret = format!("secret={}", self.secret);
        let code = format!("tfa_token={}", code(&self.secret, SystemClock.now())?);
        let answer = curl(
            sandbox,
            &["--user", &credentials, &url, "--data-urlencode", &secret, "--data-urlencode", &code],
        )?;
        if answer.json().pointer("/data/tfa_configured") != Some(&1.into()) {
            bail!("no second factor: {} {}", answer.status, answer.body);
        }
        Ok(())
    }
}

/// A mailbox that nobody else has: an answer that names it is about this account.
fn mailbox(name: &str) -> String {
    format!("marked@{name}.example")
}

/// The code of a secret at a time.
///
/// # Errors
/// When it is no secret.
pub fn code(secret: &str, at: Timestamp) -> Result<String> {
    let code = generate_code(&secret.parse()?, at, 6, Algorithm::Sha1)?;
    Ok(code.code.expose_secret().to_owned())
}

/// A new secret. One in a thousand has three codes in a row with a zero in front.
fn secret(leading_zero: bool) -> Result<String> {
    loop {
        let secret = TotpSecret::generate(&SystemEntropy).base32().expose_secret().to_owned();
        let now = SystemClock.now().seconds();
        let mut soon = (now..=now + SOON).step_by(30);
        let zeros = |at| Ok::<_, anyhow::Error>(code(&secret, Timestamp::from_seconds(at))?.starts_with('0'));
        if !leading_zero || soon.try_fold(true, |all, at| zeros(at).map(|zero| all && zero))? {
            return Ok(secret);
        }
    }
}
