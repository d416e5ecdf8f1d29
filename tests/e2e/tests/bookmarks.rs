//! Bookmarks in a browser: two tabs wait at the login, and one page is kept open.
//!
//! Each page leaves a picture in `target/debug/screenshots`.

use anyhow::{Context, Result};
use portreeve_crypt::TotpSecret;
use portreeve_e2e::browser::Browser;
use portreeve_e2e::sandbox::Sandbox;
use portreeve_types::{Clock, SystemClock};

/// Types the name, the password and the code of so many steps from now into the page that is shown.
fn log_in(browser: &Browser, secret: &str, steps: i64) -> Result<()> {
    browser.fill("user", "cptest")?;
    browser.fill("pass", "blahblah")?;
    browser.click("Log in")?;
    let secret: TotpSecret = secret.parse()?;
    browser.fill("tfa_token", &secret.code_at_step(TotpSecret::step_of(SystemClock.now()) + steps))?;
    browser.click("Continue")
}

/// Whether the page that is shown is the login page.
fn asks_for_the_password(browser: &Browser) -> bool {
    browser.element("login_form").is_ok()
}

#[test]
fn two_tabs_wait_at_the_login_and_one_page_is_kept_open_until_it_is_ended() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let browser = Browser::start()?;
    let cpanel = sandbox.tls("cpanel")?;
    let secret = sandbox.description["accounts"]
        .as_array()
        .and_then(|accounts| accounts.iter().find(|account| account["user"] == "cptest"))
        .and_then(|account| account["secret"].as_str())
        .context("cptest's secret")?
        .to_owned();

    let bookmarks =
        [format!("{cpanel}/go/api-tokens?from=first"), format!("{cpanel}/go/sessions?from=second")];
    let first = browser.tab()?;
    browser.open(&bookmarks[0])?;
    assert!(asks_for_the_password(&browser));
    browser.picture("bookmark-login")?;
    browser.open_tab()?;
    let second = browser.tab()?;
    browser.open(&bookmarks[1])?;
    assert!(asks_for_the_password(&browser));
    browser.show_tab(&first)?;
    log_in(&browser, &secret, 0)?;
    assert!(browser.address()?.ends_with("/security/api-tokens?from=first"), "{}", browser.address()?);
    browser.show_tab(&second)?;
    browser.click("I have logged in in another tab")?;
    assert!(browser.address()?.ends_with("/security/sessions?from=second"), "{}", browser.address()?);
    assert_eq!(browser.text("this_session")?, "this session");

    browser.click("Bookmarks")?;
    browser.picture("bookmarks")?;
    browser.click("Keep open: Manage API Tokens")?;
    assert!(browser.text("done")?.contains("is kept open on this browser for 90 days"));
    browser.click("Sessions")?;
    assert!(browser.text("kept_pages")?.contains("/go/api-tokens"));
    browser.picture("sessions")?;
    browser.click("Your account")?;
    browser.click("Log out")?;

    // without a password, to be read, and nothing else
    browser.open(&format!("{cpanel}/go/api-tokens"))?;
    assert!(browser.text("kept")?.contains("kept open on this browser"));
    assert!(browser.element("create_form").is_err());
    browser.picture("kept-page")?;
    browser.open(&format!("{cpanel}/go/two-factor"))?;
    assert!(asks_for_the_password(&browser));
    browser.open(&format!("{cpanel}/security/api-tokens"))?;
    assert!(asks_for_the_password(&browser));

    // ended in the list, it asks again
    browser.open(&format!("{cpanel}/go/sessions"))?;
    log_in(&browser, &secret, 1)?;
    browser.click("End the kept page api-tokens")?;
    assert!(browser.text("no_pages")?.contains("No page is kept open"));
    browser.click("Your account")?;
    browser.click("Log out")?;
    browser.open(&format!("{cpanel}/go/api-tokens"))?;
    assert!(asks_for_the_password(&browser));
    Ok(())
}
