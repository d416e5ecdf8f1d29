//! `UserManager::change_password`: the caller's new password. The page that a policy puts before all others calls it
//! too: there is one way to change one's own password.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_crypt::{ExposeSecret, PasswordHash, Scheme, SecretString, Verdict, strength};
use portreeve_store::{Guess, OwnPassword, ReserveError, Staying};
use portreeve_types::{AddressPrefix, Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::passwords::{GivenPassword, NewPassword};

/// Changes the caller's own password and ends the caller's other sessions.
pub struct ChangePassword;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The password until now.
    oldpass: GivenPassword,
    /// The password from now on.
    newpass: NewPassword,
}

impl Function for ChangePassword {
    const NAME: Name = Name::uapi("UserManager", "change_password");
    const SUMMARY: &'static str = "Changes the caller's own password and ends the caller's other sessions.";
    const SERVICES: Services = Services::CPANEL.and(Services::WHM).and(Services::WEBMAIL);
    const ACCESS: Access = Access::FeatureOrMailbox(Feature::Passwords);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data(
            "another password",
            &[("oldpass", "plainpass"), ("newpass", "correct horse battery staple")],
            "null",
        )
        .by("plain"),
        Example::error(
            "a wrong old password",
            &[("oldpass", "not this one"), ("newpass", "correct horse battery staple")],
            "The old password is wrong.",
        )
        .by("plain"),
        Example::error(
            "a weak new password",
            &[("oldpass", "plainpass"), ("newpass", "password1")],
            "The password is too weak: its strength is ",
        )
        .by("plain"),
    ];
    type Args = Args;
    type Data = ();

    async fn call(cx: &Ctx, args: Args) -> Result<(), ApiError> {
        if cx.actor.mailbox.is_none() && cx.actor.account.id != cx.account.id {
            return Err(ApiError::refused("A password can be changed this way by its own user only."));
        }
        if !cx.actor.acts_itself() {
            return Err(ApiError::refused(
                "A password can be changed this way with a login of its own only.",
            ));
        }
        let (given, new) = (args.oldpass.into_secret(), args.newpass.check(cx).await?);
        let old = prove(cx, given.clone()).await?;
        if new.expose_secret() == given.expose_secret() {
            return Err(ApiError::refused("The new password is the old one."));
        }
        let strength = strength(&new);
        let hash = cx.hasher.hash(new, scheme(cx)).await?;
        let change = OwnPassword {
            subject: cx.actor.subject,
            old: &old,
            new: &hash,
            acting: cx.actor.session.as_deref().map(|session| Staying { session, strength }),
        };
        if cx.store.change_own_password(change).await? {
            Ok(())
        } else {
            Err(ApiError::refused("The password was changed meanwhile; log in again."))
        }
    }
}

/// The hash of the caller's password, if this is the password. Counted as a login's try is: a session that somebody
/// left open must not be a place to guess at.
async fn prove(cx: &Ctx, password: SecretString) -> Result<PasswordHash, ApiError> {
    let address = AddressPrefix::of(cx.actor.address);
    let permit = match cx.store.reserve(&cx.actor.login(), address, Guess::Password).await {
        Ok(permit) => permit,
        Err(ReserveError::Throttled { retry_after_seconds }) => {
            let text =
                format!("There were too many wrong tries; the next is due in {retry_after_seconds} s.");
            return Err(ApiError::refused(text));
        }
        Err(ReserveError::Busy) => {
            return Err(ApiError::refused(
                "The server is busy with other logins; try again in a few seconds.",
            ));
        }
        Err(ReserveError::Store(error)) => return Err(error.into()),
    };
    let stored = match &cx.actor.mailbox {
        Some(mailbox) => mailbox.password.clone(),
        None => cx.actor.account.password.clone(),
    };
    match cx.hasher.verify(password, Some(stored.clone()), scheme(cx)).await {
        Ok(Verdict::Right { .. }) => {
            cx.store.succeeded(permit).await?;
            Ok(stored)
        }
        Ok(Verdict::Wrong) => {
            cx.store.failed(permit).await?;
            Err(ApiError::refused("The old password is wrong."))
        }
        Err(busy) => {
            cx.store.refund(permit);
            Err(busy.into())
        }
    }
}

fn scheme(cx: &Ctx) -> Scheme {
    if cx.actor.mailbox.is_some() { Scheme::Service } else { Scheme::Panel }
}
