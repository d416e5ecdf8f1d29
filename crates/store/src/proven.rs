//! What must hold of a login when it takes effect: it is checked in the transaction that opens the session.

use portreeve_crypt::PasswordHash;
use portreeve_types::{AccountId, LoginName, Subject};

use crate::accounts::Account;
use crate::error::StoreError;
use crate::row::Row;
use crate::sessions::Session;
use crate::value::values;
use crate::write::Write;

/// Who logs in, under which name, on which account, and on whose authority.
#[derive(Clone)]
pub struct Login {
    /// Who logs in.
    pub subject: Subject,
    /// The account acted on: a mailbox's owner for a mailbox.
    pub account: AccountId,
    /// Whose authority it is, where that is another account's than the subject's own: who gave that account's password,
    /// or made the link.
    pub possessor: Option<AccountId>,
    /// The name that is logged in with.
    pub name: LoginName,
}

/// A login with what was proven for it, which must still be on record when it takes effect.
#[derive(Clone)]
pub struct ProvenLogin {
    /// The login.
    pub login: Login,
    /// The hash of the prover's password.
    pub password: PasswordHash,
    /// The enrolment of the prover's second factor that was found, or that there was none.
    pub enrolment: Option<i64>,
}

/// What somebody who changes credentials was let in with: it must still be so when the change takes effect.
#[derive(Clone, Copy)]
pub struct Acting<'a> {
    /// Who it is.
    pub subject: Subject,
    /// The hash of its password that was found; none where the session alone is what counts.
    pub password: Option<&'a PasswordHash>,
    /// The enrolment of the second factor that was found, or that there was none.
    pub enrolment: Option<i64>,
    /// The session, where there is one.
    pub session: Option<&'a Session>,
}

impl Login {
    /// Whose password and second factor count.
    fn prover(&self) -> Subject {
        self.possessor.map_or(self.subject, Subject::Account)
    }

    pub(crate) fn from_row(row: &Row) -> Result<Login, StoreError> {
        Ok(Login {
            subject: row.subject()?,
            account: row.account()?,
            possessor: row.possessor()?,
            name: row.parsed("login")?,
        })
    }
}

impl Write<'_> {
    /// Whether a password's hash and the second factor are still the prover's on record, and the login may take
    /// place. All rows are written to (with what they hold) so that a change of them waits for this transaction, or
    /// this one for the change.
    pub(crate) async fn still_proven(&mut self, proven: &ProvenLogin) -> Result<bool, StoreError> {
        let ProvenLogin { login, password, enrolment } = proven;
        if !self.hold_login(login).await? {
            return Ok(false);
        }
        let prover = login.prover();
        Ok(self.hold_password(prover, password).await? && self.hold_enrolment(prover).await? == *enrolment)
    }

    /// Whether that is a subject's password on record, and no mailbox's that may not log in. The row is held from here
    /// on.
    pub(crate) async fn hold_password(
        &mut self,
        subject: Subject,
        password: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let prove = match subject {
            Subject::Account(_) => "UPDATE accounts SET password = password WHERE id = $1 AND password = $2",
            Subject::Mailbox(_) => {
                "UPDATE mailboxes SET password = password
                WHERE id = $1 AND password = $2 AND login_suspended = 0"
            }
        };
        Ok(self.execute(prove, values![subject.number(), password]).await? > 0)
    }

    /// Whether a login may take place at all: everybody concerned exists, nobody is suspended, and a possessor may
    /// act as the account. The rows are held from here on.
    pub(crate) async fn hold_login(&mut self, login: &Login) -> Result<bool, StoreError> {
        // owners before what they own, in the order of a removal: of two transactions none waits for the other
        if let Some(possessor) = login.possessor {
            let Some(possessor) = self.hold_account(possessor).await? else { return Ok(false) };
            let Some(account) = self.hold_account(login.account).await? else { return Ok(false) };
            if !possessor.may_possess(&account) {
                return Ok(false);
            }
        } else if self.hold_account(login.account).await?.is_none() {
            return Ok(false);
        }
        let Subject::Mailbox(mailbox) = login.subject else { return Ok(true) };
        let hold = "UPDATE mailboxes SET password = password
            WHERE id = $1 AND account = $2 AND login_suspended = 0";
        Ok(self.execute(hold, values![mailbox, login.account]).await? > 0)
    }

    /// An account that is not suspended.
    async fn hold_account(&mut self, id: AccountId) -> Result<Option<std::sync::Arc<Account>>, StoreError> {
        let hold =
            "UPDATE accounts SET suspended = suspended WHERE id = $1 AND suspended IS NULL RETURNING *";
        self.row(hold, values![id]).await?.as_ref().map(Account::from_row).transpose()
    }
}
