"""Where this machine is to be found on its network."""

from __future__ import annotations

import fcntl
import socket
import struct
from contextlib import closing

_SIOCGIFADDR = 0x8915  # Linux: the IPv4 address of an interface


def own_address() -> str | None:
    """This machine's IPv4 address on the local network: that of the way out, if there is one.

    Else, as at an access point without internet, that of the first interface that has one.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # of TEST-NET-1; a datagram's connect sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            pass
        for _, name in socket.if_nameindex():
            try:
                request = struct.pack("256s", name.encode())
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            except OSError:
                continue  # down, or without an address
            address = socket.inet_ntoa(answer[20:24])
            if not address.startswith("127."):
                return address
    return None
