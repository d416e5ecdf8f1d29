//! The sandbox's accounts, as people are told of them.

use portreeve_crypt::{AccessHash, ApiToken, Entropy, ExposeSecret, TotpSecret, random};
use serde::{Deserialize, Serialize};

/// Everybody's credentials. They are meant to be printed: this is the one place where secrets are plain text.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// Whether they were made anew for this sandbox; if not, everybody knows them.
    pub random: bool,
    /// Whether the records and the disk hold all that they are for.
    pub filled: bool,
    /// The accounts, root first.
    pub accounts: Vec<AccountCredentials>,
}

/// One account.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccountCredentials {
    /// The name to log in with.
    pub user: String,
    /// The password.
    pub password: String,
    /// The second factor's secret in base32; null when there is no second factor.
    pub secret: Option<String>,
    /// API tokens.
    pub tokens: Vec<TokenCredentials>,
    /// The access hash on one line; root's only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_hash: Option<String>,
    /// The account that owns it.
    pub owner: Option<String>,
    /// Whether it may use WHM: root, or a reseller.
    pub whm: bool,
    /// The main domain; null for root.
    pub domain: Option<String>,
    /// The mailboxes.
    pub mailboxes: Vec<MailboxCredentials>,
}

/// One API token.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenCredentials {
    /// Where it is good: `whm` or `cpanel`.
    pub service: String,
    /// What it is called.
    pub name: String,
    /// The token.
    pub token: String,
}

/// One mailbox.
#[derive(Clone, Serialize, Deserialize)]
pub struct MailboxCredentials {
    /// The address to log in with.
    pub address: String,
    /// The password.
    pub password: String,
    /// The second factor's secret in base32; null when there is no second factor.
    pub secret: Option<String>,
}

impl Credentials {
    /// The well-known ones, or all of them anew.
    pub(super) fn new(random: bool, entropy: &dyn Entropy) -> Credentials {
        let mut credentials = Credentials {
            random,
            filled: false,
            accounts: vec![
                account("root", "sandbox", None, None),
                AccountCredentials {
                    tokens: vec![TokenCredentials {
                        service: "cpanel".to_owned(),
                        name: "sandbox".to_owned(),
                        token: "C4N7VJ2QX9TB5KW8HD3MZR6YPL0SEGUA".to_owned(),
                    }],
                    ..account("cptest", "blahblah", Some("QSARBVKLZHYHLJ3M"), Some("cptest.example"))
                        .with_mailboxes(&["info", "sales", "support"])
                },
                AccountCredentials {
                    whm: true,
                    tokens: vec![TokenCredentials {
                        service: "whm".to_owned(),
                        name: "sandbox".to_owned(),
                        token: "UWU28DCA23NKY76CN17MDPKM3O7EFQY8".to_owned(),
                    }],
                    ..account("asder", "blah1", Some("FZ4ZVGTMFTIOF54T"), Some("asder.example"))
                        .with_mailboxes(&["hello"])
                },
                AccountCredentials {
                    owner: Some("asder".to_owned()),
                    ..account("plain", "plainpass", None, Some("plain.example"))
                        .with_mailboxes(&["user", "news", "tfa"])
                },
            ],
        };
        for account in &mut credentials.accounts {
            if account.user == "root" {
                account.whm = true;
                account.owner = None;
                account.access_hash = Some(AccessHash::generate(entropy).one_line().to_owned());
            }
            for mailbox in account.mailboxes.iter_mut().filter(|mailbox| mailbox.address.starts_with("tfa@"))
            {
                mailbox.secret = Some("JBSWY3DPEHPK3PXP".to_owned());
            }
        }
        if random {
            credentials.randomize(entropy);
        }
        credentials
    }

    fn randomize(&mut self, entropy: &dyn Entropy) {
        let password = || random::password(entropy).expose_secret().to_owned();
        let secret = |old: &Option<String>| {
            old.as_ref().map(|_| TotpSecret::generate(entropy).base32().expose_secret().to_owned())
        };
        for account in &mut self.accounts {
            account.password = password();
            account.secret = secret(&account.secret);
            for token in &mut account.tokens {
                token.token = ApiToken::generate(entropy).expose().to_owned();
            }
            for mailbox in &mut account.mailboxes {
                mailbox.password = password();
                mailbox.secret = secret(&mailbox.secret);
            }
        }
    }

    /// Root's access hash in lines, as its file holds it.
    pub(super) fn access_hash_lines(&self) -> String {
        let hashes = self.accounts.iter().filter_map(|account| account.access_hash.as_deref());
        let lines = hashes.filter_map(|hash| hash.parse::<AccessHash>().ok()).map(|hash| hash.lines());
        lines.map(|lines| lines.expose_secret().to_owned()).collect()
    }
}

fn account(user: &str, password: &str, secret: Option<&str>, domain: Option<&str>) -> AccountCredentials {
    AccountCredentials {
        user: user.to_owned(),
        password: password.to_owned(),
        secret: secret.map(str::to_owned),
        tokens: Vec::new(),
        access_hash: None,
        owner: Some("root".to_owned()),
        whm: false,
        domain: domain.map(str::to_owned),
        mailboxes: Vec::new(),
    }
}

impl AccountCredentials {
    fn with_mailboxes(mut self, names: &[&str]) -> AccountCredentials {
        let domain = self.domain.clone().unwrap_or_default();
        self.mailboxes = names
            .iter()
            .map(|name| MailboxCredentials {
                address: format!("{name}@{domain}"),
                password: "mailpass".to_owned(),
                secret: None,
            })
            .collect();
        self
    }
}
