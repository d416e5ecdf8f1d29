//! `/xfercpanel/USER` in WHM and `/xferwebmail` in cPanel: from a session into one of another service. These change
//! something with a GET, as the original's do; like every address of a session they need its security token.

use std::sync::Arc;

use http::StatusCode;
use portreeve_api::{Link, NoLink, login_address};
use portreeve_crypt::ExposeSecret;
use portreeve_store::{Account, Role, StoreError};
use portreeve_types::{Acl, Service, UserName};

use crate::app::App;
use crate::gate::Caller;
use crate::pages::{self, login::Notice};
use crate::reply::Reply;
use crate::request::Request;

/// Answers a transfer, if the address is one: a redirect to where a temporary session is taken up at once.
pub async fn transfer(app: &App, request: &Request, caller: &Caller) -> Option<Reply> {
    let (to, user) = match (request.service(), request.path.trim_end_matches('/')) {
        (Service::Whm, path) => (Service::Cpanel, Some(path.strip_prefix("/xfercpanel/")?)),
        (Service::Cpanel, "/xferwebmail") => (Service::Webmail, None),
        _ => return None,
    };
    Some(if !request.connection.tls {
        pages::login::page(request, &Default::default(), Some(Notice::PreventedTransfer))
    } else if !request.is_meant() {
        pages::message(StatusCode::METHOD_NOT_ALLOWED, "This address is for going there.")
    } else {
        lead(app, request, caller, to, user).await.unwrap_or_else(|refused| match refused {
            NoLink::Store(error) => pages::unavailable(&error.to_string()),
            refused => pages::message(StatusCode::FORBIDDEN, &refused.to_string()),
        })
    })
}

async fn lead(
    app: &App,
    request: &Request,
    caller: &Caller,
    to: Service,
    user: Option<&str>,
) -> Result<Reply, NoLink> {
    let account = account(app, caller, user).await?.ok_or(NoLink::NotAllowed)?;
    let link = Link {
        account: &account,
        mailbox: None,
        service: to,
        // the same browser, a moment later
        address: Some(caller.actor().address),
        origin: if to == Service::Webmail { "xferwebmail" } else { "xfercpanel" },
    };
    let session = caller.actor().temporary_session(&caller.records(&app.environment), link).await?;
    let port = app.environment.ports.number(to, true);
    let address = login_address(&session, request.host_name(), port, None);
    Ok(Reply::redirect(StatusCode::FOUND, address.expose_secret()).uncached())
}

/// The account that is meant, if it has a cPanel, and the caller the privilege to lead there.
async fn account(app: &App, caller: &Caller, user: Option<&str>) -> Result<Option<Arc<Account>>, StoreError> {
    let Some(user) = user else { return Ok(Some(caller.actor().account.clone())) };
    if !caller.actor().acls.grants(Acl::CreateUserSession) {
        return Ok(None);
    }
    let Ok(user) = user.parse::<UserName>() else { return Ok(None) };
    let account = app.environment.store.account(&user).await?;
    Ok(account.filter(|account| account.role != Role::Administrator))
}
