"""The view bars and the compaction's statements, on the embedded Athena without a state machine.

The order of statements and deliveries here is the order of a night's states.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.conftest import ROOT
from tests.embedded_cloud.athena.lake import BUCKET, Lake
from tests.embedded_cloud.athena.test_questions import COLUMNS, make_lake

SELECTED = "name, ts, open, high, low, close, volume, collected_at"
IN_ORDER = {name: COLUMNS[name] for name in SELECTED.split(", ")}  # INSERT goes by position
TS = "T10:00:00-05:00"
# Two versions of one bar that were collected at the same microsecond.
FIRST = {"open": 1.5, "high": 2.0, "low": 1.0, "close": None, "volume": 7}
SECOND = {"open": 1.5, "high": 3.0, "low": 1.0, "close": 2.5, "volume": 5}


@pytest.fixture(scope="module")
def lake() -> Iterator[Lake]:
    with EmbeddedCloud() as cloud:
        yield make_lake(cloud, IN_ORDER)


def make_bar(day: str, **fields: Any) -> dict[str, Any]:
    return {"name": "META", "ts": f"{day}{TS}", **FIRST, "collected_at": f"{day}T20:00:00.000000Z"} | fields


def read(lake: Lake, day: str, source: str = "bars") -> list[list[str | None]]:
    selected = SELECTED.replace("volume", "traded") if source == "compacted_bars" else SELECTED
    return lake.rows(f"SELECT {selected} FROM {source} WHERE dt = '{day}' ORDER BY name, ts, high")  # noqa: S608


def ask(lake: Lake, statement: str, day: str) -> dict[str, Any]:
    sql = (ROOT / "athena" / "compaction" / f"{statement}.sql").read_text()
    execution = lake.run(sql, ExecutionParameters=["'1m'", f"'{day}'"] * (sql.count("?") // 2))
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return execution


def list_uncompacted(lake: Lake, day: str) -> dict[str | None, str | None]:
    """Return the number of uncompacted bars by the object's name."""
    execution = ask(lake, "uncompacted", day)
    found = lake.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]["Rows"][1:]
    rows = [[value.get("VarCharValue") for value in row["Data"]] for row in found]
    return {str(path).removeprefix(f"s3://{BUCKET}/bars/interval=1m/dt={day}/"): bars for path, bars in rows}


def delete(lake: Lake, day: str, name: str) -> None:
    lake.s3.delete_object(Bucket=BUCKET, Key=f"bars/interval=1m/dt={day}/{name}.json.gz")


ORDERS = list(itertools.permutations([FIRST, SECOND, {**FIRST, "low": 0.5}, {**SECOND, "open": None}]))


@pytest.mark.parametrize("versions", ORDERS[::7], ids=range(len(ORDERS[::7])))
def test_bars_shows_the_same_row_of_a_tie_in_any_order(lake: Lake, versions: tuple[dict[str, Any], ...]) -> None:
    day = f"2026-10-{ORDERS.index(versions) + 1:02}"
    for number, fields in enumerate(versions):
        lake.put_bars(day, [make_bar(day, **fields)], name=str(number))
    [shown] = read(lake, day)
    assert shown[2:7] == ["1.5", "2.0", "0.5", None, "7.0"]  # most volume, and of those the lowest low


def test_bars_shows_the_same_row_of_a_tie_before_and_after_compaction(lake: Lake) -> None:
    day = "2026-11-02"
    lake.put_bars(day, [make_bar(day, **SECOND), make_bar(day, **FIRST)], name="a")
    before = read(lake, day)
    assert len(before) == 1
    ask(lake, "compact", day)
    assert list_uncompacted(lake, day) == {}
    assert read(lake, day) == read(lake, day, "compacted_bars") == before
    delete(lake, day, "a")
    assert read(lake, day) == before


@pytest.mark.parametrize(("day", "late"), [("2026-11-03", FIRST), ("2026-11-04", SECOND)])
def test_compact_takes_a_late_row_that_ties_with_a_compacted_one(lake: Lake, day: str, late: dict[str, Any]) -> None:
    early = SECOND if late == FIRST else FIRST
    lake.put_bars(day, [make_bar(day, **early)], name="a")
    ask(lake, "compact", day)
    delete(lake, day, "a")
    lake.put_bars(day, [make_bar(day, **late)], name="b")
    before = read(lake, day)
    assert before[0][6] == "7.0"
    ask(lake, "compact", day)
    assert list_uncompacted(lake, day) == {}
    delete(lake, day, "b")
    assert read(lake, day) == before


def test_uncompacted_names_only_the_object_delivered_after_compact(lake: Lake) -> None:
    """A corrected bar, a new one, and one that the view doesn't show: all in an object between INSERT and check."""
    day = "2026-11-05"
    lake.put_bars(day, [make_bar(day), make_bar(day, name="SNAP", volume=9)], name="a")
    ask(lake, "compact", day)
    assert list_uncompacted(lake, day) == {}
    late = [make_bar(day, high=8.0, collected_at=f"{day}T21:00:00.000000Z"), make_bar(day, name="PINS", open=None)]
    lake.put_bars(day, [*late, make_bar(day, name="SNAP")], name="late")
    before = read(lake, day)
    assert len(before) == 3
    assert list_uncompacted(lake, day) == {"late.json.gz": "2"}
    delete(lake, day, "a")
    assert read(lake, day) == before
    ask(lake, "compact", day)  # the next night
    assert list_uncompacted(lake, day) == {}
    delete(lake, day, "late")
    assert read(lake, day) == before


def test_compact_that_reads_a_late_object_leaves_it_clean_for_the_next_night(lake: Lake) -> None:
    """An object between list and INSERT is in the Parquet file, and stays: it wasn't listed."""
    day = "2026-11-06"
    lake.put_bars(day, [make_bar(day)], name="a")
    lake.put_bars(day, [make_bar(day, name="PINS"), make_bar(day)], name="late")
    ask(lake, "compact", day)
    assert list_uncompacted(lake, day) == {}
    delete(lake, day, "a")
    before = read(lake, day)
    assert len(before) == len(read(lake, day, "delivered_bars")) == len(read(lake, day, "compacted_bars")) == 2
    ask(lake, "compact", day)
    assert list_uncompacted(lake, day) == {}
    delete(lake, day, "late")
    assert read(lake, day) == read(lake, day, "compacted_bars") == before


def test_uncompacted_names_every_object_of_a_bar_that_compact_has_not_written(lake: Lake) -> None:
    day = "2026-11-07"
    lake.put_bars(day, [make_bar(day), make_bar(day, name="PINS"), make_bar(day)], name="a")
    lake.put_bars(day, [make_bar(day)], name="b")
    lake.put_bars(day, [make_bar(day, collected_at=f"{day}T19:00:00.000000Z")], name="superseded")
    assert list_uncompacted(lake, day) == {"a.json.gz": "2", "b.json.gz": "1"}
