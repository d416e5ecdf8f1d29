//! Wrong tries of late, and whom the counters hold back: what an administrator is shown. Nothing is decided by it.

use std::net::IpAddr;
use std::time::Duration;

use portreeve_types::{LoginName, Service, Timestamp};

use super::guesser::Recorded;
use super::permit::{Permit, Place};
use super::{Family, Guess};
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::trail::{FactorEvent, LoginEvent, Trail};
use crate::value::values;
use crate::write::Write;

/// Wrong tries that are kept at most, the latest; so many are shown at once, too.
const KEPT: i64 = 100_000;

/// A wrong try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedLogin {
    /// The name that was given; empty if nobody has it.
    pub login: String,
    /// Where it came from.
    pub address: IpAddr,
    /// The service.
    pub service: Service,
    /// What was wrong.
    pub guess: FailedGuess,
    /// When it was.
    pub failed: Timestamp,
    /// Until when it counts against its address.
    pub counts_until: Timestamp,
}

/// What was wrong about a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedGuess {
    /// A password.
    Password,
    /// A code.
    Code,
    /// Answers to security questions.
    Answers,
}

/// Who has to wait, or is held off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// Why.
    pub by: HeldBackBy,
    /// The login name, if a login name is held back; empty if nobody has it.
    pub login: String,
    /// The address, or the first one of a neighbourhood with the number of its bits; for a login name, where the latest
    /// wrong try came from.
    pub address: String,
    /// The service of the latest wrong try.
    pub service: Service,
    /// What was wrong with the latest one.
    pub guess: FailedGuess,
    /// Failures that count.
    pub failures: i64,
    /// When the latest wrong try was.
    pub latest: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// What holds somebody back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBackBy {
    /// An address that has to wait between tries.
    Address,
    /// An address that is blocked for an hour or more.
    Block,
    /// A login name, for addresses that are not known.
    Login,
}

/// The name that was given, if it is somebody's: people type passwords where names belong.
const NAME_OF_SOMEBODY: &str = "SELECT user_name AS login FROM accounts WHERE user_name = $1
    UNION ALL SELECT address AS login FROM mailboxes WHERE address = $1";

impl Store {
    /// Wrong tries of late, the latest first.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn failed_logins(&self) -> Result<Vec<FailedLogin>, StoreError> {
        let sql = "SELECT * FROM failed_logins WHERE failed > $1 ORDER BY failed DESC, id LIMIT $2";
        let since = self.now().before(self.policies().await?.throttling.lookback);
        self.db.rows(sql, values![since, KEPT]).await?.iter().map(FailedLogin::from_row).collect()
    }

    /// Who is held back now, the latest first.
    ///
    /// # Errors
    /// When the records are unavailable.
    pub async fn held_back(&self, by: HeldBackBy) -> Result<Vec<HeldBack>, StoreError> {
        let sql = "SELECT * FROM held_back WHERE kind = $1 AND until > $2 ORDER BY latest DESC, id LIMIT $3";
        let rows = self.db.rows(sql, values![by.number(), self.now(), KEPT]).await?;
        rows.iter().map(HeldBack::from_row).collect()
    }
}

impl Write<'_> {
    /// Keeps a wrong try. Answers what it leaves in the trail.
    pub(super) async fn note_failed_login(
        &mut self,
        id: i64,
        permit: &Permit,
        who: Option<LoginName>,
        now: Timestamp,
        counts_until: Timestamp,
    ) -> Result<Trail, StoreError> {
        let insert = "INSERT INTO failed_logins (id, login, address, service, guess, failed, counts_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let guess = FailedGuess::of(permit.guess);
        let (login, address) = (text_of(who.as_ref()), permit.address.to_string());
        let record = values![id, login, address, permit.service, guess.number(), now, counts_until];
        self.execute(insert, record).await?;
        Ok(guess.refused(who))
    }

    /// Notes that a counter makes others wait.
    pub(super) async fn note_held_back(
        &mut self,
        permit: &Permit,
        place: &Place,
        row: &Recorded,
        who: Option<&LoginName>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let wait = place.rule.wait_after(row.failures);
        let Some(by) = HeldBackBy::of(place, row.failures).filter(|_| wait > 0) else { return Ok(()) };
        let until = if row.failures >= place.rule.closed_from {
            row.forgotten
        } else {
            now.after(Duration::from_secs(wait.unsigned_abs()))
        };
        let (login, address) = match (by, place.family) {
            (HeldBackBy::Login, _) => (text_of(who), permit.address.to_string()),
            (_, Family::Neighbourhood) => (String::new(), Family::Neighbourhood.place_text(permit.from)),
            _ => (String::new(), permit.address.to_string()),
        };
        let upsert =
            "INSERT INTO held_back (id, kind, login, address, service, guess, failures, latest, until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, address = excluded.address,
            service = excluded.service, guess = excluded.guess, failures = excluded.failures,
            latest = excluded.latest, until = excluded.until";
        let record = values![
            place.key,
            by.number(),
            login,
            address,
            permit.service,
            FailedGuess::of(permit.guess).number(),
            i64::from(row.failures),
            now,
            until,
        ];
        self.execute(upsert, record).await.map(drop)
    }

    /// The login name, if it is somebody's.
    pub(super) async fn somebody(&mut self, login: &str) -> Result<Option<LoginName>, StoreError> {
        let row = self.row(NAME_OF_SOMEBODY, values![login]).await?;
        row.map(|row| row.parsed("login")).transpose()
    }

    /// Ends what is no longer shown.
    pub(crate) async fn sweep_failed_logins(
        &mut self,
        now: Timestamp,
        lookback: Duration,
    ) -> Result<(), StoreError> {
        let old = "DELETE FROM failed_logins WHERE failed <= $1";
        self.execute(old, values![now.before(lookback)]).await?;
        let too_many = "DELETE FROM failed_logins WHERE failed <
            (SELECT failed FROM failed_logins ORDER BY failed DESC LIMIT 1 OFFSET $1)";
        self.execute(too_many, values![KEPT]).await?;
        self.execute("DELETE FROM held_back WHERE until <= $1", values![now]).await.map(drop)
    }
}

