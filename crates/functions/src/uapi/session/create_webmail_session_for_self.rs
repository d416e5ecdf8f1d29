//! `Session::create_webmail_session_for_self`: from cPanel into the account's own mailbox.

use std::net::IpAddr;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Feature, Locale, Services};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Created, create};

/// Makes a temporary session for the account's default mailbox.
pub struct CreateWebmailSessionForSelf;

#[derive(Deserialize, JsonSchema)]
pub struct Args {
    /// The language of the pages; it is given with the login, and kept nowhere before it.
    #[serde(rename = "locale")]
    _locale: Option<Locale>,
    /// The only address that may take the session up; any when absent.
    remote_address: Option<IpAddr>,
}

impl Function for CreateWebmailSessionForSelf {
    const NAME: Name = Name::uapi("Session", "create_webmail_session_for_self");
    const SUMMARY: &'static str = "Makes a temporary Webmail session for the account's default mailbox.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Feature(Feature::EmailAccounts);
    const EFFECT: Effect = Effect::Credential;
    const EXAMPLES: &'static [Example] = &[
        Example::data("the account's own mailbox", &[], r#"{"hostname":null}"#),
        Example::error(
            "an address that is none",
            &[("remote_address", "here")],
            "The “remote_address” argument is invalid",
        ),
    ];
    type Args = Args;
    type Data = Created;

    async fn call(cx: &Ctx, args: Args) -> Result<Created, ApiError> {
        create(cx, None, args.remote_address, "CREATE_WEBMAIL_SESSION_FOR_SELF").await
    }
}
