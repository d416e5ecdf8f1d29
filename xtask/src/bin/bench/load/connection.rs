//! One connection, with TLS.

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::Target;
use crate::http::Answer;

pub(super) struct Connection {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(target: Target<'_>) -> Result<Connection> {
        let stream = TcpStream::connect(target.address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream: target.trust.handshake(stream).await?, buffer: Vec::with_capacity(4096) })
    }

    /// Asks, and reads the whole answer.
    pub(super) async fn exchange<T>(
        &mut self,
        request: &[u8],
        read: impl FnOnce(Answer<'_>) -> T,
    ) -> Result<T> {
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
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
