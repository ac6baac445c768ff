"""One chaos case in the embedded cloud: its executions under faults, the redrive, and the reconciliation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from embedded_cloud.firehose import backend as firehose
from finance_stream.answer import read_highs
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.redrive import RedriveReport, redrive
from local.chaos.case import Case
from local.chaos.lake import SessionLake
from local.chaos.ledger import Bars, Ledger, Minute, compute_hourly_highs, find_duplicates
from local.faults.injection import inject_faults
from local.pipeline import Pipeline
from local.yahoo.server import YahooReplay

# Of the cloud's time. The stream delivers all of its records within the time of its two buffers, and of its retries.
POLL_SECONDS = 5
SETTLE_SECONDS = 3_600


@dataclass
class CaseResult:
    """The result of a case. Every bar is accounted for if there are no ``problems``."""

    case: Case
    injected: int = 0
    pairs: set[tuple[str, str, str]] = field(default_factory=set)  # call, fault, state
    ends: list[ExecutionEnd] = field(default_factory=list)
    served: int = 0
    sent: int = 0
    redriven: int = 0
    lost: int = 0
    duplicates: int = 0
    collected_again: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _CaseRun:
    def __init__(self, pipeline: Pipeline, yahoo: YahooReplay, case: Case) -> None:
        self.pipeline, self.yahoo, self.case = pipeline, yahoo, case
        self.ledger = Ledger(replace(case.make_replay(), keeps_all=True))
        self.lake = SessionLake(pipeline, case.date)
        self.result = CaseResult(case)

    def run(self) -> CaseResult:
        self.yahoo.replay, self.yahoo.served = self.ledger.replay, self.ledger.enter
        put_before = self.pipeline.count_bars_put()
        with inject_faults(self.pipeline, self.yahoo, self.case) as faults:
            started = [self._start(self.case.tickers) for _ in range(self.case.executions)]
            self.result.ends = [self.pipeline.await_end(arn) for arn in started]
        self.result.injected, self.result.pairs = len(faults.injected), faults.pairs
        self._settle("after the executions")
        named = _find_failed_tickers(self.result.ends, self.case.tickers)
        self._check_claims(self._check(self.lake.read_failed_bars(), named, "after the executions"))
        self._collect_again(self._redrive())
        self._check_highs()
        self.result.served = len(self.ledger.served)
        self.result.sent = self.pipeline.count_bars_put() - put_before
        return self.result

    def _start(self, tickers: Sequence[str]) -> str:
        end = self.case.date + timedelta(days=1)
        return self.pipeline.start(tickers=list(tickers), start=self.case.date.isoformat(), end=end.isoformat())

    def _settle(self, when: str) -> None:
        """Wait until every record of the stream is delivered or has failed."""
        stream = self.pipeline.stream
        for _ in range(SETTLE_SECONDS // POLL_SECONDS):
            if not firehose.read_statistics(stream).pending_records:
                return
            self.pipeline.cloud.clock.wait(POLL_SECONDS)
        self._note_problem(f"{when}: the stream still holds {firehose.read_statistics(stream).pending_records} records")

    def _check(self, failures: set[Minute], named: set[str], when: str) -> Bars:
        rows = self.lake.read_bars()
        found, ledger = dict(rows), self.ledger
        lost, duplicates = ledger.find_lost(found, failures, named), find_duplicates(minute for minute, _ in rows)
        self.result.lost += len(lost)
        self.result.duplicates += len(duplicates)
        for what, minutes in (
            ("lost", lost),
            ("duplicated", duplicates),
            ("altered", ledger.find_altered(found)),
        ):
            if minutes:
                self._note_problem(f"{when}: {len(minutes)} bars {what}, the first {minutes[0].name} {minutes[0].ts}")
        return found

    def _check_claims(self, there: Bars) -> None:
        """Note a problem if an execution reports a complete answer over an incomplete lake."""
        for end in self.result.ends:
            if end.output and end.output.get("complete") and len(there) < len(self.ledger.expected):
                self._note_problem(f"complete is claimed with {len(there)} of {len(self.ledger.expected)} bars")

    def _redrive(self) -> Bars:
        """Redrive the failed bars. Return the bars that the lake has afterwards."""
        report = self._put_back()
        self.result.redriven = report.bars
        if not report.clean:
            self._note_problem(f"the redrive leaves {report.bad} {report.stopped}")
        self._settle("after the redrive")
        if again := self._put_back().bars:
            self._note_problem(f"a second redrive puts {again} bars back")
        # A collector that can't write to dead-letter/ can only report its ticker as failed.
        unkept = any(rule.call == "s3:PutObject" and rule.of.startswith("dead-letter") for rule in self.case.faults)
        named = _find_failed_tickers(self.result.ends, self.case.tickers) if unkept else set()
        return self._check(set(), named, "after the redrive")

    def _put_back(self) -> RedriveReport:
        pipeline = self.pipeline
        return redrive(pipeline.s3, pipeline.cloud.client("firehose"), pipeline.bucket, pipeline.stream)

    def _collect_again(self, found: Bars) -> None:
        """Collect tickers with missing bars again without faults, as a user would."""
        short = sorted({minute.name for minute in self.ledger.expected if minute not in found})
        self.result.collected_again = short
        if not short:
            return
        end = self.pipeline.await_end(self._start(short))
        if not (end.succeeded and end.output and end.output["complete"]):
            self._note_problem(f"without faults: {end.error}: {end.cause or end.output}")
        self._settle("after another execution")
        found = self._check(set(), set(), "after another execution")
        if missing := len(self.ledger.expected.keys() - found.keys()):
            self._note_problem(f"without faults: {missing} bars missing")

    def _check_highs(self) -> None:
        highs, _ = read_highs(self.lake.query_hourly_highs(), self.case.tickers)
        if highs != compute_hourly_highs(self.ledger.expected, self.case.date.isoformat()):
            self._note_problem("the hourly highs are not those of a run without faults")

    def _note_problem(self, line: str) -> None:
        self.result.problems.append(line)


def run_case(pipeline: Pipeline, yahoo: YahooReplay, case: Case) -> CaseResult:
    """Run a case and reconcile its bars. The lake must not have bars of its date yet."""
    return _CaseRun(pipeline, yahoo, case).run()


def _list_failures(end: ExecutionEnd) -> Iterable[Mapping[str, Any]]:
    return end.output["tickers"].get("failed", []) if end.output else ()


def _find_failed_tickers(ends: Iterable[ExecutionEnd], tickers: Iterable[str]) -> set[str]:
    """Return the tickers that an execution has reported as failed."""
    return {
        ticker
        for ticker in tickers
        for end in ends
        if any(failed["ticker"] == ticker for failed in _list_failures(end)) or f" {ticker} " in (end.cause or "")
    }
