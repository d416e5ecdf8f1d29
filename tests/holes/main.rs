//! The published holes of other panels and servers, tried against this one (docs/panel-holes.md has the table).
//!
//! A test has the name of an advisory. In each, the same request made rightly works: so none passes because everything
//! is refused.

mod addresses;
mod authority;
mod cross_site;
mod files;
mod framing;
mod injection;
mod logins;
mod methods;
mod pages;
mod privileges;
mod programs;
mod randomness;
mod second_factor;
mod secrets;
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod table;
