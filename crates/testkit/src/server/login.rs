//! Logging in, as a script does it.

use anyhow::Context;
use portreeve_types::Service;

use super::TestServer;
use crate::client::{Call, Client, Response};
use crate::must::must;

/// What a login sends.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// The login name.
    pub user: &'a str,
    /// The password.
    pub pass: &'a str,
    /// The one-time code.
    pub code: Option<&'a str>,
}

/// A session with its client, cookie and security token.
#[derive(Clone)]
pub struct Session {
    /// The client that opened it.
    pub client: Client,
    /// The cookie's name.
    pub name: &'static str,
    /// The cookie's value.
    pub value: String,
    /// The security token, as the first segment of a path: `/cpsess1234567890`.
    pub token: String,
}

impl Client {
    /// The `login_only` call with these fields.
    #[must_use]
    pub fn login(&self, login: Login<'_>) -> Call {
        let mut fields = vec![("user", login.user), ("pass", login.pass)];
        fields.extend(login.code.map(|code| ("tfa_token", code)));
        self.post("/login/?login_only=1").form(&fields)
    }
}

impl TestServer {
    /// A session on a service's TLS port, by the sandbox's own password and the code of now where there is one.
    pub async fn session(&self, service: Service, user: &str) -> Session {
        self.session_of(self.client(service), service, user).await
    }

    /// The same by another client.
    pub async fn session_of(&self, client: Client, service: Service, user: &str) -> Session {
        let (pass, secret) = must(self.password(user).with_context(|| format!("nobody is called {user}")));
        let code = secret.map(|_| self.code(user));
        let answer = client.login(Login { user, pass: &pass, code: code.as_deref() }).send().await;
        must(Session::from_answer(client, service, &answer))
    }

    /// The sandbox's own password of an account or a mailbox.
    #[must_use]
    pub fn password_of(&self, user: &str) -> String {
        must(self.password(user).with_context(|| format!("nobody is called {user}"))).0
    }

    fn password(&self, user: &str) -> Option<(String, Option<String>)> {
        let accounts = &self.description().accounts;
        let account = accounts.iter().find(|account| account.user == user);
        let mailbox = accounts.iter().flat_map(|account| &account.mailboxes).find(|one| one.address == user);
        let of_account = account.map(|account| (account.password.clone(), account.secret.clone()));
        of_account.or_else(|| mailbox.map(|mailbox| (mailbox.password.clone(), mailbox.secret.clone())))
    }
}

impl Session {
    /// The session that an answer opened.
    ///
    /// # Errors
    /// When it opened none.
    pub fn from_answer(client: Client, service: Service, answer: &Response) -> anyhow::Result<Session> {
        let name = service.session_cookie();
        let value = answer.cookie(name).with_context(|| format!("no session was opened: {answer:?}"))?;
        let location = answer.header("Location").context("no Location")?;
        let token = location.split('/').nth(1).context("no security token")?;
        Ok(Session { client, name, value: value.to_owned(), token: format!("/{token}") })
    }

    /// A call within the session: its security token in the path, its cookie beside it.
    #[must_use]
    pub fn get(&self, path: &str) -> Call {
        self.with_cookie(self.client.get(&format!("{}{path}", self.token)))
    }

    /// The same with POST.
    #[must_use]
    pub fn post(&self, path: &str) -> Call {
        self.with_cookie(self.client.post(&format!("{}{path}", self.token)))
    }

    /// A call with the session's cookie; what stands in its path is the test's own matter.
    #[must_use]
    pub fn with_cookie(&self, call: Call) -> Call {
        call.cookie(self.name, &self.value)
    }

    /// Whether the session still serves API calls.
    pub async fn lives(&self) -> bool {
        let path = if self.name == Service::Whm.session_cookie() {
            "/json-api/version?api.version=1"
        } else {
            "/execute/Email/list_pops"
        };
        self.get(path).send().await.status == 200
    }
}
