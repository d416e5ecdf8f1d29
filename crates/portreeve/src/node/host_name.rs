//! The machine's name.

/// The machine's name, if it is a proper one.
pub(crate) fn host_name() -> String {
    let name = rustix::system::uname();
    let name = name.nodename().to_string_lossy().to_ascii_lowercase();
    if name.parse::<portreeve_types::DomainName>().is_ok() { name } else { "localhost".to_owned() }
}
