//! The first page after a login.

use http::StatusCode;
use maud::{Markup, html};
use portreeve_types::Service;

use super::layout;
use crate::app::App;
use crate::cgi::{Plugin, plugins_for};
use crate::gate::Caller;
use crate::reply::Reply;
use crate::request::Request;

/// Who is logged in where, and the way out.
pub(super) async fn page(app: &App, request: &Request, caller: &Caller) -> Reply {
    let title = match request.service() {
        Service::Cpanel => "Your account",
        Service::Whm => "Server administration",
        Service::Webmail => "Your mailbox",
    };
    let prefix = caller.session().map(|session| session.security_token.prefix()).unwrap_or_default();
    let plugins = match request.service() {
        Service::Whm => plugins_for(app.cgi.folder(), caller).await,
        Service::Cpanel | Service::Webmail => Vec::new(),
    };
    layout::page(
        StatusCode::OK,
        title,
        html! {
            p { "You are logged in as " strong id="logged_in_as" { (caller.name()) } "." }
            @if !plugins.is_empty() {
                h2 { "Plugins" }
                ul id="plugins" {
                    @for plugin in &plugins {
                        li { (link(&prefix, plugin)) }
                    }
                }
            }
            p { a href=(format!("{prefix}/logout/")) { "Log out" } }
        },
    )
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
