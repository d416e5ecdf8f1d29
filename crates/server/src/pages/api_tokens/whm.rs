//! WHM's tokens: each with privileges of its own, and the addresses that it may come from.

use std::collections::BTreeMap;

use maud::{Markup, html};
use portreeve_wire::Params;
use serde::Deserialize;

use super::table::{Token, expiry_field, name_field, shown_once, table};
use crate::pages::moment;
use crate::pages::view::{Nothing, Notice, View, params, whm};
use crate::reply::Reply;

#[derive(Deserialize)]
struct List {
    tokens: BTreeMap<String, Limited>,
}

/// A token with its limits.
#[derive(Deserialize)]
struct Limited {
    #[serde(flatten)]
    token: Token,
    acls: BTreeMap<String, u8>,
    whitelist_ips: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Own {
    privileges: Vec<BTreeMap<String, u8>>,
}

/// Shows the page; with a form, after doing what it asks for.
pub(super) async fn answer(view: &View<'_>, form: Option<Params>) -> Reply {
    let Some(form) = form else { return page(view, None).await };
    let name = form.get("name").unwrap_or_default();
    let result = match form.get("action") {
        Some("create") => match create(view, &form).await {
            Ok(reply) => return reply,
            Err(error) => Err(error),
        },
        Some("edit") => return edit(view, name, None).await,
        Some("update") => match update(view, name, &form).await {
            Ok(done) => Ok(done),
            Err(error) => return edit(view, name, Some(Notice::Failed(error))).await,
        },
        Some("revoke") => view
            .call::<Nothing>(whm!("api_token_revoke"), params([("token_name", name)]))
            .await
            .map(|_| format!("{name} was revoked.")),
        _ => Err("The form does not say what is to be done.".to_owned()),
    };
    page(view, Some(result.map_or_else(Notice::Failed, Notice::Done))).await
}

async fn create(view: &View<'_>, form: &Params) -> Result<Reply, String> {
    let mut given = params([("token_name", form.get("new_name").unwrap_or_default())]);
    add_limits(&mut given, form)?;
    if let Some(day) = form.get("expires").filter(|day| !day.is_empty()) {
        given.push("expires_at", moment::end_of_day(day)?.seconds().to_string());
    }
    let made = view.call(whm!("api_token_create"), given).await?;
    Ok(view.reply(None, shown_once(view, &made)))
}

async fn update(view: &View<'_>, name: &str, form: &Params) -> Result<String, String> {
    let new_name = form.get("new_name").unwrap_or_default();
    let mut given = params([("token_name", name), ("new_name", new_name)]);
    add_limits(&mut given, form)?;
    let until = match form.get("expires").filter(|day| !day.is_empty()) {
        Some(day) => moment::end_of_day(day)?.seconds(),
        None => 0,
    };
    given.push("expires_at", until.to_string());
    if form.get("whitelist_ip").is_none_or(|list| list.trim().is_empty()) {
        given.push("whitelist_ip", "any");
    }
    view.call::<Nothing>(whm!("api_token_update"), given).await?;
    Ok(format!("{new_name} was saved."))
}

/// The privileges and the addresses that the form has: one address or network a line.
fn add_limits(given: &mut Params, form: &Params) -> Result<(), String> {
    let acls: Vec<&str> = form.values("acl").collect();
    if acls.is_empty() {
        return Err("Choose at least one privilege.".to_owned());
    }
    for acl in acls {
        given.push("acl", acl);
    }
    for address in form.get("whitelist_ip").unwrap_or_default().split_whitespace() {
        given.push("whitelist_ip", address);
    }
    Ok(())
}

async fn edit(view: &View<'_>, name: &str, notice: Option<Notice>) -> Reply {
    let (found, privileges) = match (tokens(view).await, own_privileges(view).await) {
        (Ok(mut tokens), Ok(privileges)) => (tokens.remove(name), privileges),
        (Err(error), _) | (_, Err(error)) => return view.reply(Some(Notice::Failed(error)), html! {}),
    };
    let Some(found) = found else {
        return page(view, Some(Notice::Failed(format!("There is no token called {name}.")))).await;
    };
    let expires = found.token.expires().map(moment::day).unwrap_or_default();
    let addresses = found.whitelist_ips.unwrap_or_default().join("\n");
    view.reply(
        notice,
        html! {
            h2 { "Edit " (name) }
            (view.form("edit_form", html! {
                input type="hidden" name="name" value=(name);
                (name_field(name))
                (expiry_field(&expires))
                (address_field(&addresses))
                (privilege_boxes(&privileges, |acl| found.acls.get(acl) == Some(&1)))
                button name="action" value="update" { "Save" }
            }))
            p { a href=(view.address(view.page)) { "Back" } }
        },
    )
}

async fn page(view: &View<'_>, notice: Option<Notice>) -> Reply {
    let (list, privileges) = match (tokens(view).await, own_privileges(view).await) {
        (Ok(list), Ok(privileges)) => (list, privileges),
        (Err(error), _) | (_, Err(error)) => return view.reply(Some(Notice::Failed(error)), html! {}),
    };
    let tokens: Vec<Token> = list.into_values().map(|limited| limited.token).collect();
    view.reply(
        notice,
        html! {
            (table(view, &tokens, &[("edit", "Edit"), ("revoke", "Revoke")]))
            (view.section("Generate Token", "create_form", html! {
                (name_field(""))
                (expiry_field(""))
                (address_field(""))
                (privilege_boxes(&privileges, |_| false))
                button name="action" value="create" { "Generate Token" }
            }))
        },
    )
}

async fn tokens(view: &View<'_>) -> Result<BTreeMap<String, Limited>, String> {
    let list: List = view.call(whm!("api_token_list"), params([])).await?;
    Ok(list.tokens)
}

/// The privileges that the reader can give away: only those that the reader has.
async fn own_privileges(view: &View<'_>) -> Result<Vec<String>, String> {
    let own: Own = view.call(whm!("myprivs"), params([])).await?;
    let privileges = own.privileges.into_iter().flatten();
    Ok(privileges.filter(|(_, has)| *has == 1).map(|(acl, _)| acl).collect())
}

fn address_field(value: &str) -> Markup {
    html! {
        p {
            label for="whitelist_ip" { "IP addresses" }
            br;
            textarea id="whitelist_ip" name="whitelist_ip" rows="3" cols="45" aria-describedby="addresses_help" {
                (value)
            }
        }
        p id="addresses_help" {
            "One address or network a line; leave it empty for a token that is good from everywhere."
        }
    }
}

fn privilege_boxes(privileges: &[String], checked: impl Fn(&str) -> bool) -> Markup {
    html! {
        fieldset {
            legend { "Privileges" }
            @for acl in privileges {
                p {
                    input type="checkbox" name="acl" value=(acl) id=(format!("acl_{acl}")) checked[checked(acl)];
                    " "
                    label for=(format!("acl_{acl}")) { @if acl == "all" { "everything" } @else { (acl) } }
                }
            }
        }
    }
}
