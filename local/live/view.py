"""The contents of the live page, read from the running pipeline per request. Unchanged contents are cached."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from finance_stream.client.execution import list_newest, observe
from finance_stream.client.report.data import Report, Subject, collect
from finance_stream.client.report.execution import (
    MAX_EXECUTIONS,
    Executed,
    find_newest_date,
    read_execution,
    read_interval,
)
from finance_stream.client.report.lake import BarReader
from finance_stream.client.report.live import Listed, Live, render_live
from finance_stream.client.waits import read_wait_seconds
from finance_stream.executions import TERMINAL, make_execution_arn
from finance_stream.progress import Progress
from finance_stream.strict_json import read_json_or_none
from local.pipeline import STACK, Pipeline
from local.source import Source

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_LISTED = 50
MAX_KEPT = 16  # results of Athena

Objects = frozenset[tuple[str, str]]


class UnknownExecutionError(Exception):
    """No execution has that name."""


@dataclass(frozen=True)
class CachedBarReader(BarReader):
    """A lake that queries Athena again only if its objects have changed."""

    s3: S3Client
    bucket: str
    kept: dict[Any, tuple[Objects, list[dict[str, str]]]] = field(default_factory=dict)
    asking: threading.Lock = field(default_factory=threading.Lock)

    def read_rows(self, statement: str, *parameters: str) -> Iterator[dict[str, str]]:
        asked = (statement, *parameters)
        with self.asking:
            objects = self.list_objects()  # before the query: the next request sees later deliveries
            known, found = self.kept.pop(asked, (None, []))
            if known != objects:
                found = list(super().read_rows(statement, *parameters)) if objects else []
            self.kept[asked] = objects, found
            if len(self.kept) > MAX_KEPT:
                del self.kept[next(iter(self.kept))]
            return iter(found)

    def list_objects(self) -> Objects:
        """Return the key and ETag of each object that the view reads."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        entries = (one for page in pages for one in page.get("Contents", []))
        return frozenset((one["Key"], one["ETag"]) for one in entries if one["Key"].startswith(("bars/", "compacted/")))


class LiveView:
    """The executions of a running pipeline as its live page shows them."""

    def __init__(self, pipeline: Pipeline, source: Source) -> None:
        self._pipeline = pipeline
        self._source = source
        self._states = pipeline.step_functions
        self._lake = CachedBarReader(pipeline.athena, pipeline.s3, pipeline.bucket)
        self._put_before: dict[str, int] = {}  # bars that the stream had taken when the form started an execution
        self._ended: dict[str, tuple[Progress, Executed]] = {}
        self._kept: tuple[tuple[Executed, Objects] | None, Report | None] = (None, None)
        self._asked = functools.cache(self._read_asked)
        self._waits = functools.cache(functools.partial(read_wait_seconds, self._states))

    def note_start(self, name: str, put_before: int) -> None:
        """Count the bars that the stream takes from now on for this execution, until another execution runs too."""
        self._put_before = {name: put_before}

    def render(self, name: str | None) -> str:
        """Return the page of the execution ``name``, or of the newest if None.

        Raises
        ------
        UnknownExecutionError
        """
        found = list_newest(self._states, self._pipeline.state_machine_arn, MAX_EXECUTIONS)
        listed = [
            Listed(one["name"], one["status"], one["startDate"], self._asked(one["executionArn"]))
            for one in found[:MAX_LISTED]
        ]
        name = name or (listed[0].name if listed else None)
        live = Live(STACK, self._source.label, self._source.synthetic, listed)
        if name is None:
            return render_live(live, self._pipeline.now())
        alone = [one["name"] for one in found if one["status"] == "RUNNING"] == [name]
        step, executed = self._ended[name] if name in self._ended else self._read_execution(name, alone)
        # The input is known to be valid only if there is a plan.
        report = self._make_report(executed) if executed.plan else None
        return render_live(replace(live, executed=executed, step=step, report=report), self._pipeline.now())

    def _read_execution(self, name: str, alone: bool) -> tuple[Progress, Executed]:
        arn = make_execution_arn(self._pipeline.state_machine_arn, name)
        try:
            step = self._read_step(name, arn, alone)
        except (self._states.exceptions.ExecutionDoesNotExist, self._states.exceptions.InvalidArn) as error:
            raise UnknownExecutionError(name) from error
        executed = read_execution(self._states, arn)
        if step.status in TERMINAL:
            self._ended[name] = step, executed
        return step, executed

    def _make_report(self, executed: Executed) -> Report | None:
        """Return the current report. It is made again if the execution or the lake's objects have changed."""
        seen = executed, self._lake.list_objects()
        kept, report = self._kept
        if kept != seen:
            report = self._collect(executed)
            self._kept = seen, report
        return replace(report, made_at=self._pipeline.now()) if report else None

    def _collect(self, executed: Executed) -> Report | None:
        """Return the report of an execution's last date, or None if it has no date."""
        day = find_newest_date(executed)
        if day is None:
            return None
        asked = Subject(day, read_interval(executed), None, STACK, self._source.label, self._source.synthetic)
        return collect(self._lake, executed.load_counts(self._lake.s3), asked, self._pipeline.now())

    def _read_step(self, name: str, arn: str, alone: bool) -> Progress:
        waits = self._waits(arn)
        before = self._put_before.get(name) if alone else self._put_before.pop(name, None)
        if before is None or not alone:
            return observe(self._states, arn, waits)
        return observe(self._states, arn, waits, lambda: self._pipeline.count_bars_put() - before)

    def _read_asked(self, arn: str) -> Any:
        return read_json_or_none(self._states.describe_execution(executionArn=arn).get("input") or "{}")
