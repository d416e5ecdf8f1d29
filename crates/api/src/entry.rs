//! A row of the function table: a function with its types erased.

use std::future::Future;
use std::pin::Pin;

use portreeve_types::Services;
use portreeve_wire::{Answer, Params};
use serde_json::Value;

use crate::access::{self, Access};
use crate::context::Ctx;
use crate::effect::Effect;
use crate::error::ApiError;
use crate::example::Example;
use crate::function::Function;
use crate::name::Name;

type Run =
    for<'a> fn(&'a Ctx, &'a Params) -> Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send + 'a>>;

/// A function as the rest of the system sees it.
#[derive(Clone, Copy)]
pub struct Entry {
    /// What it is called.
    pub name: Name,
    /// One sentence on what it does.
    pub summary: &'static str,
    /// The services that have it.
    pub services: Services,
    /// Who may call it there.
    pub access: Access,
    /// What of a call lasts.
    pub effect: Effect,
    /// Calls and what they come to.
    pub examples: &'static [Example],
    schema: fn() -> Value,
    run: Run,
}

impl Entry {
    /// The row of a function.
    #[must_use]
    pub const fn of<F: Function>() -> Entry {
        Entry {
            name: F::NAME,
            summary: F::SUMMARY,
            services: F::SERVICES,
            access: F::ACCESS,
            effect: F::EFFECT,
            examples: F::EXAMPLES,
            schema: schema::<F>,
            run: run::<F>,
        }
    }

    /// Checks access and effect, decodes the arguments and calls the function, in this order.
    pub async fn call(&self, cx: &Ctx, params: &Params) -> Result<Answer, ApiError> {
        if matches!(self.name, Name::Api1 { .. }) {
            access::check_api1(cx)?;
        }
        self.access.check(cx)?;
        self.effect.check(cx).await?;
        (self.run)(cx, params).await
    }

    /// Everything about the function, as data.
    #[must_use]
    pub fn describe(&self) -> Value {
        serde_json::json!({
            "name": self.name.to_string(),
            "api": self.name.api(),
            "summary": self.summary,
            "services": self.services.iter().map(|service| service.short()).collect::<Vec<_>>(),
            "access": self.access.describe(),
            "effect": self.effect.describe(),
            "examples": self.examples.iter().map(|example| serde_json::json!({
                "title": example.title,
                "arguments": example.args.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
            })).collect::<Vec<_>>(),
            "schema": (self.schema)(),
        })
    }
}

fn run<'a, F: Function>(
    cx: &'a Ctx,
    params: &'a Params,
) -> Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send + 'a>> {
    Box::pin(async move {
        let args: F::Args = match F::NAME {
            Name::Api1 { .. } => params.decode_by_place()?,
            Name::Uapi { .. } | Name::Api2 { .. } | Name::Whm { .. } => params.decode()?,
        };
        let data = F::call(cx, args).await?;
        Ok(Answer::success(&data, F::reason(&data)))
    })
}

fn schema<F: Function>() -> Value {
    serde_json::json!({
        "arguments": schemars::schema_for!(F::Args),
        "data": schemars::schema_for!(F::Data),
    })
}
