"""The questions as views: their rows, their types, and the partitions that a filter on a typed column reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.conftest import ROOT
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, Lake
from tests.embedded_cloud.athena.sessions import FIRST, SECOND, awkward
from tests.embedded_cloud.athena.test_questions import COLUMNS, make_lake, put, statement
from tests.embedded_cloud.athena.views import read_columns, read_saved, read_view

BARS = "bars"
QUESTIONS = sorted({path.stem for path in (ROOT / "athena").glob("*.sql")} - {BARS})
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
# Columns of a statement about all its dates, which a view can't have, or can have of one date only.
OVER_DATES = {"bars_delivered", "previous_close", "change_since_previous"}


@pytest.fixture(scope="module")
def lake() -> Iterator[Lake]:
    with EmbeddedCloud(start=NOW) as cloud:
        made = make_lake(cloud, COLUMNS)
        put(made, awkward())
        for name in QUESTIONS:
            made.rows(f"CREATE VIEW {name} AS {read_view(name)}")
        yield made


def stored(lake: Lake, *dates: str) -> int:
    keys = [f"bars/interval=1m/dt={date}/a.json.gz" for date in dates]
    return sum(lake.s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"] for key in keys)


def answered(lake: Lake, sql: str, *parameters: str) -> list[dict[str, Any]]:
    given = {"ExecutionParameters": [f"'{value}'" for value in parameters]} if parameters else {}
    ran = lake.run(sql, **given)
    assert ran["Status"]["State"] == "SUCCEEDED", ran["Status"]
    results = lake.athena.get_query_results(QueryExecutionId=ran["QueryExecutionId"])["ResultSet"]
    names = [one["Name"] for one in results["ResultSetMetadata"]["ColumnInfo"]]
    return [
        dict(zip(names, (value.get("VarCharValue") for value in row["Data"]), strict=True))
        for row in results["Rows"][1:]
    ]


@pytest.mark.parametrize("name", [BARS, *QUESTIONS])
def test_view_has_the_columns_and_types_of_its_comment(lake: Lake, name: str) -> None:
    """The types are those that Athena found when it made the view from its SQL."""
    glue = lake.glue.get_table(DatabaseName=DATABASE, Name=name)["Table"]["StorageDescriptor"]["Columns"]
    hive = {"varchar": "string", "integer": "int"}
    declared = {column: hive.get(kind, kind) for column, kind in read_columns(name).items()}
    assert declared == {column["Name"]: column["Type"] for column in glue}
    assert (declared["session"], declared["dt"]) == ("date", "string")


@pytest.mark.parametrize("name", QUESTIONS)
def test_view_returns_the_rows_of_its_statement(lake: Lake, name: str) -> None:
    window = ("1m", SECOND, "2026-11-20", *([SECOND] if name == "hourly_highs" else []))
    by_statement = answered(lake, statement(name), *window)
    order = [line for line in statement(name).splitlines() if line.startswith("ORDER BY ")][-1]
    by_view = answered(lake, f"SELECT * FROM {name} WHERE session = DATE '{SECOND}' {order}")  # noqa: S608
    shared = [column for column in by_statement[0] if column not in OVER_DATES]
    if name == "top_movers":
        by_view = [row for row in by_view if row["place"] is not None]
    assert [[row[column] for column in shared] for row in by_view] == [
        [row[column] for column in shared] for row in by_statement
    ]


@pytest.mark.parametrize("name", [BARS, *QUESTIONS])
@pytest.mark.parametrize(
    ("condition", "dates"),
    [
        (f"session = DATE '{SECOND}'", (SECOND,)),
        (f"session >= DATE '{SECOND}'", (SECOND,)),
        (f"session BETWEEN DATE '{FIRST}' AND DATE '{FIRST}' AND \"interval\" = '1m'", (FIRST,)),
        (f"dt = '{FIRST}'", (FIRST,)),
        ("session >= current_date - INTERVAL '3' DAY", (SECOND,)),
        ("session > date_add('day', -4, current_date)", (SECOND,)),
        ("session = DATE '2026-11-21'", ()),
    ],
    ids=["a date", "since a date", "between dates", "text", "the last days", "date_add", "a date without bars"],
)
def test_view_reads_only_the_dates_of_a_filter(lake: Lake, name: str, condition: str, dates: tuple[str, ...]) -> None:
    assert lake.scanned(f"SELECT * FROM {name} WHERE {condition}") == stored(lake, *dates)  # noqa: S608


def test_view_without_a_date_reads_all_of_them(lake: Lake) -> None:
    assert lake.scanned("SELECT * FROM bars LIMIT 10") == stored(lake, FIRST, SECOND)
    by_time = f"SELECT * FROM bars WHERE started_at >= TIMESTAMP '{SECOND} 00:00:00'"  # noqa: S608
    assert lake.scanned(by_time) == stored(lake, FIRST, SECOND)


@pytest.mark.parametrize("name", QUESTIONS)
def test_saved_query_answers_about_the_newest_session(lake: Lake, name: str) -> None:
    rows = answered(lake, read_saved(name))
    assert {row["session"] for row in rows} == {SECOND}
    assert list(rows[0]) == list(read_columns(name))


def test_saved_query_shows_the_newest_bars(lake: Lake) -> None:
    rows = answered(lake, read_saved(BARS))
    starts = [row["started_at"] for row in rows]
    assert (len(rows), starts) == (100, sorted(starts, reverse=True))
    assert rows[0]["ts"] == f"{SECOND}T12:59:00-05:00"
    assert starts[0] == f"{SECOND} 17:59:00.000"


def test_current_date_is_the_clouds(lake: Lake) -> None:
    asked = "SELECT current_date, current_date - INTERVAL '7' DAY, date_add('week', -1, current_date)"
    assert lake.rows(asked) == [["2026-11-22", "2026-11-15", "2026-11-15"]]
