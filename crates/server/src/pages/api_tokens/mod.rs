//! "Manage API Tokens": the reader's tokens on this service.

mod cpanel;
mod table;
mod whm;

use portreeve_types::Service;
use portreeve_wire::Params;

use super::view::View;
use crate::reply::Reply;

/// Shows the page; with a form, after doing what it asks for.
pub(super) async fn answer(view: &View<'_>, form: Option<Params>) -> Reply {
    match view.service {
        Service::Whm => whm::answer(view, form).await,
        Service::Cpanel | Service::Webmail => cpanel::answer(view, form).await,
    }
}
