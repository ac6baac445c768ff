"""A client's connection: the tunnel through the proxy, and inside it the pages of Yahoo that yfinance reads."""

from __future__ import annotations

import json
import socket
import struct
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from deployment.proxies import NOT_PROXIED
from embedded_cloud import clock
from embedded_cloud.guard import GuardedRequestHandler, find_page_refusal, find_refusal
from local.yahoo.certificates import DOMAIN
from local.yahoo.chart import DEFAULT_INTERVAL, ChartError, make_chart
from local.yahoo.faults import JSON, TEXT, Fault
from local.yahoo.loopback import CONNECT_SECONDS, relay
from local.yahoo.replay_server import AnsweredRequest, ReplayServer

HTTPS_PORT = "443"
COOKIE_HOST = f"fc.{DOMAIN}"
CONSENT_HOST = f"guce.{DOMAIN}"
COOKIE = f"A3=d=replay&S=replay; Max-Age=31557600; Domain=.{DOMAIN}; Path=/; SameSite=None; Secure; HttpOnly"
CRUMB_PATH = "/v1/test/getcrumb"
CRUMB = "replay.crumb"
CHART_PATH = "/v8/finance/chart/"
SUMMARY_PATH = "/v10/finance/quoteSummary/"

RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # SO_LINGER: close with a reset


class Connection(GuardedRequestHandler, BaseHTTPRequestHandler):
    """The handler of one connection.

    It answers CONNECT for Yahoo's hosts as Yahoo, opens a tunnel for this computer's own names, and refuses everything
    else with 403.
    """

    server: ReplayServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # header and body are written separately: Nagle would delay each response by 40 ms
    tunnel_host = ""

    def setup(self) -> None:
        super().setup()
        self.server.follow(self.connection)

    def find_refusal(self) -> str | None:
        """Return the guard's reason to refuse the request, or None. The proxy checks the target later."""
        if self.tunnel_host:
            return find_refusal(self.path, self.headers, [self.tunnel_host, f"{self.tunnel_host}:{HTTPS_PORT}"])
        return super().find_refusal() if self.path.startswith("/") else find_page_refusal(self.headers)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the header Date."""
        return super().date_time_string(clock.current().read_seconds() if timestamp is None else timestamp)

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        if not self.tunnel_host and host in NOT_PROXIED:
            return self._tunnel(host, port)
        if self.tunnel_host or not _is_yahoo(host) or port != HTTPS_PORT:
            return self._refuse(self.path)
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.server.forget(self.connection)
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.server.follow(self.connection)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.tunnel_host = host.lower()
        self.close_connection = False  # Python's http.client sends CONNECT with HTTP/1.0, for a tunnel too
        return None

    def _tunnel(self, host: str, port: str) -> None:
        self.close_connection = True
        try:
            peer = socket.create_connection((host, int(port)), CONNECT_SECONDS)
        except (OSError, ValueError, OverflowError) as error:
            return self._answer(502, f"{self.path}: {error}\n", TEXT, self.path)
        with peer:
            peer.settimeout(None)
            self.send_response_only(200, "Connection established")
            self.end_headers()
            relay(self.connection, peer)
        return None

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not self.tunnel_host:
            return self._refuse(url.netloc or self.path)
        query, path = dict(parse_qsl(url.query, keep_blank_values=True)), unquote(url.path)
        if page := self._find_page(path):
            return self._send_page(page, path)
        if path.startswith(CHART_PATH):
            return self._send_chart(path, query)
        symbol = path.removeprefix(SUMMARY_PATH).upper()
        if path.startswith(SUMMARY_PATH) and not self.server.yahoo.replay.knows(symbol):
            error = {"code": "Not Found", "description": f"Quote not found for symbol: {symbol}"}
            return self._answer(404, _to_json({"quoteSummary": {"result": None, "error": error}}), JSON, path, query)
        return self._refuse_path(path)

    def do_POST(self) -> None:
        self.close_connection = True  # the body isn't read
        if self.tunnel_host:
            self._refuse_path(urlsplit(self.path).path)
        else:
            self._refuse(urlsplit(self.path).netloc or self.path)

    def _find_page(self, path: str) -> str | None:
        """Return the page that yfinance asks for before a chart, or None."""
        if self.tunnel_host in (COOKIE_HOST, CONSENT_HOST):
            return "cookie" if self.tunnel_host == COOKIE_HOST else "consent"
        return "crumb" if path == CRUMB_PATH else None

    def _send_page(self, page: str, path: str) -> None:
        fault = self.server.yahoo.find_page_fault(page) or Fault()
        if self.server.yahoo.stopped.wait(fault.delay_seconds) or fault.reset:
            self.server.yahoo.log.append(AnsweredRequest(self.tunnel_host, path, {}, "", 0))
            return self._reset()
        if fault.body is not None:
            return self._answer(fault.status, fault.body, fault.content_type, path)
        if page == "cookie":
            return self._answer(404, "", TEXT, path, headers={"Set-Cookie": COOKIE})
        return self._answer(200, CRUMB, TEXT, path) if page == "crumb" else self._refuse_path(path)

    def _send_chart(self, path: str, query: dict[str, str]) -> None:
        symbol, interval = path.removeprefix(CHART_PATH).upper(), query.get("interval", DEFAULT_INTERVAL)
        fault = self.server.yahoo.next_fault(symbol, interval) or Fault()
        stopped = self.server.yahoo.stopped.wait(fault.delay_seconds)
        if stopped or fault.reset:
            self.server.yahoo.log.append(AnsweredRequest(self.tunnel_host, path, query, symbol, 0))
            return self._reset()
        status, body = fault.status, fault.body
        if body is None:
            try:
                document = fault.spoil_chart(make_chart(self.server.yahoo.replay, symbol, query))
            except ChartError as error:
                status, document = error.status, error.to_document()
            body = _to_json(document)
            if self.server.yahoo.served and fault.whole and status == HTTPStatus.OK:
                self.server.yahoo.served(symbol, interval, document)
        return self._answer(status, body[: int(len(body) * fault.kept)], fault.content_type, path, query, symbol)

    def _reset(self) -> None:
        """Drop the connection so that the client sees a reset and not an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.rfile.close()
        self.connection.close()

    def _refuse(self, target: str) -> None:
        self.close_connection = True
        text = f"{target} is refused: this proxy replays {DOMAIN} over HTTPS and never connects to the internet\n"
        self._answer(403, text, TEXT, target)

    def _refuse_path(self, path: str) -> None:
        text = f"{self.command} https://{self.tunnel_host}{path} is not in this replay of Yahoo\n"
        self._answer(501, text, TEXT, path)

    def _answer(
        self,
        status: int,
        body: str,
        content_type: str,
        path: str,
        query: dict[str, str] | None = None,
        symbol: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        # Logged first, so that a client with a response finds its request in the log.
        self.server.yahoo.log.append(AnsweredRequest(self.tunnel_host, path, query or {}, symbol, status))
        content = body.encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": content_type,
            "Content-Length": str(len(content)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def finish(self) -> None:
        """Close the tunnel too. The server doesn't know its socket."""
        if not self.wfile.closed:
            super().finish()
        self.server.forget(self.connection)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Write no line per request, because ``YahooReplay.log`` has them."""


def _is_yahoo(host: str) -> bool:
    return host.lower() == DOMAIN or host.lower().endswith(f".{DOMAIN}")


def _to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, allow_nan=False, separators=(",", ":"))
