//! One run of a program, from the request to the answer.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use bytes::BytesMut;
use portreeve_crypt::ExposeSecret;
use portreeve_helper::{Handles, Program, RunAs, Spawner, Users};
use portreeve_store::Role;
use tokio::net::unix::pipe::Receiver;

use super::environment::Facts;
use super::find::Script;
use super::input::Input;
use super::output::{Run, complaints};
use super::problem::Problem;
use super::settings::Programs;
use super::tickets::Origin;
use crate::app::App;
use crate::gate::Caller;
use crate::http1::ResponseBody;
use crate::reply::Reply;
use crate::request::Request;

/// Where Debian has PHP's CGI program; the spawner knows the same place.
const PHP: &str = "/usr/bin/php-cgi";

/// As whom a program runs, and what it is told of places.
struct Identity {
    run_as: RunAs,
    home: String,
    scratch: String,
}

/// Runs a program and answers what it says.
pub(super) async fn answer(
    app: &App,
    mut request: Request,
    caller: &Caller,
    script: Script,
) -> Result<Reply, Problem> {
    let spawner = match &app.cgi.programs {
        Programs::By(spawner) => spawner,
        Programs::Off(why) => return Err(Problem::Off(why)),
    };
    if script.is_php && !Path::new(PHP).exists() {
        return Err(Problem::NoPhp);
    }
    let settings = &app.cgi.settings;
    let place = app.cgi.places.take(caller.actor().account.id).ok_or(Problem::Busy)?;
    let identity = identity(app, caller, spawner).await?;
    let input = Input::of(std::mem::take(&mut request.body), settings.input).await?;
    let ticket = origin(&request, caller)?.map(|origin| app.cgi.tickets.issue(origin));
    let security_token = security_token(app, caller).await?;

    let environment = Facts {
        method: request.method.as_str(),
        target: &request.target,
        query: &request.query,
        headers: &request.headers,
        content_length: input.length,
        security_token: &security_token,
        script: &script.address,
        path_info: &script.path_info,
        file: &script.path.to_string_lossy(),
        root: &script.root.to_string_lossy(),
        is_php: script.is_php,
        tls: request.connection.tls,
        client: request.connection.peer.address(),
        server: request.connection.address,
        port: request.connection.port,
        host_name: &app.environment.host_name,
        login: caller.name(),
        user: caller.actor().account.user.as_str(),
        possessor: caller.actor().possessor.as_ref().map(|possessor| possessor.user.as_str()),
        home: &identity.home,
        scratch: &identity.scratch,
        ticket: ticket.as_ref().map(|ticket| ticket.secret.expose_secret()),
    }
    .environment();
    let program = if script.is_php { Program::Php(script.name) } else { Program::File(script.name) };
    let run = portreeve_helper::Run {
        program,
        run_as: identity.run_as,
        environment,
        limits: settings.limits.clone(),
    };

    let (stdout, stderr) = (std::io::pipe()?, std::io::pipe()?);
    let handles = Handles {
        folder: script.folder,
        stdin: input.stdin.try_clone()?,
        stdout: OwnedFd::from(stdout.1),
        stderr: OwnedFd::from(stderr.1),
    };
    let running = spawner.run(&run, &handles).await?;
    // only the program holds its ends now: it can tell when ours are gone, and we when its are
    drop(handles);
    complaints(stderr.0.into(), script.address)?;
    let gone = request.client_gone.take();
    input.begin();
    let stdout = Receiver::from_owned_fd(stdout.0.into())?;
    let mut run = Run { running, stdout, limit: settings.output, _ticket: ticket, _place: place };
    let mut rest = BytesMut::with_capacity(4096);
    let head = run.head(gone, &mut rest).await?;
    let reply = Reply::of_plugin(head.status, head.fields, ResponseBody::Stream(run.body(rest.freeze())));
    Ok(match head.reason {
        Some(reason) => reply.with_reason(reason),
        None => reply,
    })
}

/// The account's own system user where it has one, else the unprivileged one.
async fn identity(app: &App, caller: &Caller, spawner: &Spawner) -> Result<Identity, Problem> {
    let account = &caller.actor().account;
    if account.role == Role::Administrator {
        return Ok(Identity {
            run_as: RunAs::Unprivileged,
            home: "/".to_owned(),
            scratch: "/tmp".to_owned(),
        });
    }
    let path = app.environment.drivers.homes.path(&account.user);
    let own = match spawner.users() {
        Users::Own => None,
        Users::Switch { .. } => app.cgi.system_users.of(&account.user, &path).await.map_err(|error| {
            tracing::error!(%error, "the system user of an account cannot be found");
            Problem::Failed
        })?,
    };
    let home = path.to_string_lossy().into_owned();
    Ok(match own {
        Some(_) => {
            Identity { run_as: RunAs::Account(account.user.clone()), scratch: format!("{home}/tmp"), home }
        }
        None => Identity { run_as: RunAs::Unprivileged, home, scratch: "/tmp".to_owned() },
    })
}

/// Whose rights the program's own calls have: exactly those of this request. A page that is kept open makes none.
fn origin(request: &Request, caller: &Caller) -> Result<Option<Origin>, Problem> {
    let service = request.service();
    if caller.is_kept() {
        return Ok(None);
    }
    if caller.session().is_none() {
        return Ok(Some(Origin::Header(Arc::new(caller.proven(service)))));
    }
    match request.cookie(service.session_cookie()) {
        Ok(Some(cookie)) => {
            let (cookie, address) = (Arc::new(cookie.to_owned().into()), request.connection.peer.address());
            Ok(Some(Origin::Session { service, cookie, address }))
        }
        _ => Err(Problem::Failed),
    }
}

/// The session's security token as programs see it; nothing where there is none, or none is asked for.
async fn security_token(app: &App, caller: &Caller) -> Result<String, Problem> {
    let asked_for = app.environment.store.policies().await?.security_tokens;
    let session = caller.session().filter(|_| asked_for);
    Ok(session.map(|session| session.security_token.prefix()).unwrap_or_default())
}
