//! `DomainInfo::list_domains`: the account's domains.

use portreeve_api::{Access, ApiError, Ctx, Effect, Example, Function, Name};
use portreeve_types::{DomainName, Services};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists the account's domains. It has its main domain only, until there are others.
pub struct ListDomains;

#[derive(Deserialize, JsonSchema)]
pub struct Args {}

/// The domains by their kinds.
#[derive(Serialize, JsonSchema)]
pub struct Domains {
    /// Domains with a directory of their own.
    addon_domains: Vec<DomainName>,
    /// The main domain, one text (docs/differences.md#the-main-domain).
    main_domain: DomainName,
    /// Further names of the main domain.
    parked_domains: Vec<DomainName>,
    /// Domains below another one.
    sub_domains: Vec<DomainName>,
}

impl Function for ListDomains {
    const NAME: Name = Name::uapi("DomainInfo", "list_domains");
    const SUMMARY: &'static str = "Lists the account's domains.";
    const SERVICES: Services = Services::CPANEL;
    const ACCESS: Access = Access::Account;
    const EFFECT: Effect = Effect::Data;
    const EXAMPLES: &'static [Example] = &[Example::data(
        "the main domain",
        &[],
        r#"{"main_domain":"cptest.example","addon_domains":[],"parked_domains":[],"sub_domains":[]}"#,
    )];
    type Args = Args;
    type Data = Domains;

    async fn call(cx: &Ctx, Args {}: Args) -> Result<Domains, ApiError> {
        Ok(Domains {
            addon_domains: Vec::new(),
            main_domain: cx.account.domain.clone(),
            parked_domains: Vec::new(),
            sub_domains: Vec::new(),
        })
    }
}
