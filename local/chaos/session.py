"""One case in the embedded cloud: its executions under faults, then the redrive, then the books."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from embedded_cloud.firehose import backend as firehose
from finance_stream.answer import read_highs
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.redrive import RedriveReport, redrive
from local.chaos.books import Bars, Books, Minute, hourly_highs, repeated
from local.chaos.case import Case
from local.chaos.lake import Lake
from local.faults.arm import armed
from local.pipeline import Pipeline
from local.yahoo.server import YahooReplay

POLL_SECONDS = 0.05
# Real seconds for what a stream has taken to arrive: its two buffers are over in a few.
SETTLE_SECONDS = 120.0


@dataclass
class Session:
    """A case as it went; the books are clean when there are no ``problems``."""

    case: Case
    struck: int = 0
    ends: list[ExecutionEnd] = field(default_factory=list)
    served: int = 0
    sent: int = 0
    redriven: int = 0
    lost: int = 0
    twice: int = 0
    collected_again: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Play:
    def __init__(self, pipeline: Pipeline, yahoo: YahooReplay, case: Case) -> None:
        self.pipeline, self.yahoo, self.case = pipeline, yahoo, case
        self.books = Books(replace(case.replay(), keeps_all=True))
        self.lake = Lake(pipeline, case.date)
        self.session = Session(case)

    def run(self) -> Session:
        self.yahoo.replay, self.yahoo.served = self.books.replay, self.books.take
        put_before = self.pipeline.bars_put()
        with armed(self.pipeline, self.yahoo, self.case) as faults:
            with ThreadPoolExecutor() as executions:
                ends = executions.map(self._execute, [self.case.tickers] * self.case.executions)
            self.session.ends = list(ends)
        self.session.struck = len(faults.struck)
        self._settle("after the executions")
        named = _named(self.session.ends, self.case.tickers)
        self._check_claims(self._check(self.lake.failed_bars(), named, "after the executions"))
        self._collect_again(self._redrive())
        self._check_highs()
        self.session.served = len(self.books.served)
        self.session.sent = self.pipeline.bars_put() - put_before
        return self.session

    def _execute(self, tickers: Sequence[str]) -> ExecutionEnd:
        end = self.case.date + timedelta(days=1)
        return self.pipeline.execute(tickers=list(tickers), start=self.case.date.isoformat(), end=end.isoformat())

    def _settle(self, when: str) -> None:
        """Until the stream has delivered, or failed, all that it took."""
        stream = self.pipeline.stream
        idle = threading.Event()
        for _ in range(int(SETTLE_SECONDS / POLL_SECONDS)):
            if not firehose.read_statistics(stream).pending_records:
                return
            idle.wait(POLL_SECONDS)
        self._problem(f"{when}: the stream still holds {firehose.read_statistics(stream).pending_records} records")

    def _check(self, failures: set[Minute], named: set[str], when: str) -> Bars:
        rows = self.lake.bars()
        found, books = dict(rows), self.books
        lost, twice = books.lost(found, failures, named), repeated(minute for minute, _ in rows)
        self.session.lost += len(lost)
        self.session.twice += len(twice)
        for what, minutes in (("lost", lost), ("there twice", twice), ("not as Yahoo gave it", books.altered(found))):
            if minutes:
                self._problem(f"{when}: {len(minutes)} bars {what}, the first {minutes[0].name} {minutes[0].ts}")
        return found

    def _check_claims(self, there: Bars) -> None:
        """An answer that says it is complete is."""
        for end in self.session.ends:
            if end.output and end.output.get("complete") and len(there) < len(self.books.everything):
                self._problem(f"complete is claimed with {len(there)} of {len(self.books.everything)} bars")

    def _redrive(self) -> Bars:
        """Put back what failed; what is in the lake then."""
        report = self._put_back()
        self.session.redriven = report.bars
        if not report.clean:
            self._problem(f"the redrive leaves {report.bad} {report.stopped}")
        self._settle("after the redrive")
        if again := self._put_back().bars:
            self._problem(f"a second redrive puts {again} bars back")
        # A collector that may not write to dead-letter/ either can only name its ticker; all else is back.
        unkept = any(rule.call == "s3:PutObject" and rule.of.startswith("dead-letter") for rule in self.case.faults)
        named = _named(self.session.ends, self.case.tickers) if unkept else set()
        return self._check(set(), named, "after the redrive")

    def _put_back(self) -> RedriveReport:
        pipeline = self.pipeline
        return redrive(pipeline.s3, pipeline.cloud.client("firehose"), pipeline.bucket, pipeline.stream)

    def _collect_again(self, found: Bars) -> None:
        """What a user does about tickers that failed, once all is healed."""
        short = sorted({minute.name for minute in self.books.everything if minute not in found})
        self.session.collected_again = short
        if not short:
            return
        end = self._execute(short)
        if not (end.succeeded and end.output and end.output["complete"]):
            self._problem(f"without faults: {end.error}: {end.cause or end.output}")
        self._settle("after another execution")
        found = self._check(set(), set(), "after another execution")
        if missing := len(self.books.everything.keys() - found.keys()):
            self._problem(f"without faults: {missing} bars missing")

    def _check_highs(self) -> None:
        highs, _ = read_highs(self.lake.hourly_highs(), self.case.tickers)
        if highs != hourly_highs(self.books.everything, self.case.date.isoformat()):
            self._problem("the hourly highs are not those of a run without faults")

    def _problem(self, line: str) -> None:
        self.session.problems.append(line)


def play(pipeline: Pipeline, yahoo: YahooReplay, case: Case) -> Session:
    """Have ``case`` happen and check its books; the lake must not hold bars of its date yet."""
    return _Play(pipeline, yahoo, case).run()


def _failures(end: ExecutionEnd) -> Iterable[Mapping[str, Any]]:
    return end.output["tickers"].get("failed", []) if end.output else ()


def _named(ends: Iterable[ExecutionEnd], tickers: Iterable[str]) -> set[str]:
    """The tickers that an execution says it has not collected."""
    return {
        ticker
        for ticker in tickers
        for end in ends
        if any(failed["ticker"] == ticker for failed in _failures(end)) or f" {ticker} " in (end.cause or "")
    }
