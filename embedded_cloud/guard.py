"""A guard for servers on the loopback interface: it refuses every request that a web page may have made.

Any page in the browser of this computer can send requests to a loopback port. Three headers tell them from those of
other clients. A page can neither set them nor leave them out.

- ``Host`` is another name where a site has its own name resolve to this computer (DNS rebinding).
- ``Origin`` is in every request of another site that can change something, in every preflight and every WebSocket.
- ``Sec-Fetch-Site`` is in all others: images, scripts, links. Browsers send it since 2023.

https://developer.mozilla.org/docs/Web/Security/Attacks/CSRF
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

from collections.abc import Collection
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import ClassVar, cast

HTTP_PORT = 80  # which clients leave out of the Host
QUOTED_CHARACTERS = 100  # of a refused value, in the refusal
_REFUSED = "no web page of another site may call this server"


def find_refusal(target: str, headers: Message, hosts: Collection[str], *, has_page: bool = False) -> str | None:
    """Return why a request is refused, or None if no web page of another site can have made it.

    Parameters
    ----------
    target
        The request's target, as in its first line.
    hosts
        The values that ``Host`` may have.
    has_page
        Whether the server has a page of its own, whose requests it serves.
    """
    if not target.startswith("/"):
        return f"target: {_quote(target)} is not a path"
    given = headers.get_all("Host", [])
    if len(given) != 1 or given[0] not in hosts:
        return f"Host: {_quote(*given)} is not {' or '.join(hosts)}"
    return find_page_refusal(headers, own_origin=f"http://{given[0]}" if has_page else None)


def find_page_refusal(headers: Message, own_origin: str | None = None) -> str | None:
    """Return why a request is refused if a web page has made it, unless that page's origin is ``own_origin``."""
    for origin in headers.get_all("Origin", []):
        if origin != own_origin:
            return f"Origin: {_quote(origin)}: {_REFUSED}"
    for site in headers.get_all("Sec-Fetch-Site", []):
        if site != "none" and not (own_origin and site == "same-origin"):
            return f"Sec-Fetch-Site: {_quote(site)}: {_REFUSED}"
    return None


def list_loopback_hosts(address: str, port: int) -> list[str]:
    """Return the values of ``Host`` with which clients name a server that listens on ``address`` and ``port``."""
    return [name if port == HTTP_PORT else f"{name}:{port}" for name in (address, "localhost")]


class GuardedRequestHandler(BaseHTTPRequestHandler):
    """A request handler whose server answers its own clients only; mix it into the handler of each server."""

    has_page: ClassVar[bool] = False

    def parse_request(self) -> bool:
        """Read the request's head, and refuse it here if the guard does; the body stays unread."""
        if not super().parse_request():
            return False
        if reason := self.find_refusal():
            self.refuse(reason)
            return False
        return True

    def find_refusal(self) -> str | None:
        """Return why the request is refused, or None."""
        address, port = cast("tuple[str, int]", self.server.server_address)
        return find_refusal(self.path, self.headers, list_loopback_hosts(address, port), has_page=self.has_page)

    def format_refusal(self, reason: str) -> str:
        """Return the line that a refused client gets."""
        return reason

    def refuse(self, reason: str) -> None:
        """Answer 403 with one line, and close the connection."""
        self.close_connection = True
        content = f"{self.format_refusal(reason)}\n".encode()
        self.send_response(HTTPStatus.FORBIDDEN)
        for name, value in {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(content)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _quote(*values: str) -> str:
    return " and ".join(ascii(value[:QUOTED_CHARACTERS]) for value in values) or "(none)"
