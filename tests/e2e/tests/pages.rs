//! The pages in a browser, as a person uses them: without JavaScript of ours, by what they say.
//!
//! Each page leaves a picture in `target/debug/screenshots`.

use anyhow::{Context, Result};
use portreeve_crypt::TotpSecret;
use portreeve_e2e::browser::Browser;
use portreeve_e2e::curl::curl;
use portreeve_e2e::sandbox::Sandbox;
use portreeve_types::{Clock, SystemClock};

/// The code of now of a key that a page showed.
fn code(key: &str) -> Result<String> {
    let secret: TotpSecret = key.parse()?;
    Ok(secret.code_at_step(TotpSecret::step_of(SystemClock.now())))
}

fn log_in(browser: &Browser, address: &str, user: &str, password: &str) -> Result<()> {
    browser.open(address)?;
    browser.fill("user", user)?;
    browser.fill("pass", password)?;
    browser.click("Log in")
}

#[test]
fn a_person_sets_a_second_factor_up_on_all_three_services() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let browser = Browser::start()?;
    let people = [
        ("cpanel", "plain", "plainpass"),
        ("webmail", "user@plain.example", "mailpass"),
        ("whm", "root", "sandbox"),
    ];
    for (service, user, password) in people {
        let address = sandbox.tls(service)?;
        log_in(&browser, &address, user, password).context(user)?;
        assert_eq!(browser.text("logged_in_as")?, user);
        browser.click("Two-Factor Authentication")?;
        browser.picture(&format!("two-factor-{service}"))?;
        browser.click("Set Up Two-Factor Authentication")?;
        browser.picture(&format!("two-factor-{service}-key"))?;
        let key = browser.text("key")?;
        browser.fill("tfa_token", &code(&key)?)?;
        browser.click("Configure Two-Factor Authentication")?;
        assert!(browser.text("done")?.contains("is configured"), "{user}");
        browser.picture(&format!("two-factor-{service}-recovery-codes"))?;
        let recovery = browser.text("recovery_codes")?;
        assert_eq!(recovery.lines().count(), 10, "{user}: {recovery}");

        // out, and in again: by a code of that key, then by a recovery code
        browser.forget_cookies()?;
        log_in(&browser, &address, user, password)?;
        browser.fill("tfa_token", &code(&key)?)?;
        browser.click("Continue")?;
        assert_eq!(browser.text("logged_in_as")?, user);
        browser.forget_cookies()?;
        log_in(&browser, &address, user, password)?;
        browser.picture(&format!("two-factor-{service}-challenge"))?;
        browser.fill("tfa_token", recovery.lines().next().context("a recovery code")?)?;
        browser.click("Continue")?;
        assert_eq!(browser.text("logged_in_as")?, user);

        browser.click("Two-Factor Authentication")?;
        browser.click("Remove Two-Factor Authentication")?;
        assert!(browser.text("two_factor_state")?.contains("is not configured"), "{user}");
        browser.forget_cookies()?;
    }
    Ok(())
}

#[test]
fn the_box_api_requests_decides_whether_basic_needs_a_code() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let browser = Browser::start()?;
    let call = format!("{}/execute/Email/list_pops", sandbox.tls("cpanel")?);
    let basic = || curl(&sandbox, &["--user", "cptest:blahblah", &call]);
    assert_eq!(basic()?.status, 401);

    log_in(&browser, &sandbox.tls("whm")?, "root", "sandbox")?;
    browser.click("Configure Security Policies")?;
    browser.picture("security-policies")?;
    assert!(browser.element("xml_api")?.is_selected()?);
    browser.element("xml_api")?.click()?;
    browser.click("Save")?;
    assert!(browser.text("done")?.contains("saved"));
    assert_eq!(basic()?.status, 200);
    browser.element("xml_api")?.click()?;
    browser.click("Save")?;
    assert_eq!(basic()?.status, 401);
    Ok(())
}

#[test]
fn a_person_makes_a_token_and_a_program_uses_it() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let browser = Browser::start()?;
    for (service, user, password, scheme, path, create) in [
        ("cpanel", "plain", "plainpass", "cpanel", "/execute/Email/list_pops", "Create"),
        ("whm", "root", "sandbox", "whm", "/json-api/listaccts?api.version=1", "Generate Token"),
    ] {
        log_in(&browser, &sandbox.tls(service)?, user, password)?;
        browser.click("Manage API Tokens")?;
        browser.fill("token_name", "deploy")?;
        if service == "whm" {
            browser.element("acl_list-accts")?.click()?;
        }
        browser.picture(&format!("api-tokens-{service}"))?;
        browser.click(create)?;
        let token = browser.text("token")?;
        browser.picture(&format!("api-tokens-{service}-new"))?;
        let authorization = format!("Authorization: {scheme} {user}:{token}");
        let address = format!("{}{path}", sandbox.tls(service)?);
        let call = || curl(&sandbox, &["--header", &authorization, &address]);
        assert_eq!(call()?.status, 200, "{service}");
        browser.click("Yes, I Saved My Token")?;
        assert!(browser.text("tokens")?.contains("deploy"), "{service}");
        browser.picture(&format!("api-tokens-{service}-list"))?;
        browser.click("Revoke")?;
        assert!(call()?.status >= 401, "{service}");
        browser.forget_cookies()?;
    }
    Ok(())
}
