//! Drivers that fail, or let something happen, at a chosen step.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use portreeve_api::Environment;
use portreeve_drivers::{Change, DriverError, Drivers, Ftp, Homes, Mail, Step};
use portreeve_types::{DomainName, MailAddress, UserName};

/// What somebody else does to the records meanwhile.
pub type Overtake = for<'a> fn(&'a Environment) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Where a call is disturbed.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The service refuses before it did anything.
    BeforeTheDriver,
    /// The service did its part and then fails.
    AfterTheDriver,
    /// The records are gone once the service did its part.
    RecordsGone,
    /// Somebody else changes the row once the service did its part.
    Overtaken(Overtake),
    /// The process ends between the service and the record: nothing is undone.
    StoppedBeforeTheRecord,
    /// The process ends right after the record was written: nothing is completed.
    StoppedAfterTheRecord,
}

/// Drivers with a fault in everything that prepares a change.
pub fn faulty(inner: Drivers, environment: Arc<Environment>, fault: Fault) -> Drivers {
    let faulty = Arc::new(Faulty { inner, environment, fault });
    let system = faulty.inner.system.clone();
    Drivers { homes: faulty.clone(), mail: faulty.clone(), ftp: faulty, system }
}

struct Faulty {
    inner: Drivers,
    environment: Arc<Environment>,
    fault: Fault,
}

impl Faulty {
    fn disturb<'a>(&'a self, step: Step<'a, Change>) -> Step<'a, Change> {
        let failure = || DriverError::Stopped("injected".to_owned());
        Box::pin(async move {
            if matches!(self.fault, Fault::BeforeTheDriver) {
                return Err(failure());
            }
            let change = step.await?;
            match self.fault {
                Fault::BeforeTheDriver => Err(failure()),
                Fault::AfterTheDriver => {
                    // as dropping does, but done when the call returns
                    change.undo().await;
                    Err(failure())
                }
                Fault::RecordsGone => {
                    self.environment.store.close().await.unwrap();
                    Ok(change)
                }
                Fault::Overtaken(overtake) => {
                    overtake(&self.environment).await;
                    Ok(change)
                }
                Fault::StoppedBeforeTheRecord => {
                    // forgotten, not dropped: a process that ends undoes nothing
                    std::mem::forget(change);
                    Err(failure())
                }
                Fault::StoppedAfterTheRecord => {
                    std::mem::forget(change);
                    Ok(Change::new(|| Ok(()), || Ok(())))
                }
            }
        })
    }
}

impl Homes for Faulty {
    fn path(&self, user: &UserName) -> PathBuf {
        self.inner.homes.path(user)
    }

    fn create<'a>(&'a self, user: &'a UserName) -> Step<'a, Change> {
        self.disturb(self.inner.homes.create(user))
    }

    fn remove<'a>(&'a self, user: &'a UserName) -> Step<'a, Change> {
        self.disturb(self.inner.homes.remove(user))
    }

    fn usage<'a>(&'a self, user: &'a UserName) -> Step<'a, u64> {
        self.inner.homes.usage(user)
    }

    fn sweep<'a>(&'a self, accounts: &'a [UserName]) -> Step<'a, ()> {
        self.inner.homes.sweep(accounts)
    }
}

impl Mail for Faulty {
    fn create<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change> {
        self.disturb(self.inner.mail.create(home, address))
    }

    fn remove<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, Change> {
        self.disturb(self.inner.mail.remove(home, address))
    }

    fn deliver<'a>(
        &'a self,
        home: &'a Path,
        address: &'a MailAddress,
        name: &'a str,
        message: &'a str,
    ) -> Step<'a, ()> {
        self.inner.mail.deliver(home, address, name, message)
    }

    fn usage<'a>(&'a self, home: &'a Path, address: &'a MailAddress) -> Step<'a, u64> {
        self.inner.mail.usage(home, address)
    }

    fn own_usage<'a>(&'a self, home: &'a Path) -> Step<'a, u64> {
        self.inner.mail.own_usage(home)
    }

    fn sweep<'a>(
        &'a self,
        home: &'a Path,
        domain: &'a DomainName,
        mailboxes: &'a [MailAddress],
    ) -> Step<'a, ()> {
        self.inner.mail.sweep(home, domain, mailboxes)
    }
}

impl Ftp for Faulty {
    fn create<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change> {
        self.disturb(self.inner.ftp.create(home, relative))
    }

    fn remove<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, Change> {
        self.disturb(self.inner.ftp.remove(home, relative))
    }

    fn usage<'a>(&'a self, home: &'a Path, relative: &'a Path) -> Step<'a, u64> {
        self.inner.ftp.usage(home, relative)
    }

    fn sweep<'a>(&'a self, home: &'a Path) -> Step<'a, ()> {
        self.inner.ftp.sweep(home)
    }
}
