//! One call, as the server is asked for it.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use super::http;

/// `key=value` from the command line, the value percent-decoded.
#[derive(Clone)]
pub(super) struct Argument {
    key: String,
    value: String,
}

impl Argument {
    /// An argument as it is.
    pub(super) fn plain(key: &str, value: &str) -> Argument {
        Argument { key: key.to_owned(), value: value.to_owned() }
    }
}

impl FromStr for Argument {
    type Err = String;

    fn from_str(text: &str) -> Result<Argument, String> {
        let (key, value) = text.split_once('=').ok_or("arguments are key=value")?;
        let value = percent_encoding::percent_decode_str(value)
            .decode_utf8()
            .map_err(|_| format!("the value of {key} is not UTF-8 once its percent escapes are read"))?;
        Ok(Argument { key: key.to_owned(), value: value.into_owned() })
    }
}

/// Which API is asked.
pub(super) enum Program {
    /// One of cPanel's, by the version that its envelope names.
    Cpanel {
        /// 2, or 3 for UAPI.
        version: &'static str,
        /// The module.
        module: String,
    },
    /// WHM API 1.
    Whm,
}

/// A call.
pub(super) struct Call {
    pub(super) program: Program,
    /// The account that it is made as; empty for the account that the calling system user is.
    pub(super) user: String,
    pub(super) function: String,
}

impl Call {
    /// Asks the server and gives its answer's body; JSON, or XML.
    pub(super) fn send(&self, socket: &Path, xml: bool, arguments: Vec<Argument>) -> Result<String> {
        if !self.user.bytes().all(|byte| byte.is_ascii_graphic()) {
            bail!("“{}” is no account's name", self.user.escape_debug());
        }
        let mut form = form_urlencoded::Serializer::new(String::new());
        let (service, function) = match &self.program {
            Program::Cpanel { version, module } => {
                form.append_pair("cpanel_jsonapi_user", &self.user);
                form.append_pair("cpanel_jsonapi_apiversion", version);
                form.append_pair("cpanel_jsonapi_module", module);
                form.append_pair("cpanel_jsonapi_func", &self.function);
                ("cpanel", "cpanel")
            }
            Program::Whm => {
                form.append_pair("api.version", "1");
                ("whm", self.function.as_str())
            }
        };
        if !function.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            bail!("“{}” is no function's name", function.escape_debug());
        }
        for Argument { key, value } in &arguments {
            form.append_pair(key, value);
        }
        let request = http::Request {
            host: &format!("{service}.localhost"),
            path: &format!("/{}/{function}", if xml { "xml-api" } else { "json-api" }),
            authorization: &format!("peer {}", self.user),
            form: &form.finish(),
        };
        let answer =
            request.send(socket).with_context(|| format!("asking the server at {}", socket.display()))?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        match self.user.as_str() {
            "" => bail!(
                "the server says: {} (--user=NAME says which account; only an account's own system user needs none)",
                answer.status_line
            ),
            user => bail!("the server says: {} (as {user})", answer.status_line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_percent_decoded_and_a_plus_stays_one() {
        let argument: Argument = "cert=a%3Db+c%0Ad=e".parse().unwrap();
        assert_eq!((argument.key.as_str(), argument.value.as_str()), ("cert", "a=b+c\nd=e"));
        assert!("email".parse::<Argument>().is_err());
        assert!("email=%ff".parse::<Argument>().is_err());
    }
}
