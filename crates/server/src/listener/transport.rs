//! What carries a connection: bytes in and out, and a look at those that come next.

use std::io;

use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::{TcpStream, UnixStream};

/// A connection of the kernel's.
pub(super) trait Transport: AsyncRead + AsyncWrite + Unpin + Send + Sync {
    /// What comes next, which stays to be read; waits until something comes. Nothing is the end.
    fn look_ahead(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send;
}

impl Transport for TcpStream {
    async fn look_ahead(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.peek(buffer).await
    }
}

impl Transport for UnixStream {
    async fn look_ahead(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let look = || Ok(recv(self, &mut *buffer, RecvFlags::PEEK)?.1);
        self.async_io(Interest::READABLE, look).await
    }
}
