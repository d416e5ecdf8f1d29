//! The sections of the file, one each.

mod cgi;
mod limits;
mod listen;
mod observe;
mod path;
mod proxied;
mod server;
mod settings;
mod store;
mod tls;

pub use cgi::Cgi;
pub use limits::Limits;
pub use listen::{Listen, Ports};
pub use observe::Observe;
pub use proxied::{Entrance, Naming, Proxied, TlsBy};
pub use server::{Server, SystemUser};
pub use settings::Setting;
pub use store::Store;
pub use tls::Tls;
