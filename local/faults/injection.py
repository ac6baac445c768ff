"""The injection of a fault plan into a running pipeline and its Yahoo."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from embedded_cloud.faults import inject_no_fault
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.firehose.faults import NoAnswerError, PutRefusedError
from embedded_cloud.refusals import RefusalError
from finance_stream.strict_json import NotJSON, read_json
from local.faults.plan import CHART, FUNCTION, NO_ANSWER, PAGE, PARTIAL, PUT, FaultPlan, Rule
from local.pipeline import Pipeline
from local.yahoo.faults import FAULTS, PAGE_FAULTS, ChartRequest, Fault
from local.yahoo.rows import SPOILT_ROWS
from local.yahoo.server import YahooReplay

FAILED_SHARE = 0.5  # of the records of a batch that fails in part


class FaultInjector:
    """A fault plan at work: it counts the calls and injects the plan's faults, which ``injected`` lists.

    ``pairs`` has each call and fault with each state that an execution was in then. ``read_states`` returns them.
    """

    def __init__(self, plan: FaultPlan, read_states: Callable[[], Iterable[str]] = tuple) -> None:
        self.plan = plan
        self.injected: list[tuple[str, str, str]] = []  # call, of, fault
        self.pairs: set[tuple[str, str, str]] = set()  # call, fault, state
        self._read_states = read_states
        self._matched: Counter[int] = Counter()
        self._lock = threading.Lock()

    def __call__(self, call: str, of: str, payload: bytes = b"") -> str | None:
        """Return the fault to inject into a call, or None, as a :class:`embedded_cloud.faults.FaultHook`."""
        if call == FUNCTION:
            of = _describe_function(of, payload)
        with self._lock:
            injecting = [rule for rule in self._match(call, of) if rule is not None]
            if not injecting:
                return None
            fault = injecting[0].fault
            self.injected.append((call, of, fault))
            self.pairs |= {(call, fault, state) for state in self._read_states()}
            return fault

    def _match(self, call: str, of: str) -> Iterator[Rule | None]:
        for index, rule in enumerate(self.plan.faults):
            if rule.call == call and fnmatchcase(of, rule.of):
                self._matched[index] += 1
                yield rule if rule.injects(self._matched[index]) else None

    def find_chart_fault(self, request: ChartRequest) -> Fault | None:
        """Return the fault of a chart request, or None, as a :data:`local.yahoo.faults.FaultHook`.

        A ``1d`` chart has no fault: yfinance asks for it to learn the time zone.
        """
        if request.interval == "1d":
            return None
        fault = self(CHART, request.symbol)
        return {**FAULTS, **SPOILT_ROWS}[fault] if fault else None

    def find_page_fault(self, page: str) -> Fault | None:
        """Return the fault of a request for a cookie, a crumb or the consent page, or None."""
        fault = self(PAGE, page)
        return PAGE_FAULTS[fault] if fault else None

    def inject_put_fault(self, records: Sequence[bytes], call: int) -> Iterable[int]:
        """Return the records of a batch that fail, as a :data:`embedded_cloud.firehose.faults.PutFault`."""
        del call
        symbol = _read_ticker(records)
        fault = self(PUT, symbol)
        if fault is None:
            return ()
        if fault == PARTIAL:
            # Seeded by this ticker's own faults: the calls of other tickers come in no fixed order.
            before = self.injected.count((PUT, symbol, fault))
            chance = random.Random(f"{self.plan.seed} {symbol} {before}")  # noqa: S311 - no secret
            return chance.sample(range(len(records)), max(1, int(len(records) * FAILED_SHARE)))
        if fault == NO_ANSWER:
            raise NoAnswerError
        refusal = RefusalError(PUT, fault)
        raise PutRefusedError(refusal.code, str(refusal), refusal.status)


def _describe_function(name: str, payload: bytes) -> str:
    """Return the last part of a function's name and its event's ticker: ``collector NFLX``."""
    event: Any = None
    with contextlib.suppress(NotJSON):
        event = read_json(payload)
    ticker = event.get("ticker") if isinstance(event, dict) else None
    return " ".join(part for part in (name.rpartition("-")[2], ticker) if isinstance(part, str))


def _read_ticker(records: Sequence[bytes]) -> str:
    """Return the ticker of a batch. A collector sends bars of one ticker only."""
    try:
        return str(read_json(records[0].split(b"\n", 1)[0])["name"])
    except (NotJSON, LookupError, TypeError):
        return ""


@contextlib.contextmanager
def inject_faults(pipeline: Pipeline, yahoo: YahooReplay | None, plan: FaultPlan) -> Iterator[FaultInjector]:
    """Inject the faults of ``plan`` until the end of the block."""
    stream = pipeline.stream
    injector = FaultInjector(plan, pipeline.list_current_states)
    pipeline.cloud.faults = injector
    firehose.set_put_fault(stream, injector.inject_put_fault)
    if yahoo:
        yahoo.fault, yahoo.page_fault = injector.find_chart_fault, injector.find_page_fault
    try:
        yield injector
    finally:
        pipeline.cloud.faults = inject_no_fault
        firehose.set_put_fault(stream, None)
        if yahoo:
            yahoo.fault = yahoo.page_fault = None
