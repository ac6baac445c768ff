"""Yahoo on the loopback interface: a proxy that ends the tunnels to Yahoo's hosts in itself and answers by replay."""

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

STOP_SECONDS = 0.05  # how long the server may take to notice that it is stopped


class YahooReplay:
    """Yahoo's chart API over HTTPS, answered from a replay; a context manager, to be started once.

    Parameters
    ----------
    replay
        The bars to serve. A symbol that is not among them is unknown to this Yahoo.
    port
        TCP port to listen on; 0 takes a free one.
    fault
        Asked at each chart request for what to send instead, see :mod:`local.yahoo.faults`.

    ``served``, where set, is told the symbol, interval and document of each chart that is sent whole and at once.
    ``log`` lists the requests in the order of their answers. Any host but Yahoo's and this computer is refused (403):
    nothing is ever passed on to a network.
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
        """The variables that lead a process's yfinance (curl_cffi) here, and its AWS clients past it.

        In both spellings, since clients look at the lower-case one first and the user's own proxy may stand there.
        ``REQUESTS_CA_BUNDLE`` is what curl_cffi reads before any other; AWS clients read it too, for HTTPS only.
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
        """The requests for a chart of ``symbol`` so far."""
        return [request for request in list(self.log) if request.symbol == symbol]

    def start(self) -> Self:
        """Make the certificates, listen, and serve until :meth:`stop`.

        Raises
        ------
        OSError
            When ``port`` is taken.
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
        """What the chart request that has just come is to suffer."""
        with self._counting:
            self._occurrences[symbol, interval] += 1
            occurrence = self._occurrences[symbol, interval]
        return self.fault(ChartRequest(symbol, interval, occurrence)) if self.fault else None
