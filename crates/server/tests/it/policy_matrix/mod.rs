//! The matrix of the security policies: three tables written by hand, every cell of which is asked of a real server.

mod carriers;
mod documented;
mod passwords_and_addresses;
mod plain_ports;
mod second_factor;
mod table;
