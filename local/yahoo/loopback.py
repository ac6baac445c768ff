"""A tunnel to this computer itself, for clients that ignore NO_PROXY."""

from __future__ import annotations

import contextlib
import socket
import threading

CONNECT_SECONDS = 10.0
_CHUNK_BYTES = 65_536


def relay(client: socket.socket, peer: socket.socket) -> None:
    """Copy the bytes of both sockets to each other until both have ended."""
    upward = threading.Thread(target=_copy, args=(client, peer), name="loopback-tunnel", daemon=True)
    upward.start()
    _copy(peer, client)
    upward.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):  # one of them is gone, so nobody waits for an error
        while data := source.recv(_CHUNK_BYTES):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
