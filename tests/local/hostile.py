"""A hostile web page on its own port, with every way of a page to read from or write to another site."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
from playwright.sync_api import Page

# A name that resolves to this computer, as a hostile site's name does after DNS rebinding.
REBOUND = "evil.example"
RESOLVER_RULES = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"

# Each script resolves to the text that the page could read from `url`, or to "".
READS = {
    "fetch": "(url) => fetch(url).then((answer) => answer.text()).catch(() => '')",
    "script": """(url) => new Promise((resolve) => {
      const script = Object.assign(document.createElement("script"), { src: url });
      script.onload = () => resolve(window.secret ?? "loaded");
      script.onerror = () => resolve("");
      document.head.append(script);
    })""",
    "image": """(url) => new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve("loaded");
      image.onerror = () => resolve("");
      image.src = url;
    })""",
    "frame": """(url) => new Promise((resolve) => {
      addEventListener("message", (event) => resolve(event.data));
      const frame = Object.assign(document.createElement("iframe"), { src: url });
      frame.onload = () => setTimeout(() => resolve(""), 100);
      document.body.append(frame);
    })""",
    "websocket": """(url) => new Promise((resolve) => {
      const socket = new WebSocket(url.replace("http:", "ws:"));
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("");
    })""",
}
# Each script sends `body` to `url`, and resolves to the text that the page could read from the answer, or to "".
WRITES = {
    "cors": """([url, body]) => fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" } })
      .then((answer) => answer.text()).catch(() => "")""",
    "no-cors": """([url, body]) => fetch(url, { method: "POST", mode: "no-cors", body })
      .then((answer) => answer.text()).catch(() => "")""",
    "form": """([url, body]) => new Promise((resolve) => {
      const frame = Object.assign(document.createElement("iframe"), { name: "into" });
      document.body.append(frame);
      const form = Object.assign(document.createElement("form"), {
        action: url, method: "POST", enctype: "text/plain", target: "into" });
      form.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
      document.body.append(form);
      frame.onload = () => resolve("");
      form.submit();
    })""",
}

# Requests that a web page of another site can cause, by the header that reveals it.
HEADS = {
    "Host": "Host: evil.example:{port}\r\n",
    "Origin": "Host: 127.0.0.1:{port}\r\nOrigin: http://localhost:1\r\n",
    "Sec-Fetch-Site": "Host: 127.0.0.1:{port}\r\nSec-Fetch-Site: cross-site\r\n",
}


class _Site(BaseHTTPRequestHandler):
    """A site that answers each request with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>hostile</title><body>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Log nothing."""


@contextlib.contextmanager
def hostile_site() -> Iterator[str]:
    """Serve a hostile page at an address that a browser takes for another site than 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()


def everything_read(page: Page, url: str) -> dict[str, str]:
    """Try every way to read ``url``, and return the text that the page could read, by way."""
    return {way: read for way, script in READS.items() if (read := page.evaluate(script, url))}


def everything_written(page: Page, url: str, body: str) -> dict[str, str]:
    """Try every way to send ``body`` to ``url``, and return the text that the page could read, by way."""
    return {way: read for way, script in WRITES.items() if (read := page.evaluate(script, [url, body]))}


def listening(process_id: int) -> set[tuple[str, int]]:
    """Return the addresses and ports on which a process and its children listen."""
    process = psutil.Process(process_id)
    found: set[tuple[str, int]] = set()
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # a function that has just ended
            connections = one.net_connections()
            found.update(tuple(one.laddr) for one in connections if one.status == psutil.CONN_LISTEN)
    return found


def answer(port: int, method: str, head: str) -> str:
    """Return the answer of a server on this computer to a request for / with ``head``, the status line first."""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(f"{method} / HTTP/1.1\r\n{head.format(port=port)}\r\n".encode())
        return client.makefile("rb").read().decode()


def is_guarded(port: int) -> bool:
    """Return true if the server refuses, with a reason, every request that a page of another site can cause."""
    return all(
        (told := answer(port, method, head)).startswith("HTTP/1.1 403 ") and (method == "HEAD" or f"{name}: " in told)
        for name, head in HEADS.items()
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT")
    )
