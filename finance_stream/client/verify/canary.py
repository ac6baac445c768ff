"""The canary: an execution of one ticker into a partition without any object, removed at the end.

Bars of an hour on a date long past. The compaction reads only 1-minute bars, and a query reads the canary only if it
asks for that interval and that date, which had no bar. An object is deleted only if each of its lines is a bar of the
canary's ticker, interval and date that was collected while the canary ran.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finance_stream.bars import NEWLINE, MalformedBar, decode_bar
from finance_stream.client.collected import find_plan_and_results
from finance_stream.client.deployment import Deployment
from finance_stream.client.execution import stop
from finance_stream.client.lake_dates import FOLDERS, read_first_date
from finance_stream.client.redrive import PREFIXES, read_bars
from finance_stream.client.stored import list_keys
from finance_stream.client.verify.checks import MAX_NAMED
from finance_stream.client.verify.stream import StreamSettings
from finance_stream.collect import dead_letter
from finance_stream.exchanges import find_calendar_name
from finance_stream.executions import CANARY, TERMINAL, make_execution_arn
from finance_stream.gzipped import NotGzip, gunzip
from finance_stream.progress import list_events
from finance_stream.sessions import UnknownSessionsError, list_sessions

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

INTERVAL = "1h"
# Yahoo keeps bars of an hour for 730 days. Newer sessions are the ones that you may be collecting.
NEWEST_DAYS, OLDEST_DAYS = 120, 700
MAX_TRIES = 20
# Undelivered records of the collector, and of Firehose.
FAILURES = tuple(prefix + (f"interval={INTERVAL}/" if prefix == dead_letter.PREFIX else "") for prefix in PREFIXES)
MAX_OBJECT_BYTES = 16 * 2**20


class CanaryError(Exception):
    """A canary that can't start. The text is one line that says how to fix it."""


@dataclass(frozen=True)
class Stored:
    """An object in the lake, and its bars. ``bars`` is None if a line isn't a bar."""

    key: str
    content: bytes
    bars: list[dict[str, Any]] | None


