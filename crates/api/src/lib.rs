//! What an API function is: its name, who may call it, its arguments, its data, its examples.

mod access;
mod assurance;
mod context;
mod effect;
mod entry;
mod error;
mod example;
mod flag;
mod function;
mod link;
mod name;
mod origin;

pub use access::Access;
pub use assurance::{changed_meanwhile, fully_proven, stepped_up, with_code};
pub use context::{Actor, Assurance, Ctx, Environment, SystemUser};
pub use effect::Effect;
pub use entry::Entry;
pub use error::ApiError;
pub use example::{Example, Expect};
pub use flag::Flag;
pub use function::Function;
pub use link::{Link, NoLink, login_address};
pub use name::Name;
