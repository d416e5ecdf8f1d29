//! What both services' pages share: the table of tokens, the expiry field, and a new token, shown once.

use maud::{Markup, html};
use portreeve_types::Timestamp;
use serde::Deserialize;

use crate::pages::moment;
use crate::pages::view::View;

/// A token expires soon when it has no more than this left.
const SOON: i64 = 7 * 24 * 3600;

/// A token as the list functions show it.
#[derive(Deserialize)]
pub(super) struct Token {
    /// Its name.
    pub(super) name: String,
    create_time: i64,
    expires_at: Option<i64>,
}

impl Token {
    /// From when on it is no longer good.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.expires_at.filter(|at| *at > 0).map(Timestamp::from_seconds)
    }
}

/// A token that was just made.
#[derive(Deserialize)]
pub(super) struct Made {
    token: String,
}

/// The table, with the buttons that a row has: what they do and what they say.
pub(super) fn table(view: &View<'_>, tokens: &[Token], buttons: &[(&str, &str)]) -> Markup {
    let now = view.app.environment.clock.now();
    html! {
        @if tokens.is_empty() {
            p id="no_tokens" { "There are no API tokens." }
        } @else {
            table id="tokens" {
                thead {
                    tr {
                        th scope="col" { "Name" }
                        th scope="col" { "Created" }
                        th scope="col" { "Expires" }
                        @if !view.caller.is_kept() { th scope="col" { "Actions" } }
                    }
                }
                tbody {
                    @for token in tokens {
                        tr {
                            td { (token.name) }
                            td { (moment::minute(Timestamp::from_seconds(token.create_time))) }
                            td { (expiry(token.expires(), now)) }
                            @if !view.caller.is_kept() { td { (row_form(view, token, buttons)) } }
                        }
                    }
                }
            }
        }
    }
}

fn row_form(view: &View<'_>, token: &Token, buttons: &[(&str, &str)]) -> Markup {
    view.form(
        &format!("token_{}", token.name),
        html! {
            input type="hidden" name="name" value=(token.name);
            @for (action, label) in buttons {
                button name="action" value=(action) aria-label=(format!("{label} {}", token.name)) { (label) }
                " "
            }
        },
    )
}

fn expiry(expires: Option<Timestamp>, now: Timestamp) -> Markup {
    match expires {
        None => html! { "Never" },
        Some(at) if at <= now => {
            html! { span class="expired" { "\u{2716} " (moment::minute(at)) " (expired)" } }
        }
        Some(at) if at.seconds() - now.seconds() <= SOON => {
            html! { span class="expires_soon" { "\u{26a0} " (moment::minute(at)) " (soon)" } }
        }
        Some(at) => html! { (moment::minute(at)) },
    }
}

/// A field for a new token's name.
pub(super) fn name_field(value: &str) -> Markup {
    html! {
        p {
            label for="token_name" { "Name" }
            " "
            input id="token_name" name="new_name" type="text" value=(value) maxlength="50" required
                pattern="[A-Za-z0-9_\\-]+" autocomplete="off" aria-describedby="name_help";
        }
        p id="name_help" { "At most 50 letters, digits, dashes and underscores." }
    }
}

/// A field for the last day of a token.
pub(super) fn expiry_field(value: &str) -> Markup {
    html! {
        p {
            label for="expires" { "Expires" }
            " "
            input id="expires" name="expires" type="date" value=(value) aria-describedby="expires_help";
        }
        p id="expires_help" { "The last day (UTC) on which it is good; leave it empty for a token without an end." }
    }
}

/// A new token: shown now or never.
pub(super) fn shown_once(view: &View<'_>, made: &Made) -> Markup {
    html! {
        section aria-labelledby="new_token" {
            h2 id="new_token" { "Your new API token" }
            p { "It is shown only now: copy it into the program that needs it." }
            p { code id="token" { (made.token) } }
            p { a href=(view.address(view.page)) { "Yes, I Saved My Token" } }
        }
    }
}
