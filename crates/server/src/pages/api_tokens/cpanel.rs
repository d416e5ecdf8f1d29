//! cPanel's tokens: each with all that its account may do.

use maud::html;
use portreeve_wire::Params;

use super::table::{Token, expiry_field, name_field, shown_once, table};
use crate::pages::moment;
use crate::pages::view::{Nothing, Notice, View, params, uapi};
use crate::reply::Reply;

/// Shows the page; with a form, after doing what it asks for.
pub(super) async fn answer(view: &View<'_>, form: Option<Params>) -> Reply {
    let Some(form) = form else { return page(view, None).await };
    let name = form.get("name").unwrap_or_default();
    let new_name = form.get("new_name").unwrap_or_default();
    let result = match form.get("action") {
        Some("create") => match create(view, &form).await {
            Ok(reply) => return reply,
            Err(error) => Err(error),
        },
        Some("manage") => return manage(view, name),
        Some("rename") => view
            .call::<Nothing>(uapi!("Tokens", "rename"), params([("name", name), ("new_name", new_name)]))
            .await
            .map(|_| format!("{name} is now called {new_name}.")),
        Some("revoke") => view
            .call::<Nothing>(uapi!("Tokens", "revoke"), params([("name", name)]))
            .await
            .map(|_| format!("{name} was revoked.")),
        _ => Err("The form does not say what is to be done.".to_owned()),
    };
    page(view, Some(result.map_or_else(Notice::Failed, Notice::Done))).await
}

async fn create(view: &View<'_>, form: &Params) -> Result<Reply, String> {
    let mut given = params([("name", form.get("new_name").unwrap_or_default())]);
    if let Some(day) = form.get("expires").filter(|day| !day.is_empty()) {
        given.push("expires_at", moment::end_of_day(day)?.seconds().to_string());
    }
    let made = view.call(uapi!("Tokens", "create_full_access"), given).await?;
    Ok(view.reply(None, shown_once(view, &made)))
}

fn manage(view: &View<'_>, name: &str) -> Reply {
    view.reply(
        None,
        html! {
            h2 { "Manage " (name) }
            (view.form("manage_form", html! {
                input type="hidden" name="name" value=(name);
                (name_field(name))
                button name="action" value="rename" { "Rename" }
            }))
            p { a href=(view.address(view.page)) { "Back" } }
        },
    )
}

async fn page(view: &View<'_>, notice: Option<Notice>) -> Reply {
    let tokens: Vec<Token> = match view.call(uapi!("Tokens", "list"), params([])).await {
        Ok(tokens) => tokens,
        Err(error) => return view.reply(Some(Notice::Failed(error)), html! {}),
    };
    view.reply(
        notice,
        html! {
            (table(view, &tokens, &[("manage", "Manage"), ("revoke", "Revoke")]))
            (view.section("Create", "create_form", html! {
                (name_field(""))
                (expiry_field(""))
                button name="action" value="create" { "Create" }
            }))
        },
    )
}
