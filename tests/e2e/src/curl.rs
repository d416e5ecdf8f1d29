//! Single requests, by curl with the sandbox's authority trusted.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::program::{command, output};
use crate::sandbox::Sandbox;

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The words after it.
    pub reason: String,
    /// Status line and header fields.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The value of a header field.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// One request.
///
/// # Errors
/// When there is no answer.
pub fn curl(sandbox: &Sandbox, arguments: &[&str]) -> Result<Answer> {
    curl_trusting(Path::new(sandbox.ca()?), arguments)
}

/// One request to a server whose authority is in this file.
///
/// # Errors
/// When there is no answer.
pub fn curl_trusting(ca: &Path, arguments: &[&str]) -> Result<Answer> {
    let mut program = command("curl");
    program.args(["--silent", "--show-error", "--include", "--cacert"]).arg(ca).args(arguments);
    let printed = output(&mut program)?;
    if !printed.status.success() {
        bail!("curl {}: {}", arguments.join(" "), String::from_utf8_lossy(&printed.stderr));
    }
    let text = String::from_utf8(printed.stdout).context("the answer is no text")?;
    let (head, body) = text.split_once("\r\n\r\n").context("the answer has no head")?;
    let mut status_line = head.lines().next().unwrap_or_default().splitn(3, ' ').skip(1);
    Ok(Answer {
        status: status_line.next().unwrap_or_default().parse().context("the answer has no status")?,
        reason: status_line.next().unwrap_or_default().to_owned(),
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// A call that root makes in WHM, which has to succeed: function, parameters, the answer's `data`.
///
/// # Errors
/// When it does not succeed.
pub fn whm(sandbox: &Sandbox, function: &str, parameters: &[(&str, &str)]) -> Result<Value> {
    let url = format!("{}/json-api/{function}", sandbox.tls("whm")?);
    let credentials = format!("root:{}", sandbox.text("/accounts/0/password")?);
    let pairs: Vec<String> = [("api.version", "1")]
        .iter()
        .chain(parameters)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut arguments = vec!["--user", &credentials, &url];
    arguments.extend(pairs.iter().flat_map(|pair| ["--data-urlencode", pair]));
    let answer = curl(sandbox, &arguments)?;
    let json = answer.json();
    let result = json.pointer("/metadata/result").or_else(|| json.pointer("/result/status"));
    if result != Some(&Value::from(1)) {
        bail!("{function}: {} {}: {}", answer.status, answer.reason, answer.body);
    }
    Ok(json)
}
