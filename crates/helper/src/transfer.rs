//! Messages with file descriptors over a pair of sockets.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, Result};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

use crate::message::LONGEST;

/// How many descriptors come with a message: the run's own socket and the three standard ones.
pub(crate) const DESCRIPTORS: usize = 4;

/// Two connected sockets that keep messages apart and that no program inherits.
pub(crate) fn message_pair() -> Result<(OwnedFd, OwnedFd)> {
    socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
}

/// Sends a message.
pub(crate) fn send(
    socket: impl AsFd,
    message: &[u8],
    descriptors: [BorrowedFd<'_>; DESCRIPTORS],
) -> Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(Errno::NOBUFS);
    }
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    sendmsg(socket, &[IoSlice::new(message)], &mut ancillary, flags).map(|_| ())
}

/// Where messages come in. There is one, which is kept: to take memory of this size for each message, and to wipe all of
/// it, would cost a run more than its own start.
pub(crate) struct Inbox(Box<[u8]>);

impl Inbox {
    pub(crate) fn new() -> Inbox {
        Inbox(vec![0; LONGEST].into_boxed_slice())
    }

    /// The next message; none once the other side is gone. One that is not whole comes back empty.
    pub(crate) fn receive(&mut self, socket: impl AsFd) -> Result<Option<(Vec<u8>, Vec<OwnedFd>)>> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let into = &mut [IoSliceMut::new(&mut self.0)];
        let received = recvmsg(socket, into, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
        let mut descriptors = Vec::new();
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(received) = message {
                descriptors.extend(received);
            }
        }
        let came = self.0.get_mut(..received.bytes).unwrap_or_default();
        let cut = received.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC);
        let message = if cut { Vec::new() } else { came.to_vec() };
        came.fill(0);
        let is_over = received.bytes == 0 && descriptors.is_empty();
        Ok((!is_over).then_some((message, descriptors)))
    }
}
