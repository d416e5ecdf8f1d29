//! Scripts as customers of a hosting company write them, in four languages. They are told all they need by
//! environment variables, and print one line a request: `step<TAB>status<TAB>reason<TAB>body`.

use anyhow::{Context, Result, bail};

use crate::account::TestAccount;
use crate::program::{command, output, root};
use crate::sandbox::Sandbox;

/// A language with a client that is usual in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// LWP and HTTP::Tiny.
    Perl,
    /// Its curl extension.
    Php,
    /// urllib.
    Python,
    /// curl in a shell script.
    Curl,
}

/// What a script saw of one answer.
#[derive(Debug)]
pub struct Step {
    /// What the script calls it.
    pub name: String,
    /// The status code.
    pub status: u16,
    /// The words after it.
    pub reason: String,
    /// The body on one line.
    pub body: String,
}

impl Client {
    fn interpreter(self) -> &'static [&'static str] {
        match self {
            Client::Perl => &["perl", "-Iclients/perl/lib"],
            Client::Php => &["php"],
            Client::Python => &["python3"],
            Client::Curl => &["bash"],
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Client::Perl => "pl",
            Client::Php => "php",
            Client::Python => "py",
            Client::Curl => "sh",
        }
    }

    /// Runs `scripts/FLOW.EXTENSION` for a case and an account.
    ///
    /// # Errors
    /// When it does not end well; the text is what it said.
    pub fn run(self, flow: &str, case: &str, sandbox: &Sandbox, account: &TestAccount) -> Result<Vec<Step>> {
        let (program, arguments) = self.interpreter().split_first().context("no interpreter")?;
        let path = format!("tests/e2e/scripts/{flow}.{}", self.extension());
        let mut script = command(program);
        script.current_dir(root()).args(arguments).arg(&path).arg(case);
        script.env("LOGIN_URL", sandbox.tls(account.service)?).env("WHM_URL", sandbox.tls("whm")?);
        script.env("LOGIN_USER", &account.user).env("LOGIN_PASSWORD", &account.password);
        script.env("LOGIN_SECRET", &account.secret);
        script.env("WHM_USER", "asder").env("WHM_TOKEN", sandbox.text("/accounts/2/tokens/0/token")?);
        script.env("SSL_CERT_FILE", sandbox.ca()?).env("PERL_LWP_SSL_CA_FILE", sandbox.ca()?);
        script.env("PORTREEVE", crate::program::portreeve()?).env("TMPDIR", sandbox.work());
        let printed = output(&mut script)?;
        let said = String::from_utf8_lossy(&printed.stdout);
        if !printed.status.success() {
            let errors = String::from_utf8_lossy(&printed.stderr);
            bail!("{path} {case} ended with {}:\n{said}{errors}", printed.status);
        }
        said.lines().map(step).collect()
    }
}

fn step(line: &str) -> Result<Step> {
    let mut columns = line.splitn(4, '\t').map(str::to_owned);
    let mut column = || columns.next().with_context(|| format!("a script printed: {line}"));
    Ok(Step {
        name: column()?,
        status: column()?.parse().with_context(|| format!("no status in: {line}"))?,
        reason: column()?,
        body: column()?,
    })
}
