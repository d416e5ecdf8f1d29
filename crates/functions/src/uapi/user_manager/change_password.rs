//! `UserManager::change_password`: the caller's new password. The page that a policy puts before all others calls it
//! too: there is one way to change one's own password.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name, changed_meanwhile, stepped_up};
use portreeve_crypt::{ExposeSecret, Scheme, strength};
use portreeve_store::{ChangedBy, Staying};
use portreeve_types::{Feature, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::guesses::is_right;
use crate::passwords::{GivenPassword, NewPassword};

const FAILED: &str = "Failed to change the password";

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
        // before the old password is looked at: a token must not guess it, nor the password alone stand for the code
        let acting = stepped_up(cx, FAILED, "cannot change its own password").await?;
        let (given, new) = (args.oldpass.into_secret(), args.newpass.check(cx).await?);
        if !is_right(cx, &cx.actor.login(), cx.actor.password(), scheme(cx), given.clone()).await? {
            return Err(ApiError::refused("The old password is wrong."));
        }
        if new.expose_secret() == given.expose_secret() {
            return Err(ApiError::refused("The new password is the old one."));
        }
        let strength = strength(&new);
        let hash = cx.hasher.hash(new, scheme(cx)).await?;
        let staying = cx.actor.session.as_deref().map(|session| Staying { session, strength });
        let by = ChangedBy::Owner { acting, staying };
        if cx.store.set_password(cx.actor.subject, &hash, by).await? {
            Ok(())
        } else {
            Err(changed_meanwhile(FAILED))
        }
    }
}

fn scheme(cx: &Ctx) -> Scheme {
    if cx.actor.mailbox.is_some() { Scheme::Service } else { Scheme::Panel }
}
