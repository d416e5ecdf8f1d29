//! What the sandbox prints when it is ready.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;

use portreeve_helper::Users;
use portreeve_server::cgi::Programs;
use serde::Serialize;

use super::credentials::{AccountCredentials, Credentials};
use super::directory::Directory;
use super::ports::Bound;
use super::shown;
use crate::node::certificate::CA;

/// Addresses and credentials, for people and for programs.
#[derive(Clone, Serialize)]
pub struct Description {
    /// Each service's addresses.
    pub services: BTreeMap<&'static str, Addresses>,
    /// The certificate of the sandbox's own authority: programs that trust it need not switch verification off.
    pub ca: String,
    /// The API socket.
    pub socket: String,
    /// Where health and metrics are, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observe: Option<String>,
    /// Where everything lies.
    pub data_dir: String,
    /// Where plugins go.
    pub plugins: String,
    /// Whether and as whom plugins' programs are run.
    pub programs: String,
    /// Root's access hash in lines, as a file.
    pub access_hash_file: String,
    /// Who can log in.
    pub accounts: Vec<AccountCredentials>,
}

/// A service's two addresses.
#[derive(Clone, Default, Serialize)]
pub struct Addresses {
    /// With TLS.
    pub tls: String,
    /// Without.
    pub plain: String,
}

impl Description {
    pub(super) fn new(
        directory: &Directory,
        bound: &[Bound],
        observer: Option<SocketAddr>,
        credentials: Credentials,
        programs: &Programs,
    ) -> Description {
        let mut services: BTreeMap<&'static str, Addresses> = BTreeMap::new();
        for port in bound {
            let addresses = services.entry(port.service.short()).or_default();
            if port.tls {
                addresses.tls = format!("https://{}", port.address);
            } else {
                addresses.plain = format!("http://{}", port.address);
            }
        }
        Description {
            services,
            ca: shown(&directory.data().path(CA)),
            socket: shown(&directory.data().path("api.sock")),
            observe: observer.map(|address| format!("http://{address}")),
            data_dir: shown(directory.data().root()),
            plugins: shown(&directory.data().path("plugins")),
            programs: said_of(programs),
            access_hash_file: shown(&directory.data().path("accesshash")),
            accounts: credentials.accounts,
        }
    }

    /// The same for people, with commands to paste.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::from("Portreeve sandbox\n\n");
        for (service, addresses) in &self.services {
            let _ = writeln!(text, "  {service:8} {}   {}", addresses.tls, addresses.plain);
        }
        let _ = writeln!(text, "  socket   {}\n  data     {}", self.socket, self.data_dir);
        if let Some(observe) = &self.observe {
            let _ = writeln!(text, "  observe  {observe}/health   {observe}/metrics");
        }
        let _ = writeln!(text, "  plugins  {}\n           {}", self.plugins, self.programs);
        let _ = writeln!(text, "\nIts certificate is signed by an authority of its own; to trust that:");
        let _ = writeln!(text, "  export SSL_CERT_FILE={}", self.ca);
        let _ = writeln!(text, "  export PERL_LWP_SSL_CA_FILE=$SSL_CERT_FILE   # what Perl's LWP reads");
        let _ = writeln!(text, "\nAccounts (user, password, second factor):");
        for account in &self.accounts {
            let secret = account.secret.as_deref().unwrap_or("none");
            let _ = writeln!(text, "  {:10} {:24} {secret}", account.user, account.password);
            for token in &account.tokens {
                let _ = writeln!(text, "    {} token {}", token.service, token.token);
            }
            if let Some(hash) = &account.access_hash {
                let _ = writeln!(text, "    access hash (in lines: {})\n    {hash}", self.access_hash_file);
            }
            for mailbox in &account.mailboxes {
                let secret = mailbox.secret.as_deref().unwrap_or("none");
                let _ = writeln!(text, "    {:24} {:24} {secret}", mailbox.address, mailbox.password);
            }
        }
        let _ = writeln!(text, "\nTo try:");
        for command in self.commands() {
            let _ = writeln!(text, "  {command}");
        }
        text.push('\n');
        text
    }

    /// Three commands: a code with a password, a token, and root on behalf of an account.
    fn commands(&self) -> Vec<String> {
        let program =
            std::env::current_exe().map(|path| shown(&path)).unwrap_or_else(|_| "portreeve".to_owned());
        let address =
            |service| self.services.get(service).map(|addresses| addresses.tls.as_str()).unwrap_or_default();
        let account = |user: &str| self.accounts.iter().find(|account| account.user == user);
        let mut commands = Vec::new();
        if let Some(AccountCredentials { user, password, secret: Some(secret), .. }) = account("cptest") {
            commands.push(format!(
                "curl --cacert {} -u '{user}:{password}' -H \"X-CPANEL-OTP: $({program} otp {secret} 2>/dev/null)\" {}/execute/Email/list_pops",
                self.ca,
                address("cpanel"),
            ));
        }
        if let Some(AccountCredentials { user, tokens, .. }) = account("asder") {
            commands.extend(tokens.iter().take(1).map(|token| {
                format!(
                    "curl --cacert {} -H 'Authorization: whm {user}:{}' '{}/json-api/listaccts?api.version=1'",
                    self.ca,
                    token.token,
                    address("whm"),
                )
            }));
        }
        if let Some(AccountCredentials { user, password, .. }) = account("root") {
            commands.push(format!(
                "curl --cacert {} -u '{user}:{password}' '{}/json-api/cpanel?cpanel_jsonapi_user=plain&cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Ftp&cpanel_jsonapi_func=list_ftp'",
                self.ca,
                address("whm"),
            ));
        }
        commands
    }
}

fn said_of(programs: &Programs) -> String {
    match programs {
        Programs::Off(why) => (*why).to_owned(),
        Programs::By(spawner) => match &spawner.setup().users {
            Users::Switch { unprivileged, whm: _ } => {
                format!(
                    "Programs run as their account's system user, or as {unprivileged} where there is none."
                )
            }
            Users::Own => {
                "Programs run as the user of this sandbox: they can do whatever you can. Run your own only."
                    .to_owned()
            }
        },
    }
}
