//! One run of a program, from the request to the answer.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use bytes::BytesMut;
use portreeve_crypt::ExposeSecret;
use portreeve_helper::{Handles, PHP, Program, RunAs, Setup, Spawner, SystemUser, Users};
use portreeve_store::Role;
use portreeve_types::{Service, UserName};
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

/// What is to be run, and for whom.
pub(super) struct Task {
    pub(super) script: Script,
    /// Whether the users of an account's mailboxes run it as the account's own system user.
    pub(super) mailboxes_as_account: bool,
}

/// As whom a program runs, and what it is told of places.
struct Identity {
    run_as: RunAs,
    home: String,
}

/// Runs a program and answers what it says.
pub(super) async fn answer(
    app: &App,
    mut request: Request,
    caller: &Caller,
    Task { script, mailboxes_as_account }: Task,
) -> Result<Reply, Problem> {
    let spawner = match &app.cgi.programs {
        Programs::By(spawner) => spawner,
        Programs::Off(why) => return Err(Problem::Off(why)),
    };
    if script.is_php && !Path::new(PHP).exists() {
        return Err(Problem::NoPhp);
    }
    let settings = &app.cgi.settings;
    let account = caller.actor().account.id;
    // whoever sends slowly keeps others from sending so, and nobody from running
    let input = {
        let _upload = match request.body.known_length() {
            Some(_) => None,
            None => Some(app.cgi.uploads.take(account).ok_or(Problem::Busy)?),
        };
        Input::of(std::mem::take(&mut request.body), settings.input).await?
    };
    let place = app.cgi.places.take(account).ok_or(Problem::Busy)?;
    let identity = identity(app, caller, spawner, mailboxes_as_account).await?;
    let ticket = origin(&request, caller)?.map(|origin| app.cgi.tickets.issue(origin));
    let security_token = security_token(app, caller).await?;
    // a place to go to is for whoever may go there
    let call_url = ticket.as_ref().and_then(|_| app.cgi.calls.url(request.service()));

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
        ticket: ticket.as_ref().map(|ticket| ticket.secret.expose_secret()),
        call_url: call_url.as_deref(),
    }
    .environment();
    let program = if script.is_php { Program::Php(script.name) } else { Program::File(script.name) };
    let run = portreeve_helper::Run {
        folder: script.folder,
        program,
        run_as: identity.run_as,
        environment,
        limits: settings.limits.clone(),
    };

    let (stdout, stderr) = (std::io::pipe()?, std::io::pipe()?);
    let handles = Handles {
        stdin: input.stdin.try_clone()?,
        stdout: OwnedFd::from(stdout.1),
        stderr: OwnedFd::from(stderr.1),
    };
    let running = spawner.run(&run, &handles).await?;
    // only the program holds its ends now: it can tell when ours are gone, and we when its are
    drop(handles);
    let complaints = complaints(stderr.0.into(), script.address)?;
    let gone = request.client_gone.take();
    let broken_off = input.begin();
    let stdout = Receiver::from_owned_fd(stdout.0.into())?;
    let mut run = Run {
        running,
        broken_off,
        stdout,
        _complaints: complaints,
        limit: settings.output,
        _ticket: ticket,
        _place: place,
    };
    let mut rest = BytesMut::with_capacity(4096);
    let head = run.head(gone, &mut rest).await?;
    let reply = Reply::of_plugin(head.status, head.fields, ResponseBody::Stream(run.body(rest.freeze())));
    Ok(match head.reason {
        Some(reason) => reply.with_reason(reason),
        None => reply,
    })
}

/// The account's own system user where it has one, else one of the unprivileged ones. A mailbox's user is not the
/// account: its programs have nothing of the account's, unless the plugin says that it keeps them apart itself.
async fn identity(
    app: &App,
    caller: &Caller,
    spawner: &Spawner,
    mailboxes_as_account: bool,
) -> Result<Identity, Problem> {
    let actor = caller.actor();
    let user = &actor.account.user;
    let shared = if actor.service == Service::Whm { RunAs::Whm } else { RunAs::Unprivileged };
    let of_nobody = |home| Identity { run_as: shared, home };
    if actor.account.role == Role::Administrator {
        return Ok(of_nobody("/".to_owned()));
    }
    let home = app.environment.drivers.homes.path(user).to_string_lossy().into_owned();
    let may = !actor.is_mailbox() || mailboxes_as_account;
    if !may || !has_system_user(spawner, user.clone()).await? {
        return Ok(of_nobody(home));
    }
    Ok(Identity { run_as: RunAs::Account(user.clone()), home })
}

/// Whether an account has a system user of its own, as the spawner sees it.
async fn has_system_user(spawner: &Spawner, user: UserName) -> Result<bool, Problem> {
    let Setup { users, homes, .. } = spawner.setup();
    if *users == Users::Own {
        return Ok(false);
    }
    let homes = homes.clone();
    let found = tokio::task::spawn_blocking(move || SystemUser::of_account(&user, &homes)).await;
    Ok(found.map_err(|_| Problem::Failed)??.is_some())
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
