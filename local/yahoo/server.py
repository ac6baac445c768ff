"""Yahoo on the loopback interface: a proxy that answers requests for Yahoo's hosts from a replay."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deployment.proxies import NOT_PROXIED
from local.yahoo.certificates import make_server_context
from local.yahoo.connection import Connection
from local.yahoo.faults import ChartRequest, Fault, FaultHook
from local.yahoo.replay import Replay
from local.yahoo.replay_server import LOOPBACK, AnsweredRequest, ReplayServer

STOP_SECONDS = 0.05  # the server checks this often whether it is stopped


class YahooReplay:
    """Yahoo's chart API over HTTPS on a replay: a context manager that can be started once.

    Parameters
    ----------
    replay
        The bars to serve. This Yahoo doesn't know any other symbol.
    port
        TCP port to listen on. 0 stands for any free port.
    fault
        Called per chart request, returns the fault to inject or None. See :mod:`local.yahoo.faults`.

    ``served``, if set, is called with the symbol, interval and document of each chart that is sent whole and without a
    delay. ``log`` lists the requests in the order of their responses. Any host but Yahoo's and this computer is refused
    (403): nothing is ever sent to a network.
    """

    def __init__(self, replay: Replay, *, port: int = 0, fault: FaultHook | None = None) -> None:
        self.replay = replay
        self.port = port
        self.fault = fault
        self.served: Callable[[str, str, dict[str, Any]], None] | None = None
        self.log: list[AnsweredRequest] = []
        self.stopped = threading.Event()
        self._occurrences: Counter[tuple[str, str]] = Counter()
        self._counting = threading.Lock()
        self._authority = Path()
        self._running = contextlib.ExitStack()

    def environment(self) -> dict[str, str]:
        """Return the variables that lead a process's yfinance (curl_cffi) to this proxy, and its AWS clients past it.

        Both spellings are set: clients prefer the lower-case one, and it may hold the user's own proxy. curl_cffi reads
        ``REQUESTS_CA_BUNDLE`` before any other. AWS clients read it too, but for HTTPS only.
        """
        proxy, direct = f"http://{LOOPBACK}:{self.port}", ",".join(NOT_PROXIED)
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": direct,
            "no_proxy": direct,
            "REQUESTS_CA_BUNDLE": str(self._authority),
        }

    def list_chart_requests(self, symbol: str) -> list[AnsweredRequest]:
        """Return the requests for charts of ``symbol`` so far."""
        return [request for request in list(self.log) if request.symbol == symbol]

    def start(self) -> Self:
        """Make the certificates, listen, and serve until :meth:`stop`.

        Raises
        ------
        OSError
            If ``port`` is taken.
        """
        with contextlib.ExitStack() as starting:
            folder = starting.enter_context(tempfile.TemporaryDirectory(prefix="yahoo-replay-"))
            context, self._authority = make_server_context(Path(folder))
            server = ReplayServer(self, context, self.port, Connection)
            starting.callback(server.stop)
            self._running = starting.pop_all()
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(STOP_SECONDS,), name="yahoo-replay", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving, drop the open connections, and remove the certificates."""
        self.stopped.set()
        self._running.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def next_fault(self, symbol: str, interval: str) -> Fault | None:
        """Return the fault to inject into the current chart request, or None."""
        with self._counting:
            self._occurrences[symbol, interval] += 1
            occurrence = self._occurrences[symbol, interval]
        return self.fault(ChartRequest(symbol, interval, occurrence)) if self.fault else None
