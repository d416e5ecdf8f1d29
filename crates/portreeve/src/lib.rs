//! The program: it wires the rooms together. The sandbox lives here so that tests can start one too.

pub mod commands;
pub mod compat;
mod configuration;
mod node;
pub mod sandbox;
mod serve;
mod terminal;
