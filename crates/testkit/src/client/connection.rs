//! One connection: bytes out, answers in.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, UnixStream};
use tokio::time::timeout;

use super::response::{Body, Head};
use super::{Endpoint, ProxyWay, Response};
use crate::must::must;

/// No answer of a test's server takes so long.
const PATIENCE: Duration = Duration::from_secs(20);

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn unix(path: &Path) -> anyhow::Result<Box<dyn Stream>> {
    Ok(Box::new(UnixStream::connect(path).await.context("connecting")?))
}

/// A connection that stays open until one side closes it.
pub struct Connection {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(endpoint: &Endpoint, source: IpAddr) -> anyhow::Result<Connection> {
        let tcp = async |port: u16| {
            let socket = TcpSocket::new_v4()?;
            socket.bind(SocketAddr::new(source, 0)).with_context(|| format!("binding {source}"))?;
            let stream = socket.connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
            let stream = stream.with_context(|| format!("connecting to port {port}"))?;
            stream.set_nodelay(true)?;
            anyhow::Ok(stream)
        };
        let stream: Box<dyn Stream> = match endpoint {
            Endpoint::Tls(port, trust) => Box::new(trust.connect(tcp(*port).await?).await?),
            Endpoint::Plain(port) => Box::new(tcp(*port).await?),
            Endpoint::Proxied(way, header, trust) => {
                let mut stream: Box<dyn Stream> = match way {
                    ProxyWay::Port(port) => Box::new(tcp(*port).await?),
                    ProxyWay::Socket(path) => unix(path).await?,
                };
                // a server that does not want it may have closed already
                let _ = stream.write_all(header).await;
                match trust {
                    Some(trust) => Box::new(trust.connect(stream).await?),
                    None => stream,
                }
            }
            Endpoint::Socket(path) => unix(path).await?,
        };
        Ok(Connection { stream, read: Vec::new() })
    }

    /// Sends bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) {
        // a server that refuses early may close while we still send: its answer counts
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// Reads one answer; `head_only` for the answer to HEAD.
    pub async fn read(&mut self, head_only: bool) -> Response {
        let answer = timeout(PATIENCE, self.try_read(head_only)).await.context("no answer in time");
        must(answer.and_then(|answer| answer))
    }

    /// Everything up to the end of this text, once it has come; what comes after it stays.
    pub async fn read_through(&mut self, text: &str) -> String {
        let wanted = text.as_bytes();
        let found = self.until(|read| read.windows(wanted.len()).position(|part| part == wanted));
        let start = must(timeout(PATIENCE, found).await.context("not in time").and_then(|found| found));
        String::from_utf8_lossy(&self.take(start.saturating_add(wanted.len()))).into_owned()
    }

    /// Everything up to the end of the connection, however it ends.
    pub async fn rest(&mut self) -> Vec<u8> {
        let all = async { while matches!(self.fill().await, Ok(true)) {} };
        must(timeout(PATIENCE, all).await.context("the connection did not end in time"));
        std::mem::take(&mut self.read)
    }

    /// Whether the server closed the connection and sent nothing more.
    pub async fn is_closed(&mut self) -> bool {
        let mut byte = [0];
        self.read.is_empty()
            && !matches!(timeout(PATIENCE, self.stream.read(&mut byte)).await, Ok(Ok(1..)) | Err(_))
    }

    async fn try_read(&mut self, head_only: bool) -> anyhow::Result<Response> {
        let end = self.until(|read| read.windows(4).position(|four| four == b"\r\n\r\n")).await?;
        let head = Head::parse(&self.take(end.saturating_add(4)))?;
        let body = match head.body(head_only)? {
            Body::Length(length) => {
                self.until(|read| (read.len() >= length).then_some(())).await?;
                self.take(length)
            }
            Body::Chunked => self.chunks().await?,
            Body::ToTheEnd => {
                while self.fill().await? {}
                std::mem::take(&mut self.read)
            }
        };
        Ok(Response::new(head, body))
    }

    async fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = self.until(|read| read.windows(2).position(|two| two == b"\r\n")).await?;
            let line = String::from_utf8(self.take(end.saturating_add(2)))?;
            let length = usize::from_str_radix(line.trim_end(), 16).context("a chunk's size")?;
            self.until(|read| (read.len() >= length.saturating_add(2)).then_some(())).await?;
            body.extend(self.take(length));
            self.take(2);
            if length == 0 {
                return Ok(body);
            }
        }
    }

    /// Reads until the bytes so far satisfy `found`.
    async fn until<T>(&mut self, found: impl Fn(&[u8]) -> Option<T>) -> anyhow::Result<T> {
        loop {
            if let Some(value) = found(&self.read) {
                return Ok(value);
            }
            if !self.fill().await? {
                bail!("the connection ended after {:?}", String::from_utf8_lossy(&self.read));
            }
        }
    }

    async fn fill(&mut self) -> anyhow::Result<bool> {
        Ok(self.stream.read_buf(&mut self.read).await.context("reading")? > 0)
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        self.read.drain(..length.min(self.read.len())).collect()
    }
}
