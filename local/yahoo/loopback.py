"""A tunnel to this computer itself, for clients that send through their proxy what NO_PROXY says should go past it."""

from __future__ import annotations

import contextlib
import socket
import threading

CONNECT_SECONDS = 10.0
_CHUNK_BYTES = 65_536


def relay(client: socket.socket, peer: socket.socket) -> None:
    """Pass on what either sends until both have ended."""
    upward = threading.Thread(target=_copy, args=(client, peer), name="loopback-tunnel", daemon=True)
    upward.start()
    _copy(peer, client)
    upward.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):  # one of them is gone: nobody is left to be told
        while data := source.recv(_CHUNK_BYTES):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
