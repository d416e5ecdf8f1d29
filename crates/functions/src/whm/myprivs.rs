//! `myprivs`: what the caller may do.

use std::collections::BTreeMap;

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Flag, Function, Name};
use portreeve_types::{Acl, Services};
use portreeve_wire::V0;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells the privileges of the caller with this credential.
pub struct Myprivs;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The privileges.
#[derive(Serialize, JsonSchema)]
pub struct Data {
    /// One item: every privilege by its name, and whether the caller has it, 0 or 1.
    privileges: [BTreeMap<&'static str, Flag>; 1],
}

impl Function for Myprivs {
    const NAME: Name = Name::whm("myprivs", V0::Privileges);
    const SUMMARY: &'static str = "Tells the privileges of the caller with this credential.";
    const SERVICES: Services = Services::WHM;
    const ACCESS: Access = Access::Reseller;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[
        Example::data("root's", &[], r#"{"privileges":[{"all":1,"list-accts":1,"quota":1}]}"#).by("root"),
        Example::data("a reseller's", &[], r#"{"privileges":[{"all":0,"list-accts":1,"quota":0}]}"#)
            .by("asder"),
    ];
    type Args = Args;
    type Data = Data;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Data, ApiError> {
        let has = |acl: &Acl| (acl.name(), Flag(cx.actor.acls.grants(*acl)));
        Ok(Data { privileges: [Acl::ALL.iter().map(has).collect()] })
    }
}
