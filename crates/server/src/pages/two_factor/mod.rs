//! "Two-Factor Authentication": the reader's own second factor; in WHM also the policy, the issuer and the users'.

mod own;
mod set_up;
mod users;

use portreeve_types::Service;
use portreeve_wire::Params;

use super::view::{Notice, View};
use crate::reply::Reply;

/// Shows the page; with a form, after doing what it asks for.
pub(super) async fn answer(view: &View<'_>, form: Option<Params>) -> Reply {
    let Some(form) = form else { return page(view, None).await };
    let result = match form.get("action") {
        Some("set_up") => return set_up::page(view, None, None).await,
        Some("configure") => match set_up::configure(view, &form).await {
            Ok(reply) => return reply,
            Err(error) => return set_up::page(view, form.get("secret"), Some(error)).await,
        },
        Some("remove") => own::remove(view).await,
        Some("recovery_codes") => match own::renew_recovery_codes(view).await {
            Ok(reply) => return reply,
            Err(error) => Err(error),
        },
        Some(action) if view.service == Service::Whm => users::act(view, action, &form).await,
        _ => Err("The form does not say what is to be done.".to_owned()),
    };
    page(view, Some(result.map_or_else(Notice::Failed, Notice::Done))).await
}

async fn page(view: &View<'_>, notice: Option<Notice>) -> Reply {
    let own = own::section(view).await;
    let others = match view.service {
        Service::Whm => Some(users::sections(view).await),
        Service::Cpanel | Service::Webmail => None,
    };
    view.reply(
        notice,
        maud::html! {
            @if let Some(others) = others { (others) }
            (own)
        },
    )
}
