"""The dates in a lake, and the reasons why a query of them returns no rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from finance_stream.client.lake_dates import (
    Asked,
    explain_no_rows,
    explain_no_ticker,
    find_newest_date,
    list_dates,
)

KEYS = (
    "bars/interval=1m/dt=2026-11-20/a.json.gz",
    "bars/interval=1m/dt=2026-11-23/a.json.gz",
    "bars/interval=1m/dt=2026-11-23/b.json.gz",
    "bars/interval=1m/dt=none/a.json.gz",
    "bars/interval=5m/dt=2026-11-24/a.json.gz",
    "compacted/interval=1m/dt=2026-11-18/a.parquet",
)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


class Pages:
    """A bucket's paginator, with a folder per page."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    def paginate(self, Bucket: str, Prefix: str, Delimiter: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's
        assert Bucket == "lake"
        rest = {key.removeprefix(Prefix) for key in self._keys if key.startswith(Prefix)}
        for folder in sorted({one.partition(Delimiter)[0] for one in rest}):
            yield {"CommonPrefixes": [{"Prefix": f"{Prefix}{folder}{Delimiter}"}]}
        yield {}


def deployed(first: str = "2010-01-01", keys: tuple[str, ...] = KEYS) -> Any:
    table = {"Table": {"Parameters": {"projection.dt.range": f"{first},NOW+1DAYS"}}}
    glue = SimpleNamespace(get_table=lambda **_: table)
    s3 = SimpleNamespace(get_paginator=lambda _: Pages(keys))
    return SimpleNamespace(s3=s3, bucket="lake", database="d", session=SimpleNamespace(client=lambda _: glue))


def test_list_dates_returns_those_of_delivered_and_compacted_objects() -> None:
    assert [f"{day}" for day in list_dates(deployed().s3, "lake", "1m")] == ["2026-11-18", "2026-11-20", "2026-11-23"]


def test_find_newest_date_is_that_of_the_interval() -> None:
    assert find_newest_date(deployed(), "1m") == MONDAY
    assert find_newest_date(deployed(), "5m") == TUESDAY
    assert find_newest_date(deployed(), "1h") is None


@pytest.mark.parametrize(
    ("asked", "first", "said"),
    [
        (
            Asked("1m", date(2026, 11, 19), date(2026, 11, 20)),
            "2010-01-01",
            "the lake has no bars of 2026-11-19 at 1m: the nearest dates are 2026-11-18 and 2026-11-20",
        ),
        (
            Asked("1m", TUESDAY, date(2026, 11, 26)),
            "2010-01-01",
            "the lake has no bars of 2026-11-24 until 2026-11-26 at 1m: the nearest date is 2026-11-23",
        ),
        (
            Asked("1h", MONDAY, TUESDAY),
            "2010-01-01",
            "the lake has no bars of 2026-11-23 at 1h, nor of any date at it. It has bars at 1m, 5m",
        ),
        (
            Asked("1m", MONDAY, TUESDAY, ["TSLA"]),
            "2010-01-01",
            "the lake has bars of 2026-11-23 at 1m, and none that match TSLA",
        ),
        (Asked("1m", MONDAY, TUESDAY), "2010-01-01", "the lake has bars of 2026-11-23 at 1m, and none that match"),
        (
            Asked("1m", MONDAY, TUESDAY, ["TSLA"]),
            "2026-12-01",
            "the stage's tables begin on 2026-12-01 (firstDate), and 2026-11-23 is before it",
        ),
    ],
    ids=["between two dates", "after the last", "another interval", "no ticker", "none match", "before firstDate"],
)
def test_explain_no_rows_names_the_reason(asked: Asked, first: str, said: str) -> None:
    assert explain_no_rows(deployed(first), asked) == said


def test_explain_no_rows_of_an_empty_lake() -> None:
    said = explain_no_rows(deployed(keys=()), Asked("1m", MONDAY, TUESDAY))
    assert said == "the lake has no bars of 2026-11-23 at 1m, nor any others"


def test_explain_no_ticker_names_the_known_ones() -> None:
    asked = Asked("1m", MONDAY, TUESDAY, ["TSLA", "F"])
    assert explain_no_ticker(asked, ["META"]) == "no ticker TSLA, F on 2026-11-23 at 1m: it has META"
    known = [f"T{number:02}" for number in range(12)]
    assert explain_no_ticker(asked, known).endswith("T08, T09 and 2 more")
