//! Secrets of each kind, and the place where each belongs.

use portreeve_crypt::{AccessHash, SystemEntropy};

use crate::support::*;

/// The user whose secrets they are: a reseller, who may have one of every kind.
pub const USER: &str = "asder";

/// Secrets of one user, each good and of one kind, by the names of the [`PLACES`].
pub struct Secrets {
    session: Session,
    kept_cookie: String,
    values: Vec<(&'static str, String)>,
    /// The program whose ticket is among them lives as long as this.
    _program: portreeve_testkit::Connection,
}

/// Where a secret goes.
pub struct Place {
    /// The kind that belongs there.
    pub kind: &'static str,
    /// Another kind that belongs there too, since clients send both so.
    pub shared_with: Option<&'static str>,
    /// What is asked for with it, by a client.
    call: fn(&TestServer, &Client, &Secrets, &str) -> Call,
}

/// Each kind's own place.
pub const PLACES: [Place; 12] = [
    Place {
        kind: "password",
        shared_with: None,
        call: |server, client, _, value| client.get(VERSION).basic(USER, value).code(&server.code(USER)),
    },
    Place {
        kind: "cPanel token",
        shared_with: None,
        call: |server, _, _, value| {
            server.client(Cpanel).get(LIST_POPS).header("Authorization", &format!("cpanel {USER}:{value}"))
        },
    },
    Place {
        kind: "WHM token",
        shared_with: Some("access hash"),
        call: |_, client, _, value| {
            client.get(VERSION).header("Authorization", &format!("whm {USER}:{value}"))
        },
    },
    Place {
        kind: "access hash",
        shared_with: Some("WHM token"),
        call: |_, client, _, value| {
            client.get(VERSION).header("Authorization", &format!("WHM {USER}:{value}"))
        },
    },
    Place {
        kind: "session's cookie",
        shared_with: None,
        call: |_, client, secrets, value| {
            let address = format!("{}{VERSION}", secrets.session.token);
            client.get(&address).cookie(Whm.session_cookie(), value)
        },
    },
    Place {
        kind: "security token",
        shared_with: None,
        call: |_, client, secrets, value| {
            client
                .get(&format!("/cpsess{value}{VERSION}"))
                .cookie(Whm.session_cookie(), &secrets.session.value)
        },
    },
    Place {
        kind: "link",
        shared_with: None,
        call: |_, client, _, value| client.post("/login/?login_only=1").form(&[("session", value)]),
    },
    Place {
        kind: "pending login's cookie",
        shared_with: None,
        call: |server, client, _, value| {
            let second = [("tfa_token", server.code(USER))];
            let second = second.each_ref().map(|(name, code)| (*name, code.as_str()));
            client.post("/login/?login_only=1").form(&second).cookie(Whm.pending_cookie(), value)
        },
    },
    Place {
        kind: "kept page's cookie",
        shared_with: None,
        call: |_, client, secrets, value| {
            let page = client.get("/go/api-tokens").header("Sec-Fetch-Site", "none");
            let page = page.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document");
            page.cookie(&secrets.kept_cookie, value)
        },
    },
    Place {
        kind: "program's ticket",
        shared_with: None,
        call: |_, client, _, value| client.get(VERSION).header("Authorization", &format!("ticket {value}")),
    },
    Place {
        kind: "recovery code",
        shared_with: Some("one-time code"),
        call: |server, client, _, value| {
            client.get(VERSION).basic(USER, &server.password_of(USER)).code(value)
        },
    },
    Place {
        kind: "one-time code",
        shared_with: Some("recovery code"),
        call: |server, client, _, value| {
            let login = [("user", USER), ("pass", &server.password_of(USER)), ("tfa_token", value)];
            client.post("/login/?login_only=1").form(&login)
        },
    },
];

impl Place {
    /// Whether a kind of secret belongs here.
    pub fn is_for(&self, kind: &str) -> bool {
        self.kind == kind || self.shared_with == Some(kind)
    }

    /// Puts a secret here, as a client at the address where all of them were made: nothing is refused for its place.
    pub async fn put(&self, server: &TestServer, secrets: &Secrets, kind: &str) -> Response {
        (self.call)(server, &server.client(Whm), secrets, &secrets.value(server, kind)).send().await
    }
}

async fn whm(session: &Session, function: &str, fields: &[(&str, &str)]) -> serde_json::Value {
    let answer = session.post(&format!("/json-api/{function}?api.version=1")).form(fields).send().await;
    assert!(is_done(&answer), "{answer:?}");
    answer.json()["data"].clone()
}

fn text(data: &serde_json::Value) -> String {
    data.as_str().expect("a text").to_owned()
}

impl Secrets {
    /// Secrets of every kind, on a server that runs programs.
    pub async fn made(server: &TestServer) -> Secrets {
        let account = server.store().account(&USER.parse().unwrap()).await.unwrap().unwrap();
        let hash = AccessHash::generate(&SystemEntropy);
        server.store().set_access_hash(account.id, &hash).await.unwrap();
        let session = server.session(Whm, USER).await;
        let codes = whm(&session, "twofactorauth_generate_recovery_codes", &[]).await;
        server.pass_seconds(30);
        let link = whm(&session, "create_user_session", &[("user", USER), ("service", "whostmgrd")]).await;
        let cpanel = server.session(Cpanel, USER).await;
        let token = cpanel.get("/execute/Tokens/create_full_access?name=script").send().await;
        server.pass_seconds(30);
        let kept =
            session.post("/bookmarks").form(&[("action", "keep"), ("name", "api-tokens")]).send().await;
        let (kept_cookie, kept) = kept_by(&kept);
        let mut program = session.get("/3rdparty/a/run.cgi").begin().await;
        program.read_through("ticket ").await;
        let ticket = program.read_through("\n").await.trim_end().to_owned();
        let values = vec![
            ("password", server.password_of(USER)),
            ("cPanel token", text(&token.json()["data"]["token"])),
            ("WHM token", server.account(USER).tokens[0].token.clone()),
            ("access hash", hash.one_line().to_owned()),
            ("session's cookie", session.value.clone()),
            ("security token", session.token.trim_start_matches("/cpsess").to_owned()),
            ("link", text(&link["session"])),
            (
                "pending login's cookie",
                pending(&server.client(Whm), Whm, USER, &server.password_of(USER)).await,
            ),
            ("kept page's cookie", kept),
            ("program's ticket", ticket),
            ("recovery code", text(&codes["recovery_codes"][0])),
        ];
        Secrets { session, kept_cookie, values, _program: program }
    }

    /// A secret of a kind; the code is the one of now.
    fn value(&self, server: &TestServer, kind: &str) -> String {
        let value = self.values.iter().find(|(of, _)| *of == kind).map(|(_, value)| value.clone());
        value.unwrap_or_else(|| server.code(USER))
    }
}

/// The name and the value of the cookie that an answer keeps a page open with.
fn kept_by(answer: &Response) -> (String, String) {
    let mut fields = answer.headers.iter().map(|(_, value)| value);
    let field = fields.find(|value| value.starts_with(Whm.kept_cookie())).expect("a cookie");
    let (name, value) = field.split_once("; ").unwrap().0.split_once('=').unwrap();
    (name.to_owned(), value.to_owned())
}
