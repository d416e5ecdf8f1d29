//! WHM's part of the page: the policy, the issuer, and the users who have a second factor.

use std::collections::BTreeMap;

use maud::{Markup, html};
use portreeve_wire::Params;
use serde::Deserialize;

use crate::pages::view::{Nothing, View, params, whm};

#[derive(Deserialize)]
struct PolicyStatus {
    is_enabled: u8,
}

#[derive(Deserialize)]
struct Issuer {
    issuer: String,
    system_wide_issuer: String,
}

#[derive(Deserialize)]
struct User {
    is_enabled: u8,
    #[serde(default)]
    primary_domain: String,
}

#[derive(Deserialize)]
struct Removed {
    failed: BTreeMap<String, String>,
}

/// Does what one of these sections' forms asks for.
pub(super) async fn act(view: &View<'_>, action: &str, form: &Params) -> Result<String, String> {
    match action {
        "enable_policy" => {
            view.call::<Nothing>(whm!("twofactorauth_enable_policy"), params([])).await?;
            Ok("The two-factor authentication policy is enabled.".to_owned())
        }
        "disable_policy" => {
            view.call::<Nothing>(whm!("twofactorauth_disable_policy"), params([])).await?;
            Ok("The two-factor authentication policy is disabled.".to_owned())
        }
        "set_issuer" => {
            let issuer = form.get("issuer").unwrap_or_default();
            view.call::<Nothing>(whm!("twofactorauth_set_issuer"), params([("issuer", issuer)])).await?;
            Ok("The issuer was saved.".to_owned())
        }
        "disable_users" => disable(view, form).await,
        _ => Err("The form does not say what is to be done.".to_owned()),
    }
}

async fn disable(view: &View<'_>, form: &Params) -> Result<String, String> {
    let users: Vec<&str> = form.values("user").collect();
    if users.is_empty() {
        return Err("No user is selected.".to_owned());
    }
    if users.contains(&view.caller.name()) {
        return Err("Your own second factor is removed under “My account”.".to_owned());
    }
    let named = params(users.iter().map(|user| ("user", *user)));
    let done: Removed = view.call(whm!("twofactorauth_remove_user_config"), named).await?;
    if let Some((user, why)) = done.failed.into_iter().next() {
        return Err(format!("{user}: {why}"));
    }
    Ok(format!("Two-factor authentication was removed from {}.", users.join(", ")))
}

/// The sections.
pub(super) async fn sections(view: &View<'_>) -> Markup {
    let enabled = view.call(whm!("twofactorauth_policy_status"), params([])).await;
    let issuer = view.call(whm!("twofactorauth_get_issuer"), params([])).await;
    let users = view.call(whm!("twofactorauth_get_user_configs"), params([])).await;
    html! {
        @if let Ok(state) = &enabled { (policy(view, state)) }
        @if let Ok(issuer) = &issuer { (issuer_section(view, issuer)) }
        @if let Ok(users) = &users { (users_section(view, users)) }
    }
}

fn policy(view: &View<'_>, state: &PolicyStatus) -> Markup {
    let enabled = state.is_enabled == 1;
    let (sentence, action, button) = if enabled {
        ("The policy is enabled: who has a second factor must give a code.", "disable_policy", "Disable")
    } else {
        ("The policy is disabled: nobody is asked for a code.", "enable_policy", "Enable")
    };
    html! {
        section aria-labelledby="policy" {
            h2 id="policy" { "Policy" }
            (view.form("policy_form", html! {
                p id="policy_state" { (sentence) }
                button name="action" value=(action) { (button) }
            }))
        }
    }
}

fn issuer_section(view: &View<'_>, issuer: &Issuer) -> Markup {
    html! {
        section aria-labelledby="settings" {
            h2 id="settings" { "Settings" }
            (view.form("issuer_form", html! {
                p {
                    label for="issuer" { "Issuer" }
                    " "
                    input id="issuer" name="issuer" type="text" value=(issuer.issuer) aria-describedby="issuer_help";
                }
                p id="issuer_help" {
                    "The name that apps show beside an account; for the whole system it is "
                    (issuer.system_wide_issuer) "."
                }
                button name="action" value="set_issuer" { "Save" }
            }))
        }
    }
}

fn users_section(view: &View<'_>, users: &BTreeMap<String, User>) -> Markup {
    let others: Vec<_> = users
        .iter()
        .filter(|(user, state)| state.is_enabled == 1 && user.as_str() != view.caller.name())
        .collect();
    html! {
        section aria-labelledby="users" {
            h2 id="users" { "Manage Users" }
            @if others.is_empty() {
                p { "No other user has a second factor." }
            } @else {
                (view.form("users_form", html! {
                    table {
                        thead { tr { th scope="col" { "Select" } th scope="col" { "User" } th scope="col" { "Domain" } } }
                        tbody {
                            @for (user, state) in &others {
                                tr {
                                    td {
                                        input type="checkbox" name="user" value=(user)
                                            id=(format!("user_{user}")) aria-label=(format!("Select {user}"));
                                    }
                                    td { label for=(format!("user_{user}")) { (user) } }
                                    td { (state.primary_domain) }
                                }
                            }
                        }
                    }
                    button name="action" value="disable_users" { "Disable Selected" }
                }))
            }
        }
    }
}
