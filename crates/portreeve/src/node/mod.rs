//! What every start of a server needs, the sandbox's and the real one's.

pub(crate) mod certificate;
pub(crate) mod data_directory;
pub(crate) mod files;
pub(crate) mod host_name;
pub(crate) mod kept_heads;
pub(crate) mod observer;
pub(crate) mod port;
pub(crate) mod privileges;
pub(crate) mod programs;
pub(crate) mod proxied;
pub(crate) mod runtime;
pub(crate) mod sweep;
pub(crate) mod system_user;
pub(crate) mod trail_keeper;
