//! WHM's "Configure Security Policies": the policies, and the requests beyond pages for which they hold too.

use maud::{Markup, html};
use portreeve_wire::Params;
use serde::Deserialize;

use super::view::{Nothing, Notice, View, params, whm};
use crate::reply::Reply;

/// A policy that is on or off: its setting's key, the name of its field, its label.
type Switch = (&'static str, &'static str, &'static str);

const POLICIES: [Switch; 4] = [
    ("SecurityPolicy::SourceIPCheck", "source_ip_check", "Limit logins to verified IP addresses"),
    ("SecurityPolicy::TwoFactorAuth", "two_factor_auth", "Two-Factor Authentication: Google Authenticator"),
    ("SecurityPolicy::PasswordStrength", "password_strength", "Password Strength"),
    ("SecurityPolicy::PasswordAge", "password_age", "Password Age"),
];

const EXTENSIONS: [Switch; 2] = [
    ("SecurityPolicy::xml-api", "xml_api", "API requests"),
    ("SecurityPolicy::dnsclustering", "dns_clustering", "DNS cluster requests"),
];

/// The setting with the days after which a password is old.
const MOST_DAYS: &str = "SecurityPolicy::PasswordAge::maxage";

#[derive(Deserialize)]
struct Found {
    tweaksetting: Setting,
}

#[derive(Deserialize)]
struct Setting {
    value: String,
}

/// Shows the page; with a form, after saving it.
pub(super) async fn answer(view: &View<'_>, form: Option<Params>) -> Reply {
    let notice = match form {
        None => None,
        Some(form) => Some(save(view, &form).await.map_or_else(Notice::Failed, Notice::Done)),
    };
    match content(view).await {
        Ok(content) => view.reply(notice, content),
        Err(error) => view.reply(Some(Notice::Failed(error)), html! {}),
    }
}

async fn save(view: &View<'_>, form: &Params) -> Result<String, String> {
    if form.get("action") != Some("save") {
        return Err("The form does not say what is to be done.".to_owned());
    }
    let days = form.get("password_age_days").unwrap_or_default();
    let switches = POLICIES.into_iter().chain(EXTENSIONS);
    let switches = switches.map(|(key, field, _)| (key, if form.get(field).is_some() { "1" } else { "0" }));
    // in one call: a form is saved whole or not at all
    let mut settings = Params::default();
    for (number, (key, value)) in switches.chain([(MOST_DAYS, days)]).enumerate() {
        settings.push(format!("key-{number}"), key);
        settings.push(format!("value-{number}"), value);
    }
    view.call::<Nothing>(whm!("set_tweaksetting"), settings).await?;
    Ok("The security policies were saved.".to_owned())
}

async fn get(view: &View<'_>, key: &str) -> Result<String, String> {
    let found: Found = view.call(whm!("get_tweaksetting"), params([("key", key)])).await?;
    Ok(found.tweaksetting.value)
}

async fn content(view: &View<'_>) -> Result<Markup, String> {
    let days = get(view, MOST_DAYS).await?;
    let policies = boxes(view, &POLICIES).await?;
    let extensions = boxes(view, &EXTENSIONS).await?;
    Ok(view.form(
        "policies_form",
        html! {
            fieldset {
                legend { "Security Policy Items" }
                (policies)
                p {
                    label for="password_age_days" { "Days after which a password must be changed" }
                    " "
                    input id="password_age_days" name="password_age_days" type="number" min="1" max="3650"
                        value=(days) required;
                }
            }
            fieldset {
                legend { "Security Policy Extensions" }
                p { "Apply the policies above to these requests too:" }
                (extensions)
            }
            button name="action" value="save" { "Save" }
        },
    ))
}

async fn boxes(view: &View<'_>, switches: &[Switch]) -> Result<Markup, String> {
    let mut states = Vec::with_capacity(switches.len());
    for (key, field, label) in switches {
        states.push((field, label, get(view, key).await? == "1"));
    }
    Ok(html! {
        @for (field, label, on) in states {
            p {
                input type="checkbox" id=(field) name=(field) value="1" checked[on];
                " "
                label for=(field) { (label) }
            }
        }
    })
}
