//! The first page after a login.

use maud::{Markup, html};
use portreeve_store::{Role, StoreError};
use portreeve_types::{Acl, Service, UserName};

use super::unavailable;
use super::view::View;
use crate::app::App;
use crate::cgi::{Plugin, plugins_for};
use crate::gate::Caller;
use crate::reply::Reply;

/// The most accounts that the page leads to; `listaccts` has them all.
const MOST_ACCOUNTS: usize = 500;

/// Who is logged in where, the ways to the other services, and the way out.
pub(super) async fn page(view: &View<'_>) -> Reply {
    let (app, caller) = (view.app, view.caller);
    let prefix = caller.prefix();
    let (plugins, accounts) = match view.service {
        Service::Whm => (plugins_for(app.cgi.folder(), caller).await, accounts(app, caller).await),
        Service::Cpanel | Service::Webmail => (Vec::new(), Ok(Vec::new())),
    };
    let accounts = match accounts {
        Ok(accounts) => accounts,
        Err(error) => return unavailable(&error.to_string()),
    };
    view.reply(
        None,
        html! {
            p { "You are logged in as " strong id="logged_in_as" { (caller.name()) } "." }
            @if let Some(possessor) = &caller.actor().possessor {
                p id="possessor" { "The session is " (possessor.user) "'s." }
            }
            @if !caller.is_kept() { (ways(view.service, &prefix, &plugins, &accounts)) }
        },
    )
}

/// The ways to plugins and other services, and out.
fn ways(service: Service, prefix: &str, plugins: &[Plugin], accounts: &[UserName]) -> Markup {
    html! {
        @if !plugins.is_empty() {
            h2 { "Plugins" }
            ul id="plugins" {
                @for plugin in plugins {
                    li { (link(prefix, plugin)) }
                }
            }
        }
        @if service == Service::Cpanel {
            p { a href=(format!("{prefix}/xferwebmail")) { "Webmail" } }
        }
        @if !accounts.is_empty() { (links(prefix, accounts)) }
        p { a href=(format!("{prefix}/logout/")) { "Log out" } }
    }
}

fn link(prefix: &str, plugin: &Plugin) -> Markup {
    html! {
        a href=(format!("{prefix}/cgi/{}", plugin.address.as_str())) {
            @if let Some(icon) = &plugin.icon {
                img src=(format!("{prefix}/cgi/{}", icon.as_str())) alt="" width="16" height="16";
                " "
            }
            (plugin.name)
        }
    }
}

fn links(prefix: &str, accounts: &[UserName]) -> Markup {
    html! {
        h2 { "cPanel of" }
        ul id="accounts" {
            @for user in accounts {
                li { a href=(format!("{prefix}/xfercpanel/{user}")) { (user) } }
            }
        }
    }
}

/// The accounts that the caller may act as.
async fn accounts(app: &App, caller: &Caller) -> Result<Vec<UserName>, StoreError> {
    let actor = caller.actor();
    if !actor.acls.grants(Acl::CreateUserSession) {
        return Ok(Vec::new());
    }
    let accounts = app.environment.store.accounts().await?;
    let own = accounts.iter().filter(|account| {
        account.role != Role::Administrator && account.suspension.is_none() && actor.may_enter(account)
    });
    Ok(own.map(|account| account.user.clone()).take(MOST_ACCOUNTS).collect())
}
