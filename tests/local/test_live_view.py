"""The live page without a browser: its contents, and its queries to Athena."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from finance_stream.client.report.data import Subject, collect
from finance_stream.client.report.lake import BarReader
from finance_stream.client.report.live import Listed, Live, name_state, render_live
from finance_stream.progress import Progress
from local.live.view import MAX_KEPT, CachedBarReader
from tests.unit.report import BEGAN, LATER, FakeAthena, executed, report, rows
from tests.unit.test_report import HOSTILE


def live(asked: Any = None, **shown: Any) -> str:
    """Return the page with one execution in its list, named like the one of :func:`executed`."""
    listed = [Listed("my-first", "RUNNING", BEGAN, asked)]
    return render_live(Live("finance-stream-local", "SYNTHETIC", True, listed, **shown), BEGAN)


def running(**changes: Any) -> Any:
    return executed(["META", "NFLX"], status="RUNNING", stopped=None, output=None, **changes)


def test_render_live_shows_the_form_without_an_execution() -> None:
    page = render_live(Live("finance-stream-local", "SYNTHETIC", True, []), BEGAN)
    assert re.findall(r'<label for="(\w+)">', page) == ["tickers", "start", "end", "interval", "lookback_minutes"]
    assert "<h1>No execution yet</h1>" in page
    assert "SYNTHETIC data" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "the stage&#39;s tickers"),
        ({"tickers": ["A", "B", "C", "D", "E"], "start": "2026-11-24"}, "A, B, C and 2 more of 2026-11-24"),
        ({"tickers": ["A"], "lookback_minutes": 5}, "A of the last minutes: 5"),
        ({"tickers": 7, "end": None}, "7"),
        ([HOSTILE], "[&#39;&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&#39;]"),
        ({"tickers": ["A" * 1000], "start": HOSTILE}, f"{'A' * 30} of &lt;/script&gt;&lt;img src=x onerror=al"),
    ],
)
def test_render_live_lists_an_execution_with_any_input(asked: Any, said: str) -> None:
    page = live(asked)
    assert f'<td class="missing">{said}</td>' in page
    assert "<img" not in page


def test_render_live_shows_meters_and_awaited_tickers() -> None:
    now = running(plan={**(executed(["META", "NFLX"]).plan or {}), "bars_expected": 780})
    states = [("Plan", True), ("CollectBars", True), ("AwaitDelivery", False)]
    step = Progress("RUNNING", states, BEGAN, 2, 2, 780, None, timedelta(seconds=75))
    page = live(executed=now, step=step, report=report(rows("META"), now))
    assert 'data-said="Execution running: Await delivery"' in page
    assert 'Await delivery<span class="quiet">, under way</span>: 1:15 left' in page
    assert "AwaitDelivery<" not in page
    assert re.findall(r"<dd>([\d,]+) <small>(.*?)</small>", page) == [
        ("2", "of 2"),
        ("780", "of 780 expected"),
        ("390", "of 780 expected"),
    ]
    assert (page.count("✓ complete"), page.count("… awaited"), page.count("! gaps")) == (1, 1, 0)
    assert "summary-title" not in page


def test_render_live_explains_a_failure_without_a_plan() -> None:
    refused = executed([], status="FAILED", plan=None, output=None, error="InvalidInput", cause=HOSTILE)
    page = live(executed=refused, step=Progress("FAILED", [("Plan", True), ("InputRefused", False)]))
    assert "<h1>Execution failed</h1>" in page
    assert "<code>InvalidInput</code> &lt;/script&gt;" in page
    assert ('aria-labelledby="execution"' in page, 'aria-labelledby="completeness"' in page) == (True, False)


def test_render_live_says_that_a_weekend_has_no_session() -> None:
    saturday = Subject(date(2026, 11, 21), "1m", ["META"], "finance-stream-local", "SYNTHETIC", True)
    closed = executed(["META"], output={"status": "no session", "tickers": {}})
    athena: Any = FakeAthena([])
    found = collect(BarReader(athena), closed, saturday, LATER)
    page = live(executed=closed, step=Progress("SUCCEEDED", [("Plan", True), ("ReportNoSession", True)]), report=found)
    assert 'data-said="Execution succeeded: no session, so no bars"' in page
    assert '<p class="lead session">No session in New York: Saturday.</p>' in page
    assert "- succeeded <small>no session</small>" in page


def test_render_live_marks_times_in_utc() -> None:
    assert ">Nov 24, 21:30:00 UTC</time>" in live()


@pytest.mark.parametrize(
    ("name", "words"), [("Plan", "Plan"), ("QueryHourlyHighs", "Query hourly highs"), ("InputRefused", "Input refused")]
)
def test_name_state_splits_a_name_into_words(name: str, words: str) -> None:
    assert name_state(name) == words


class Store:
    """A fake of Athena and S3: ``asked`` lists the queries, ``objects`` the contents of the bucket."""

    def __init__(self) -> None:
        self.objects: dict[str, str] = {}
        self.asked: list[tuple[str, ...]] = []

    def read_rows(self, statement: str, parameters: Sequence[str]) -> Iterator[dict[str, str]]:
        self.asked.append((statement, *parameters))
        return iter([{"number": str(len(self.asked))}])

    def get_paginator(self, _: str) -> SimpleNamespace:
        contents = [{"Key": key, "ETag": etag} for key, etag in self.objects.items()]
        return SimpleNamespace(paginate=lambda **_: [{"Contents": contents}])


def test_kept_lake_asks_athena_only_after_a_change() -> None:
    store: Any = Store()
    lake = CachedBarReader(store, store, "lake")
    assert list(lake.read_rows("q", "1m")) == []
    assert store.asked == []
    store.objects["bars/1"] = "a"
    assert [list(lake.read_rows("q", "1m")) for _ in range(3)] == [[{"number": "1"}]] * 3
    store.objects["athena-results/1.csv"] = "b"
    assert list(lake.read_rows("q", "1m")) == [{"number": "1"}]
    store.objects["bars/1"] = "c"
    assert list(lake.read_rows("q", "1m")) == [{"number": "2"}]
    assert list(lake.read_rows("q", "5m")) == [{"number": "3"}]
    assert store.asked == [("q", "'1m'"), ("q", "'1m'"), ("q", "'5m'")]
    for number in range(MAX_KEPT + 5):
        list(lake.read_rows("q", str(number)))
    assert len(lake.kept) == MAX_KEPT
