//! The published holes of other panels and servers, tried against this one (docs/panel-holes.md has the table).
//!
//! A test has the name of an advisory. In each, the same request made rightly works: so none passes because everything
//! is refused.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod cross_site;
#[cfg(test)]
mod files;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod injection;
#[cfg(test)]
mod logins;
#[cfg(test)]
mod methods;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod places;
#[cfg(test)]
mod privileges;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod randomness;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod table;
