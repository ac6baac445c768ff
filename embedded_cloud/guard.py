"""A guard for servers on the loopback interface: it refuses every request that a web page may have made.

Any page in your browser can send requests to a loopback port. Three headers distinguish these requests from those of
other clients. A page can neither set nor omit them.

- ``Host`` is a foreign name if a site's own name resolves to this computer (DNS rebinding).
- ``Origin`` is in every cross-site request that can change something, in every preflight and every WebSocket.
- ``Sec-Fetch-Site`` is in all others: images, scripts, links. Browsers have sent it since 2023.

https://developer.mozilla.org/docs/Web/Security/Attacks/CSRF
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

from collections.abc import Collection
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import ClassVar, cast

HTTP_PORT = 80  # clients omit it from Host
QUOTED_CHARACTERS = 100  # of a refused value, quoted in the refusal
_REFUSED = "a web page of another site may not call this server"


def find_refusal(target: str, headers: Message, hosts: Collection[str], *, has_page: bool = False) -> str | None:
    """Return the reason to refuse a request, or None if no web page of another site can have made it.

    Parameters
    ----------
    target
        The request target from the request's first line.
    hosts
        The allowed values of ``Host``.
    has_page
        True if the server has a page of its own. It serves that page's requests.
    """
    if not target.startswith("/"):
        return f"target: {_quote(target)} is not a path"
    given = headers.get_all("Host", [])
    if len(given) != 1 or given[0] not in hosts:
        return f"Host: {_quote(*given)} is not {' or '.join(hosts)}"
    return find_page_refusal(headers, own_origin=f"http://{given[0]}" if has_page else None)


def find_page_refusal(headers: Message, own_origin: str | None = None) -> str | None:
    """Return the reason to refuse a request of a web page whose origin isn't ``own_origin``, or None."""
    for origin in headers.get_all("Origin", []):
        if origin != own_origin:
            return f"Origin: {_quote(origin)}: {_REFUSED}"
    for site in headers.get_all("Sec-Fetch-Site", []):
        if site != "none" and not (own_origin and site == "same-origin"):
            return f"Sec-Fetch-Site: {_quote(site)}: {_REFUSED}"
    return None


def list_loopback_hosts(address: str, port: int) -> list[str]:
    """Return the values of ``Host`` that clients send to a server on ``address`` and ``port``."""
    return [name if port == HTTP_PORT else f"{name}:{port}" for name in (address, "localhost")]


class GuardedRequestHandler(BaseHTTPRequestHandler):
    """A mix-in for request handlers that refuses requests of foreign web pages."""

    has_page: ClassVar[bool] = False

    def parse_request(self) -> bool:
        """Read the request's head and refuse the request if the guard does. The body stays unread."""
        if not super().parse_request():
            return False
        if reason := self.find_refusal():
            self.refuse(reason)
            return False
        return True

    def find_refusal(self) -> str | None:
        """Return the reason to refuse the request, or None."""
        address, port = cast("tuple[str, int]", self.server.server_address)
        return find_refusal(self.path, self.headers, list_loopback_hosts(address, port), has_page=self.has_page)

    def format_refusal(self, reason: str) -> str:
        """Return the body of the response to a refused client."""
        return reason

    def refuse(self, reason: str) -> None:
        """Send status 403 with one line and close the connection."""
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
