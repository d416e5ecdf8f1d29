//! The ways to ask: each carrier's call, made as a client would make it.

use portreeve_testkit::{Call, Client, Login, Response, Session, TestServer};
use portreeve_types::Service;

use crate::support::*;

/// Somebody who asks.
pub struct Asker<'a> {
    pub server: &'a TestServer,
    pub client: Client,
    pub service: Service,
    pub user: &'a str,
    pub pass: &'a str,
    /// Whether there is a second factor.
    pub factor: bool,
}

impl Asker<'_> {
    /// The code of now, or six digits for somebody who has no codes.
    pub fn code(&self) -> String {
        if self.factor { self.server.code(self.user) } else { "123456".to_owned() }
    }

    /// Six digits that are no code of now.
    pub fn wrong_code(&self) -> String {
        if self.factor { self.server.wrong_code(self.user) } else { "123456".to_owned() }
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
