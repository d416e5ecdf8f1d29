//! The caller's own second factor, as UAPI and WHM offer it. Set-up has two steps: nothing is stored until a code
//! proves that the app has the secret.

use portreeve_api::{ApiError, Ctx, changed_meanwhile, stepped_up, with_code};
use portreeve_crypt::{Code, ExposeSecret, RecoveryCode, TotpSecret};
use portreeve_types::Subject;
use schemars::JsonSchema;
use serde::Serialize;

use crate::issuers::issuer_for;

/// What a token is told.
pub(crate) const CANNOT: &str = "cannot change a second factor";

/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;

/// What an app needs.
#[derive(Serialize, JsonSchema)]
pub struct Configuration {
    /// The address that a QR code carries.
    otpauth_str: String,
    /// The secret in base32: 32 characters, 160 bits.
    secret: String,
}

/// New recovery codes; nothing shows them again.
#[derive(Serialize, JsonSchema)]
pub struct NewCodes {
    /// Ten codes, each good once in the place of a security code.
    recovery_codes: Vec<String>,
}

/// Makes a secret for the caller; nothing is stored.
pub(crate) async fn generate(cx: &Ctx) -> Result<Configuration, ApiError> {
    own_subject(cx)?;
    let secret = TotpSecret::generate(&*cx.entropy);
    let name = match &cx.actor.mailbox {
        Some(mailbox) => mailbox.address.to_string(),
        None => cx.account.user.to_string(),
    };
    Ok(Configuration {
        otpauth_str: secret.otpauth_url(&name, &issuer_for(cx, &cx.account).await?),
        secret: secret.base32().expose_secret().to_owned(),
    })
}

/// Stores the caller's second factor once a code proves that the app has the secret; `failed` begins its errors. The
/// answer is the recovery codes, which nothing shows again.
///
/// The caller's other sessions end; the code counts for neither ledger, so that it may open the next session
/// (docs/differences.md#otp-reuse).
pub(crate) async fn set_up(
    cx: &Ctx,
    secret: &str,
    code: &str,
    failed: &str,
) -> Result<Vec<String>, ApiError> {
    let subject = own_subject(cx)?;
    let secret: TotpSecret = secret
        .parse()
        .map_err(|error| ApiError::refused(format!("The “secret” argument is invalid: {error}.")))?;
    let found = stepped_up(cx, failed, CANNOT).await?.enrolment;
    let invalid = || ApiError::refused(format!("{failed}: The security code is invalid."));
    let code: Code = code.parse().map_err(|_| invalid())?;
    let window = cx.store.policies().await?.otp_window;
    secret.matching_step(&code, cx.clock.now(), window).ok_or_else(invalid)?;
    let codes = new_codes(cx);
    let acting = cx.actor.session.as_deref();
    if !cx.store.set_two_factor_and_codes(subject, &secret, &codes, found, acting).await? {
        return Err(changed_meanwhile(failed));
    }
    Ok(shown(&codes))
}

/// Removes the caller's second factor, with its recovery codes; the caller's other sessions end.
pub(crate) async fn remove(cx: &Ctx, failed: &str) -> Result<(), ApiError> {
    let subject = own_subject(cx)?;
    let found = stepped_up(cx, failed, CANNOT).await?.enrolment.ok_or_else(|| none_set_up(failed))?;
    if !cx.store.remove_two_factor(subject, found, cx.actor.session.as_deref()).await? {
        return Err(changed_meanwhile(failed));
    }
    Ok(())
}

/// Puts new recovery codes in the place of the caller's old ones.
///
/// A code is asked for even where the policies ask for none: who knows the password alone must not hold codes that
/// count once the policies ask again.
pub(crate) async fn renew_codes(cx: &Ctx) -> Result<NewCodes, ApiError> {
    let failed = "Failed to generate recovery codes";
    let subject = own_subject(cx)?;
    let found = cx.actor.enrolment.ok_or_else(|| none_set_up(failed))?;
    with_code(cx, failed, CANNOT)?;
    let codes = new_codes(cx);
    if !cx.store.replace_recovery_codes(subject, found, &codes, cx.actor.session.as_deref()).await? {
        return Err(changed_meanwhile(failed));
    }
    Ok(NewCodes { recovery_codes: shown(&codes) })
}

/// Whose second factor a call is about: the caller's own, never that of an account it acts for, and not in a session
/// that somebody else opened.
pub(crate) fn own_subject(cx: &Ctx) -> Result<Subject, ApiError> {
    let others = || ApiError::refused("A second factor can be changed only by its own user.");
    match cx.actor.mailbox {
        _ if !cx.actor.acts_itself() => Err(others()),
        Some(_) => Ok(cx.actor.subject),
        None if cx.actor.account.id == cx.account.id => Ok(cx.actor.subject),
        None => Err(others()),
    }
}

fn new_codes(cx: &Ctx) -> Vec<RecoveryCode> {
    (0..RECOVERY_CODES).map(|_| RecoveryCode::generate(&*cx.entropy)).collect()
}

fn shown(codes: &[RecoveryCode]) -> Vec<String> {
    codes.iter().map(|code| code.in_groups().expose_secret().to_owned()).collect()
}

fn none_set_up(failed: &str) -> ApiError {
    ApiError::refused(format!("{failed}: none is set up."))
}
