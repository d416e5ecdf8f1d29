//! What an API function is: its name, who may call it, its arguments, its data, its examples.

mod access;
mod context;
mod entry;
mod error;
mod example;
mod flag;
mod function;
mod link;
mod name;
mod ticket;

pub use access::Access;
pub use context::{Actor, Assurance, Ctx, Environment};
pub use entry::Entry;
pub use error::ApiError;
pub use example::{Example, Expect};
pub use flag::Flag;
pub use function::Function;
pub use link::{Link, login_address};
pub use name::Name;
