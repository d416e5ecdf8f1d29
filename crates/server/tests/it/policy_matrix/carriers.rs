//! The ways to ask: each carrier's call, made as a client would make it.

use portreeve_testkit::{Call, Client, Login, Response, Session, TestServer};
use portreeve_types::Service;

use crate::sessions::links::path;
use crate::support::*;

/// Somebody who asks.
pub struct Asker<'a> {
    pub server: &'a TestServer,
    pub client: Client,
    pub service: Service,
    pub user: &'a str,
    pub pass: &'a str,
    /// Whose password it is, and whose codes: the user's own, or those of somebody who may act as the user.
    pub prover: &'a str,
    /// Whether there is a second factor.
    pub factor: bool,
}

impl Asker<'_> {
    /// The code of now, or six digits for somebody who has no codes.
    pub fn code(&self) -> String {
        if self.factor { self.server.code(self.prover) } else { "123456".to_owned() }
    }

    /// Six digits that are no code of now.
    pub fn wrong_code(&self) -> String {
        if self.factor { self.server.wrong_code(self.prover) } else { "123456".to_owned() }
    }

    /// A login with a code or without one.
    pub async fn log_in(&self, code: Option<&str>) -> Response {
        self.client.login(Login { user: self.user, pass: self.pass, code }).send().await
    }

    /// A login, and then the code for it if one is asked for.
    pub async fn log_in_by_two_steps(&self) -> Response {
        let first = self.log_in(None).await;
        let name = self.service.pending_cookie();
        let Some(pending) = first.cookie(name) else { return first };
        let second = self.client.post("/login/?login_only=1").form(&[("tfa_token", &self.code())]);
        second.cookie(name, pending).send().await
    }

    /// A session.
    pub async fn session(&self, code: Option<&str>) -> Session {
        let answer = self.log_in(code).await;
        Session::from_answer(self.client.clone(), self.service, &answer).expect("a session")
    }

    /// A session that came of a link, which root made with an access hash.
    pub async fn link(&self) -> Session {
        let hash = self.server.account("root").access_hash.clone().expect("an access hash");
        let (user, service) = (self.user, self.service.daemon());
        let make = format!("/json-api/create_user_session?api.version=1&user={user}&service={service}");
        let call = self.server.client(Whm).get(&make).header("Authorization", &format!("WHM root:{hash}"));
        let made = call.send().await.json();
        let url = made["data"]["url"].as_str().unwrap_or_else(|| panic!("no link: {made}"));
        let answer = self.client.get(path(url)).send().await;
        Session::from_answer(self.client.clone(), self.service, &answer).expect("a session")
    }

    /// A file of a plugin, asked for with a password.
    pub fn plugin(&self) -> Call {
        self.client.get(PLUGIN).basic(self.user, self.pass)
    }

    /// The call that stands for any function of the service.
    pub fn call(&self) -> Call {
        self.client.get(function(self.service))
    }

    /// The same with a password.
    pub fn basic(&self) -> Call {
        self.call().basic(self.user, self.pass)
    }

    /// The same with another header.
    pub fn authorized(&self, authorization: &str) -> Call {
        self.call().header("Authorization", authorization)
    }
}

/// The function that stands for all of a service.
pub fn function(service: Service) -> &'static str {
    if service == Whm { VERSION } else { LIST_POPS }
}

/// The file that stands for all plugins, once `with_plugin` has written it.
pub const PLUGIN: &str = "/3rdparty/matrix/file.txt";

/// A server with a plugin.
pub async fn with_plugin() -> TestServer {
    let server = TestServer::start().await;
    let file = server.plugins().join(PLUGIN.trim_start_matches('/'));
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    std::fs::write(file, "of the plugin").expect("a file");
    server
}

/// The first page of a service.
pub fn page(service: Service) -> &'static str {
    match service {
        Cpanel => "/frontend/portreeve/index.html",
        Whm => "/",
        Webmail => "/webmail/portreeve/index.html",
    }
}

/// An address of its own for the cell of this number, so that no cell's wrong tries are another's.
pub fn address(cell: usize) -> String {
    format!("127.20.{}.{}", cell / 200, cell % 200 + 1)
}
