//! Setting a second factor up: the key for the app, then a code that proves it. Nothing is kept between the two but
//! in the form itself.

use maud::html;
use portreeve_crypt::{ExposeSecret, TotpSecret};
use portreeve_types::Service;
use portreeve_wire::Params;
use serde::Deserialize;

use super::own;
use crate::pages::moment;
use crate::pages::qr_code;
use crate::pages::view::{Notice, View, params, uapi, whm};
use crate::reply::Reply;

/// The two steps on one page; with the key that an earlier try was about, when there was one.
pub(super) async fn page(view: &View<'_>, secret: Option<&str>, error: Option<String>) -> Reply {
    let known = secret.and_then(|secret| secret.parse::<TotpSecret>().ok());
    let found = match known {
        Some(secret) => Ok(secret),
        None => generate(view).await,
    };
    let (secret, state) = match (found, own::state(view).await) {
        (Ok(secret), Ok(state)) => (secret, state),
        (Err(error), _) | (_, Err(error)) => {
            return view.reply(Some(Notice::Failed(error)), html! {});
        }
    };
    let account = view.caller.name();
    let key = secret.base32();
    let address = secret.otpauth_url(account, &state.issuer);
    let error = error.map(|error| {
        let now = moment::clock(view.app.environment.clock.now());
        format!("{error} Codes follow the clock: this server's says {now}. Check your phone's.")
    });
    view.reply(
        error.map(Notice::Failed),
        html! {
            section aria-labelledby="step_1" {
                h2 id="step_1" { "Step 1: put the key into your app" }
                p { "Read the code with an authenticator app, or type the account and the key." }
                (qr_code::svg(&address, "QR code that holds the account and the key below"))
                dl {
                    dt { "Account" }
                    dd id="account" { (account) }
                    dt { "Key" }
                    dd { code id="key" { (key.expose_secret()) } }
                }
            }
            section aria-labelledby="step_2" {
                h2 id="step_2" { "Step 2: type the code that the app shows" }
                (view.form("configure_form", html! {
                    input type="hidden" name="secret" value=(key.expose_secret());
                    p {
                        label for="tfa_token" { "Security Code" }
                        " "
                        input id="tfa_token" name="tfa_token" type="text" inputmode="numeric"
                            autocomplete="one-time-code" maxlength="6" required;
                    }
                    button name="action" value="configure" { "Configure Two-Factor Authentication" }
                }))
            }
        },
    )
}

#[derive(Deserialize)]
struct Generated {
    secret: String,
}

async fn generate(view: &View<'_>) -> Result<TotpSecret, String> {
    let made: Generated = match view.service {
        Service::Whm => view.call(whm!("twofactorauth_generate_tfa_config"), params([])).await?,
        Service::Cpanel | Service::Webmail => {
            view.call(uapi!("TwoFactorAuth", "generate_user_configuration"), params([])).await?
        }
    };
    made.secret.parse().map_err(|_| "No key could be made.".to_owned())
}

/// Stores the factor if the code proves the key; the answer shows the recovery codes.
pub(super) async fn configure(view: &View<'_>, form: &Params) -> Result<Reply, String> {
    let field = |name| form.get(name).unwrap_or_default();
    let given = params([("secret", field("secret")), ("tfa_token", field("tfa_token"))]);
    let made = match view.service {
        Service::Whm => view.call(whm!("twofactorauth_set_tfa_config"), given).await?,
        Service::Cpanel | Service::Webmail => {
            view.call(uapi!("TwoFactorAuth", "set_user_configuration"), given).await?
        }
    };
    let done = "Two-factor authentication is configured. Your other sessions have ended.".to_owned();
    Ok(view.reply(Some(Notice::Done(done)), own::recovery_codes(&made)))
}