/// A name in a row; empty where nobody has it.
fn text_of(who: Option<&LoginName>) -> String {
    who.map(LoginName::to_string).unwrap_or_default()
}

impl FailedGuess {
    fn of(guess: Guess) -> FailedGuess {
        match guess {
            Guess::Password | Guess::AnothersPassword => FailedGuess::Password,
            Guess::Code | Guess::RecoveryCode => FailedGuess::Code,
            Guess::Answers => FailedGuess::Answers,
        }
    }

    /// What the trail tells of it.
    fn refused(self, who: Option<LoginName>) -> Trail {
        match self {
            FailedGuess::Password => LoginEvent::PasswordRefused { who }.into(),
            FailedGuess::Code => FactorEvent::CodeRefused { who }.into(),
            FailedGuess::Answers => LoginEvent::AnswersRefused { who }.into(),
        }
    }

    fn number(self) -> i64 {
        match self {
            FailedGuess::Password => 0,
            FailedGuess::Code => 1,
            FailedGuess::Answers => 2,
        }
    }

    fn from_row(row: &Row) -> Result<FailedGuess, StoreError> {
        match row.integer("guess")? {
            0 => Ok(FailedGuess::Password),
            1 => Ok(FailedGuess::Code),
            2 => Ok(FailedGuess::Answers),
            _ => Err(StoreError::Corrupt { column: "guess" }),
        }
    }
}

impl FailedLogin {
    fn from_row(row: &Row) -> Result<FailedLogin, StoreError> {
        Ok(FailedLogin {
            login: row.text("login")?,
            address: row.parsed("address")?,
            service: row.service()?,
            guess: FailedGuess::from_row(row)?,
            failed: row.moment("failed")?,
            counts_until: row.moment("counts_until")?,
        })
    }
}

impl HeldBack {
    fn from_row(row: &Row) -> Result<HeldBack, StoreError> {
        let by = match row.integer("kind")? {
            0 => HeldBackBy::Address,
            1 => HeldBackBy::Block,
            2 => HeldBackBy::Login,
            _ => return Err(StoreError::Corrupt { column: "kind" }),
        };
        Ok(HeldBack {
            by,
            login: row.text("login")?,
            address: row.text("address")?,
            service: row.service()?,
            guess: FailedGuess::from_row(row)?,
            failures: row.integer("failures")?,
            latest: row.moment("latest")?,
            until: row.moment("until")?,
        })
    }
}

impl HeldBackBy {
    /// What a counter's place means to an administrator; those of one name from one address are not told of, nor are those
    /// of a password that is tried through the names of others, where its owner's own name is open.
    fn of(place: &Place, failures: u32) -> Option<HeldBackBy> {
        match place.family {
            Family::Address | Family::Neighbourhood if place.rule.is_block(failures) => {
                Some(HeldBackBy::Block)
            }
            Family::Address | Family::Neighbourhood => Some(HeldBackBy::Address),
            family if family.is_through_others() => None,
            family => family.place_is_everywhere().then_some(HeldBackBy::Login),
        }
    }

    fn number(self) -> i64 {
        match self {
            HeldBackBy::Address => 0,
            HeldBackBy::Block => 1,
            HeldBackBy::Login => 2,
        }
    }
}
