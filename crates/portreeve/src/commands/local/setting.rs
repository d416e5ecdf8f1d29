//! `portreeve setting`: reads and changes settings, as root, over the API socket.

use std::io::{Write, stdout};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use portreeve_store::SETTINGS;
use serde_json::Value;

use super::call::{Argument, Call, Program};
use super::{Socket, read};

/// Reads and changes settings.
#[derive(Args)]
pub struct Setting {
    #[command(flatten)]
    socket: Socket,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print the value of a setting.
    Get {
        /// Its key, as docs/settings.md has it.
        key: String,
    },
    /// Change a setting, at once and on every node.
    Set {
        /// Its key, as docs/settings.md has it.
        key: String,
        /// What it is to be.
        value: String,
    },
    /// Print every setting: key, value, and what may be set.
    List,
}

impl Setting {
    pub(in crate::commands) fn run(self) -> Result<()> {
        let mut out = stdout().lock();
        match &self.action {
            Action::Get { key } => writeln!(out, "{}", self.get(key)?)?,
            Action::Set { key, value } => {
                self.call("set_tweaksetting", &[("key", key), ("value", value)])?;
            }
            Action::List => {
                for setting in SETTINGS {
                    let value = self.get(setting.key)?;
                    writeln!(out, "{:<34} {value:<12} {}", setting.key, setting.allowed)?;
                }
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Result<String> {
        let data = self.call("get_tweaksetting", &[("key", key)])?;
        let value = data.pointer("/tweaksetting/value").and_then(Value::as_str);
        Ok(value.context("the server's answer holds no value")?.to_owned())
    }

    /// The data of a call that succeeded.
    fn call(&self, function: &str, arguments: &[(&str, &str)]) -> Result<Value> {
        let call = Call { program: Program::Whm, user: "root".to_owned(), function: function.to_owned() };
        let arguments = arguments.iter().map(|(key, value)| Argument::plain(key, value)).collect();
        let answer = read(&call.send(&self.socket.path(), false, arguments)?)?;
        if answer.pointer("/metadata/result") != Some(&1.into()) {
            let reason = answer.pointer("/metadata/reason").and_then(Value::as_str);
            bail!("{}", reason.unwrap_or("the server's answer is none of WHM API 1"));
        }
        Ok(answer.get("data").cloned().unwrap_or_default())
    }
}
