//! One call being made.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Client, Connection, Response};

/// One call. `Host` and `Content-Length` come by themselves, nothing else does.
#[derive(Clone)]
pub struct Call {
    client: Client,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    body: Option<Vec<u8>>,
}

impl Call {
    pub(super) fn new(client: Client, method: &str, target: &str) -> Call {
        let (method, target) = (method.to_owned(), target.to_owned());
        let headers = client.fields.clone();
        Call { client, method, target, headers, cookies: Vec::new(), body: None }
    }

    /// A header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `Authorization: Basic`.
    #[must_use]
    pub fn basic(self, user: &str, password: &str) -> Call {
        let credential = STANDARD.encode(format!("{user}:{password}"));
        self.header("Authorization", &format!("Basic {credential}"))
    }

    /// `X-CPANEL-OTP`.
    #[must_use]
    pub fn code(self, code: &str) -> Call {
        self.header("X-CPANEL-OTP", code)
    }

    /// A cookie, beside those that were added before.
    #[must_use]
    pub fn cookie(mut self, name: &str, value: &str) -> Call {
        self.cookies.push(format!("{name}={value}"));
        self
    }

    /// An urlencoded form.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Call {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body(Some("application/x-www-form-urlencoded"), body.as_bytes())
    }

    /// A multipart form.
    #[must_use]
    pub fn multipart(self, fields: &[(&str, &str)]) -> Call {
        let part = |(name, value): &(&str, &str)| {
            format!("--BOUNDARY\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}--BOUNDARY--\r\n", fields.iter().map(part).collect::<String>());
        self.body(Some("multipart/form-data; boundary=BOUNDARY"), body.as_bytes())
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Call {
        self.body(Some("application/json"), body.to_string().as_bytes())
    }

    /// A body, with a content type or without one.
    #[must_use]
    pub fn body(mut self, content_type: Option<&str>, body: &[u8]) -> Call {
        self.body = Some(body.to_owned());
        match content_type {
            Some(content_type) => self.header("Content-Type", content_type),
            None => self,
        }
    }

    /// The answer, on a connection of its own.
    pub async fn send(self) -> Response {
        let mut connection = self.client.connect().await;
        self.header("Connection", "close").send_on(&mut connection).await
    }

    /// Sends it on a connection of its own, from which the test reads by itself.
    pub async fn begin(self) -> Connection {
        let mut connection = self.client.connect().await;
        connection.write(&self.header("Connection", "close").bytes()).await;
        connection
    }

    /// The answer, on a connection that may serve further calls.
    pub async fn send_on(self, connection: &mut Connection) -> Response {
        connection.write(&self.bytes()).await;
        connection.read(self.method == "HEAD").await
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\n", self.method, self.target, self.client.host());
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.cookies.is_empty() {
            head.push_str(&format!("Cookie: {}\r\n", self.cookies.join("; ")));
        }
        let body = self.body.as_deref().unwrap_or_default();
        if self.body.is_some() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }
}
