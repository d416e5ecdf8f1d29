//! Plugins: their files, and their programs, which are run by CGI/1.1 (RFC 3875).
//!
//! address (`address`) -> who may (`gate`, `registry`) -> file or program on disk (`find`) -> a file's answer
//! (`files`), or a run (`run`): its environment, its input, the head of its answer, its output.

mod address;
mod environment;
mod files;
mod find;
mod head;
mod input;
mod media_types;
mod output;
mod places;
mod problem;
mod ranges;
mod registrations;
mod registry;
mod run;
mod settings;
mod tickets;

use crate::app::App;
use crate::gate::{Caller, Wanted, admit};
use crate::pages;
use crate::reply::Reply;
use crate::request::Request;

pub use address::Address;
pub(crate) use registrations::registrations;
pub use registry::Plugin;
pub(crate) use registry::PluginAddress;
pub(crate) use registry::plugins_for;
pub use settings::{Cgi, CgiSettings, Programs};
pub(crate) use tickets::Origin;

use address::Area;
use find::{Found, find};
use problem::Problem;

/// Answers an address of plugins.
pub async fn answer(app: &App, request: Request, address: Address) -> Reply {
    let caller = match admit(app, &request, Wanted::Plugin).await {
        Ok(caller) => caller,
        Err(denied) => return pages::refused(&request, denied),
    };
    let name = caller.log_name().to_owned();
    let reply = plugin(app, request, &caller, address).await;
    reply.unwrap_or_else(|problem| problem.reply()).by(Some(name))
}

/// Shows the page of a plugin that is kept open, in the place of a bookmark.
pub(crate) async fn show(app: &App, request: Request, caller: &Caller, address: Address) -> Reply {
    plugin(app, request, caller, address).await.unwrap_or_else(|problem| problem.reply())
}

async fn plugin(app: &App, request: Request, caller: &Caller, address: Address) -> Result<Reply, Problem> {
    let folder = app.cgi.settings.folder.clone();
    if address.area == Area::Cgi && !registry::may_use(&folder, &address, caller).await? {
        return Err(Problem::NotAllowed);
    }
    match find(folder, address).await? {
        Found::File(file) => files::answer(&request, file).await,
        Found::Program(script) => run::answer(app, request, caller, script).await,
        Found::Folder => files::folder(&request),
    }
}