@dataclass
class Canary:
    """One canary, from the choice of its partition to the removal of its objects."""

    deployment: Deployment
    ticker: str
    day: date
    name: str = field(default_factory=lambda: f"{CANARY}{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}")
    folders: tuple[str, ...] = ()
    before: frozenset[str] = frozenset()
    results: list[str] = field(default_factory=list)  # of queries, s3://
    query_dollars: float = 0.0  # of the queries that aren't its own

    @property
    def execution_input(self) -> dict[str, Any]:
        after = self.day + timedelta(days=1)
        return {"tickers": [self.ticker], "start": str(self.day), "end": str(after), "interval": INTERVAL}

    @property
    def folder(self) -> str:
        """The documented folder of its bars."""
        return f"bars/interval={INTERVAL}/dt={self.day}/"

    @property
    def arn(self) -> str:
        """The ARN of its execution, known before the start, so that an interrupted start is found again."""
        return make_execution_arn(self.deployment.state_machine_arn, self.name)

    @cached_property
    def stream(self) -> StreamSettings:
        """The settings of the stream that delivers its bars."""
        return StreamSettings.read(self.deployment)

    def describe(self) -> DescribeExecutionOutputTypeDef | None:
        """Return the description of its execution, or None if it was never started."""
        states = self.deployment.step_functions
        try:
            return states.describe_execution(executionArn=self.arn)
        except states.exceptions.ExecutionDoesNotExist:
            return None

    def look_before(self) -> None:
        """Note the objects in each folder that the canary may write to."""
        actual = self.stream.render_folder(INTERVAL, self.day)
        self.folders = tuple(dict.fromkeys((self.folder, actual, *FAILURES)))
        self.before = frozenset(self._list_keys(*self.folders))

    def read_new(self) -> list[Stored]:
        """Read the objects since :meth:`look_before` that have a bar like the canary's, or lines that aren't bars."""
        found = [self._read(key) for key in dict.fromkeys(self._list_keys(*self.folders)) if key not in self.before]
        return [one for one in found if one.bars is None or any(map(self._is_alike, one.bars))]

    def count_own(self, found: list[Stored]) -> int:
        """Return the number of different bars of the canary."""
        return len({bar["ts"] for one in self.select_own(found) for bar in one.bars or ()})

    def select_own(self, found: list[Stored]) -> list[Stored]:
        """Return the objects that hold nothing but the canary's bars: no other execution has any of theirs."""
        if (described := self.describe()) is None:
            return []
        began, ended = described["startDate"], described.get("stopDate", self.deployment.now())
        own = [one for one in found if one.bars and all(self._is_own(bar, began, ended) for bar in one.bars)]
        times = {bar["collected_at"] for one in own for bar in one.bars or ()}
        return own if len(times) == 1 else []  # one of several collections is another execution's

    def _is_alike(self, bar: dict[str, Any]) -> bool:
        return (bar["name"], bar["interval"], bar["ts"][:10]) == (self.ticker, INTERVAL, str(self.day))

    def _is_own(self, bar: dict[str, Any], began: datetime, ended: datetime) -> bool:
        return self._is_alike(bar) and began <= datetime.fromisoformat(bar["collected_at"]) <= ended

    def remove(self, collected: int | None, seconds: float, note: Callable[[str], None]) -> list[str]:
        """Stop the canary if it still runs, wait for its bars, and delete them. Return the keys that stay, and why.

        Parameters
        ----------
        collected
            The bars that it has put on the stream, which will be delivered. None: not known, and perhaps none.
        seconds
            The longest wait for them.
        """
        self._stop()
        wanted = 1 if collected is None else collected
        found = self._await_bars(wanted, seconds, note)
        own = self.select_own(found)
        for key in [*(one.key for one in own), *self._list_results(), *self._list_map_results()]:
            self.deployment.s3.delete_object(Bucket=self.deployment.bucket, Key=key)
        missing = (collected or 0) - self.count_own(found)
        late = [f"{missing} bars that the stream hasn't delivered"] if missing > 0 else []
        kept = [one.key for one in found if one not in own]
        return [*late, *(f"s3://{self.deployment.bucket}/{key}, not only the canary's" for key in kept[:MAX_NAMED])]

    def _await_bars(self, wanted: int, seconds: float, note: Callable[[str], None]) -> list[Stored]:
        """Wait until ``wanted`` bars are in the lake, or the time is over. Return the new objects."""
        found, ends = self.read_new(), time.monotonic() + seconds
        if self.count_own(found) < wanted:
            note(f"Waiting up to {seconds:.0f} s for the stream to deliver the canary's bars, to remove them.")
        while self.count_own(found) < wanted and time.monotonic() < ends:
            time.sleep(self.deployment.poll_seconds)
            found = self.read_new()
        return found

    def _stop(self) -> None:
        described = self.describe()
        if described is not None and described["status"] not in TERMINAL:
            stop(self.deployment.step_functions, self.arn, "npm run verify ended before it")

    def _list_results(self) -> list[str]:
        prefix = f"s3://{self.deployment.bucket}/"
        keys = [one.removeprefix(prefix) for one in self.results if one.startswith(f"{prefix}athena-results/")]
        return [name for key in keys for name in (key, f"{key}.metadata")]

    def _list_map_results(self) -> Iterator[str]:
        """Yield the keys of its map's results, which are in a folder of that map run alone."""
        if self.describe() is None:
            return
        _, details = find_plan_and_results(list_events(self.deployment.step_functions, self.arn))
        if details and details.get("Bucket") == self.deployment.bucket:
            folder, _, _ = details["Key"].rpartition("/")
            yield from self._list_keys(f"{folder}/")

    def _list_keys(self, *folders: str) -> Iterator[str]:
        for folder in folders:
            yield from list_keys(self.deployment.s3, self.deployment.bucket, folder)

    def _read(self, key: str) -> Stored:
        content = self.deployment.s3.get_object(Bucket=self.deployment.bucket, Key=key)["Body"].read()
        if key.startswith(PREFIXES):
            return Stored(key, content, read_bars(content))
        try:
            lines = gunzip(content, MAX_OBJECT_BYTES).split(NEWLINE)
            return Stored(key, content, [decode_bar(line) for line in lines if line])
        except (NotGzip, MalformedBar):
            return Stored(key, content, None)


def choose_day(deployment: Deployment, ticker: str, now: datetime) -> date:
    """Return a random session with an empty partition: no object, delivered or compacted.

    It is random, so that two canaries at once don't choose the same one.

    Raises
    ------
    CanaryError
        If the ticker's sessions aren't known, if each of the first :data:`MAX_TRIES` partitions has objects, or if the
        stage's tables begin later.
    """
    first, end = (now.date() - timedelta(days=days) for days in (OLDEST_DAYS, NEWEST_DAYS))
    of_tables = read_first_date(deployment) or first
    if of_tables >= end:
        raise CanaryError(
            f"date: the stage's tables begin on {of_tables} (firstDate): name a later session with --date"
        )
    first = max(first, of_tables)
    try:
        sessions = list_sessions(find_calendar_name(ticker), first, end, INTERVAL, now)
    except (UnknownSessionsError, ValueError) as error:
        raise CanaryError(f"ticker: '{ticker}': {error} (choose another one)") from error
    days = [date.fromisoformat(session.date) for session in sessions]
    for day in random.sample(days, min(MAX_TRIES, len(days))):
        if is_free(deployment, day):
            return day
    raise CanaryError(f"date: no partition of {INTERVAL} bars without objects was found (name one with --date)")


def is_free(deployment: Deployment, day: date) -> bool:
    """Return True if no bar of the canary's interval is on that date, delivered or compacted."""
    folders = (f"{folder}/interval={INTERVAL}/dt={day}/" for folder in FOLDERS)
    return not any(True for folder in folders for _ in list_keys(deployment.s3, deployment.bucket, folder))
