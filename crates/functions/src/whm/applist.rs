//! `applist`: the functions that the caller may call.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists the WHM functions that the caller may call with this credential.
pub struct Applist;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The functions.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// Their names, in alphabetical order.
    app: Vec<String>,
}

impl Function for Applist {
    const NAME: Name = Name::whm("applist", V0::Bare);
    const SUMMARY: &'static str = "Lists the WHM functions that the caller may call with this credential.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("root's", &[], r#"{"app":["createacct","listaccts"]}"#).by("root"),
        Example::data("a reseller's", &[], r#"{"app":["applist","listaccts"]}"#).by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        let callable = super::TABLE.iter().filter(|entry| entry.access.check(cx).is_ok());
        let mut app: Vec<String> = callable.map(|entry| entry.name.to_string()).collect();
        if cx.actor.acls.grants(Acl::CpanelApi) {
            app.extend(crate::ON_BEHALF.map(str::to_owned));
        }
        app.sort_unstable();
        Ok(Data { app })
    }
}
