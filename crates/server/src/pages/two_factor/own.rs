//! The reader's own second factor: its state, its recovery codes, its end.

use std::collections::BTreeMap;

use maud::{Markup, html};
use portreeve_types::Service;
use serde::Deserialize;

use crate::pages::view::{Nothing, View, params, uapi, whm};
use crate::reply::Reply;

/// The reader's second factor as it is now.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct State {
    is_enabled: u8,
    /// The issuer's name, as apps show it.
    pub(super) issuer: String,
    recovery_codes_left: Option<u64>,
}

/// What came of setting one up, or of making new recovery codes.
#[derive(Deserialize)]
pub(super) struct Made {
    #[serde(default)]
    recovery_codes: Vec<String>,
}

#[derive(Deserialize)]
struct Removed {
    failed: BTreeMap<String, String>,
}

/// Asks for the state.
pub(super) async fn state(view: &View<'_>) -> Result<State, String> {
    if view.service != Service::Whm {
        return view.call(uapi!("TwoFactorAuth", "get_user_configuration"), params([])).await;
    }
    let own = params([("user", view.caller.name())]);
    let mut states: BTreeMap<String, State> = view.call(whm!("twofactorauth_get_user_configs"), own).await?;
    let named: State = view.call(whm!("twofactorauth_get_issuer"), params([])).await?;
    Ok(State { issuer: named.issuer, ..states.remove(view.caller.name()).unwrap_or_default() })
}

/// The section of the page about the reader's own second factor.
pub(super) async fn section(view: &View<'_>) -> Markup {
    let state = match state(view).await {
        Ok(state) => state,
        Err(error) => return html! { p role="alert" { (error) } },
    };
    html! {
        section aria-labelledby="own_factor" {
            h2 id="own_factor" { "My account" }
            @if state.is_enabled == 1 {
                p id="two_factor_state" { "Two-factor authentication is configured on this account." }
                @if let Some(left) = state.recovery_codes_left {
                    p id="recovery_codes_left" { "Unused recovery codes: " (left) "." }
                }
                (view.form("reconfigure_form", html! {
                    p id="reconfigure_warning" {
                        "Reconfiguring makes a new key: the entry that your app has now stops working, and your "
                        "other sessions end."
                    }
                    button name="action" value="set_up" aria-describedby="reconfigure_warning" { "Reconfigure" }
                }))
                (view.form("recovery_codes_form", html! {
                    p { "New recovery codes replace all earlier ones." }
                    button name="action" value="recovery_codes" { "New Recovery Codes" }
                }))
                (view.form("remove_form", html! {
                    p { "Without it, your password alone opens this account." }
                    button name="action" value="remove" { "Remove Two-Factor Authentication" }
                }))
            } @else {
                p id="two_factor_state" { "Two-factor authentication is not configured on this account." }
                (view.form("set_up_form", html! {
                    button name="action" value="set_up" { "Set Up Two-Factor Authentication" }
                }))
            }
        }
    }
}

/// Removes the reader's second factor.
pub(super) async fn remove(view: &View<'_>) -> Result<String, String> {
    if view.service == Service::Whm {
        let name = view.caller.name();
        let mut done: Removed =
            view.call(whm!("twofactorauth_remove_user_config"), params([("user", name)])).await?;
        if let Some(why) = done.failed.remove(name) {
            return Err(why);
        }
    } else {
        view.call::<Nothing>(uapi!("TwoFactorAuth", "remove_user_configuration"), params([])).await?;
    }
    Ok("Two-factor authentication was removed from this account.".to_owned())
}

/// Makes new recovery codes, which the answer shows.
pub(super) async fn renew_recovery_codes(view: &View<'_>) -> Result<Reply, String> {
    let function = match view.service {
        Service::Whm => whm!("twofactorauth_generate_recovery_codes"),
        Service::Cpanel | Service::Webmail => uapi!("TwoFactorAuth", "generate_recovery_codes"),
    };
    Ok(view.reply(None, recovery_codes(&view.call(function, params([])).await?)))
}

/// Recovery codes, shown once.
pub(super) fn recovery_codes(made: &Made) -> Markup {
    let codes = &made.recovery_codes;
    html! {
        @if !codes.is_empty() {
            section aria-labelledby="recovery_codes_title" {
                h2 id="recovery_codes_title" { "Recovery codes" }
                p {
                    "Each opens your account once in the place of a security code. They are shown only now: keep "
                    "them where you would keep a spare key."
                }
                ul id="recovery_codes" {
                    @for code in codes { li { code { (code) } } }
                }
            }
        }
    }
}
