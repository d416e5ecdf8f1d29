# Gives a network namespace of one's own a loopback that is up, and an address beside it that is not loopback's.

import fcntl
import socket
import struct

SET_ADDRESS, SET_FLAGS, UP_AND_RUNNING = 0x8916, 0x8914, 0x41
kernel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(kernel, SET_FLAGS, struct.pack("16sH14x", b"lo", UP_AND_RUNNING))
address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
fcntl.ioctl(kernel, SET_ADDRESS, struct.pack("16s16s", b"lo:1", address))
