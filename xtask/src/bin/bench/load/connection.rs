//! One connection, with TLS.

use std::net::Ipv4Addr;
use std::pin::pin;

use anyhow::{Context, Result, bail};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;

use super::Target;
use crate::http::Answer;

pub struct Connection {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(target: Target<'_>) -> Result<Connection> {
        Connection::open_from(target, Ipv4Addr::LOCALHOST).await
    }

    /// Opens one from an address of this machine's loopback.
    pub async fn open_from(target: Target<'_>, source: Ipv4Addr) -> Result<Connection> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((source, 0).into()).context("taking an address")?;
        let stream = socket.connect(target.address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream: target.trust.handshake(stream).await?, buffer: Vec::with_capacity(4096) })
    }

    /// Sends some bytes, whatever they are.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await?;
        Ok(self.stream.flush().await?)
    }

    /// Whether the other side has neither answered nor ended it.
    pub fn is_silent(&mut self) -> bool {
        let mut byte = [0];
        let reading = pin!(self.stream.read(&mut byte));
        reading.now_or_never().is_none()
    }

    /// Asks, and reads the whole answer.
    pub async fn exchange<T>(&mut self, request: &[u8], read: impl FnOnce(Answer<'_>) -> T) -> Result<T> {
        self.send(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection ended before its answer");
            }
            if let Some(answer) = Answer::read(&self.buffer)? {
                return Ok(read(answer));
            }
        }
    }

    /// Ends it as clients do.
    pub(super) async fn close(mut self) -> Result<()> {
        self.stream.shutdown().await.context("closing")
    }
}
