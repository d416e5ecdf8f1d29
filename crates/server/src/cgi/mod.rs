//! Plugins: their files, and their programs, which are run by CGI/1.1 (RFC 3875).
//!
//! address (`address`) -> who may (`gate`, `registry`, `third_party`) -> file or program on disk (`find`) -> a file's answer
//! (`files`), or a run (`run`): its environment, its input, the head of its answer, its output.

mod address;
mod call_addresses;
mod environment;
mod files;
mod find;
pub mod head;
mod input;
mod media_types;
mod output;
mod places;
mod problem;
mod ranges;
pub(crate) mod registration;
mod registry;
mod run;
mod settings;
mod third_party;
mod tickets;

use crate::app::App;
use crate::gate::{Caller, Wanted, admit};
use crate::pages;
use crate::reply::Reply;
use crate::request::Request;

pub use address::Address;
pub use registry::Plugin;
pub(crate) use registry::PluginAddress;
pub(crate) use registry::plugins_for;
pub use settings::{Cgi, CgiSettings, Programs};
pub(crate) use tickets::Origin;

use address::Area;
use find::{Found, find};
use problem::Problem;
use run::Task;

/// Answers an address of plugins.
pub async fn answer(app: &App, request: Request, address: Address) -> Reply {
    let caller = match admit(app, &request, Wanted::Plugin).await {
        Ok(caller) => caller,
        Err(denied) => return pages::refused(&request, denied),
    };
    let name = caller.log_name().clone();
    let reply = plugin(app, request, &caller, address).await;
    reply.unwrap_or_else(|problem| problem.reply()).by(Some(name))
}

/// Shows the page of a plugin that is kept open, in the place of a bookmark.
pub(crate) async fn show(app: &App, request: Request, caller: &Caller, address: Address) -> Reply {
    plugin(app, request, caller, address).await.unwrap_or_else(|problem| problem.reply())
}

async fn plugin(app: &App, request: Request, caller: &Caller, address: Address) -> Result<Reply, Problem> {
    // it would see the logins of everybody who uses this browser, long after the plugin is gone
    if request.header("service-worker").is_some() {
        return Err(Problem::ServiceWorker);
    }
    let folder = app.cgi.settings.folder.clone();
    if address.area == Area::Cgi && !registry::may_use(&folder, &address, caller).await? {
        return Err(Problem::NotAllowed);
    }
    let terms = third_party::terms(&folder, &address).await?;
    if !terms.is_on(request.service()) {
        return Err(Problem::NotFound);
    }
    let mailboxes_as_account = terms.mailboxes_as_account;
    match find(folder, address).await? {
        Found::File(file) => files::answer(&request, file).await,
        Found::Program(script) => {
            run::answer(app, request, caller, Task { script, mailboxes_as_account }).await
        }
        Found::Folder => files::folder(&request),
    }
}
