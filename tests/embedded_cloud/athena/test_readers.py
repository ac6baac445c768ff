"""The two readers of finance_stream, Athena and S3: they must agree on every question, for every shape of data."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet
import pyathena
import pytest

from embedded_cloud.cloud import EmbeddedCloud
from finance_stream.client.ask import choose_question, prepare
from finance_stream.client.deployment import Deployment
from finance_stream.client.direct import MAX_BYTES, MAX_OBJECTS, DirectReader, Listing, Stored
from finance_stream.client.lake_dates import Asked
from finance_stream.client.questions import list_questions
from finance_stream.client.reader import Choice, Reader, ReaderError
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, WORK_GROUP, Lake
from tests.embedded_cloud.athena.sessions import FIRST, SECOND, awkward, session
from tests.embedded_cloud.athena.test_questions import COLUMNS, make_lake

QUESTIONS = [question.name for question in list_questions()]
# A date of its own for each shape of data.
SHAPES, HOURS, COMPACTED, OLD, MALFORMED = "2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"
BEFORE, AFTER = "2026-11-08", "2026-11-20"
ALL_SHAPES = Asked("1m", date.fromisoformat(SHAPES), date.fromisoformat(AFTER))
ONE_DATE = Asked("1m", date.fromisoformat(SECOND), date.fromisoformat(AFTER))
HALF_HOURS = Asked("1h", date.fromisoformat(HOURS), date.fromisoformat(COMPACTED))
NOTHING = Asked("5m", date.fromisoformat(FIRST), date.fromisoformat(AFTER))


class QuickDeployment(Deployment):
    """A deployment that looks often at a query, since the embedded Athena takes milliseconds."""

    query_poll_seconds: ClassVar[float] = 0.01


def put_lines(lake: Lake, dt: str, lines: Iterable[str], name: str = "a.json.gz", interval: str = "1m") -> None:
    lake.put(f"interval={interval}/dt={dt}/{name}", "".join(f"{line}\n" for line in lines).encode())


def put_compacted(lake: Lake, dt: str, bars: Iterable[Mapping[str, Any]], **dropped: str) -> None:
    """Store a Parquet object as athena/compaction/compact.sql writes it: the volume is in ``traded``."""
    kinds = {name: {"string": pa.string(), "double": pa.float64()}[kind] for name, kind in COLUMNS.items()} | {
        "volume": pa.int64(),
        "traded": pa.float64(),
    }
    fields = [(name, kind) for name, kind in kinds.items() if name not in dropped.values()]
    body = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist([dict(one) for one in bars], pa.schema(fields)), body)
    lake.s3.put_object(Bucket=BUCKET, Key=f"compacted/interval=1m/dt={dt}/a", Body=body.getvalue())


def duplicate(bars: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield versions of the same bars: later and earlier ones, equal ones, and ties that another column decides."""
    for number, one in enumerate(bars):
        yield one
        other = one | {"volume": (one["volume"] or 0) + 1, "high": one["high"] + 1, "open": None, "close": None}
        yield [
            one,
            other | {"collected_at": f"{SHAPES}T21:00:30.000000Z"},
            other | {"collected_at": f"{SHAPES}T20:00:00.000000Z"},
            other,
            one | {"low": one["low"] - 1, "close": None},
            one | {"high": one["high"] + 0.25, "volume": None},
            other | {"collected_at": None},
        ][number % 7]


def malform(bars: list[dict[str, Any]]) -> Iterator[str]:
    """Yield lines that Athena reads in a way of its own, between good ones."""
    for number, one in enumerate(bars):
        yield json.dumps(one)
        yield [
            "",
            "no JSON",
            json.dumps(one)[:-5],
            json.dumps({name.upper(): value for name, value in one.items()} | {"TS": one["ts"], "VOLUME": 7}),
            json.dumps(one) + json.dumps(one | {"high": 1e6}),
            json.dumps(one | {"ts": f"{one['ts'][:16]}Z"}),
            json.dumps(one | {"high": None}),
            json.dumps(one).replace('"low": ', '"low": NaN, "x": '),
            json.dumps(one | {"unknown": {"a": [1]}}),
            '{"name": "A", "name": "B"}',
        ][number % 10]


@pytest.fixture(scope="module")
def lake() -> Iterator[Lake]:
    with EmbeddedCloud() as cloud:
        lake = make_lake(cloud, COLUMNS)
        bars = [*awkward(), *session("OUTSIDE", BEFORE), *session("OUTSIDE", AFTER)]
        for dt in {one["dt"] for one in bars}:
            put_lines(lake, dt, (json.dumps(one) for one in bars if one["dt"] == dt))
        put_lines(lake, SHAPES, map(json.dumps, duplicate(session("META", SHAPES))), "b.json")
        put_lines(lake, SHAPES, map(json.dumps, session("NFLX", SHAPES)), "c/d.json.gz")
        put_lines(lake, SHAPES, map(json.dumps, session("HIDDEN", SHAPES)), "_hidden.json.gz")
        # 4.5 hours from the first bar to the last: Trino rounds that to 5, and DuckDB's cast to 4.
        hourly = [
            {**one, "ts": f"{HOURS}T{hour}:00-05:00"}
            for one, hour in zip(session("META", HOURS, bars=4), ("09:30", "10:00", "11:00", "14:00"), strict=True)
        ]
        put_lines(lake, HOURS, map(json.dumps, hourly), interval="1h")
        part = session("META", COMPACTED)
        put_compacted(lake, COMPACTED, [{**one, "volume": None, "traded": one["volume"]} for one in part[:40]])
        put_lines(lake, COMPACTED, (json.dumps(one | {"collected_at": f"{COMPACTED}T22:00:00Z"}) for one in part[30:]))
        put_compacted(lake, OLD, session("META", OLD), dropped="traded")
        put_lines(lake, MALFORMED, malform(session("META", MALFORMED)))
        yield lake


@pytest.fixture(scope="module")
def deployment(lake: Lake) -> Deployment:
    outputs = {"LakeBucketName": BUCKET, "DatabaseName": DATABASE, "WorkGroupName": WORK_GROUP}
    return QuickDeployment(stack_name="stack", session=lake.cloud.session, outputs=outputs)


def ask(deployment: Deployment, choice: Choice, name: str, window: Asked) -> pa.Table:
    prepared = prepare(choose_question(name), window)
    return Reader(deployment, choice).ask(prepared.sql, prepared.parameters, window)


def assert_equal(ours: pa.Table, theirs: pa.Table) -> None:
    """Compare two answers. The last bits of a sum of doubles depend on its order."""
    assert ours.schema == theirs.schema
    assert ours.num_rows == theirs.num_rows
    for our, their in zip(ours.to_pylist(), theirs.to_pylist(), strict=True):
        assert our == {
            name: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            for name, value in their.items()
        }


@pytest.mark.parametrize("question", QUESTIONS)
def test_readers_agree_on_every_question(deployment: Deployment, question: str) -> None:
    by_s3, by_athena = (ask(deployment, choice, question, ALL_SHAPES) for choice in ("s3", "athena"))
    assert by_s3.num_rows > 0
    assert_equal(by_s3, by_athena)


def test_readers_agree_on_rounded_halves(deployment: Deployment) -> None:
    by_s3, by_athena = (ask(deployment, choice, "completeness", HALF_HOURS) for choice in ("s3", "athena"))
    assert by_s3["holes"].to_pylist() == [2]
    assert_equal(by_s3, by_athena)


def test_readers_agree_on_dates_without_bars(deployment: Deployment) -> None:
    by_s3, by_athena = (ask(deployment, choice, "vwap", NOTHING) for choice in ("s3", "athena"))
    assert by_s3.num_rows == 0
    assert_equal(by_s3, by_athena)


def test_s3_reader_removes_duplicates_by_the_views_rule(deployment: Deployment) -> None:
    """A later collection wins, then the larger volume. Both lie in the shapes of the test above."""
    window = Asked("1m", date.fromisoformat(SHAPES), date.fromisoformat(HOURS))
    bars = ask(deployment, "s3", "bars", window).to_pylist()
    meta = [one for one in bars if one["name"] == "META"]
    assert [one["ts"] for one in meta] == [one["ts"] for one in session("META", SHAPES)]
    assert meta[1]["collected_at"] == f"{SHAPES}T21:00:30.000000Z"
    assert meta[2]["collected_at"] == f"{SHAPES}T21:00:00.000000Z"
    assert meta[3]["volume"] == (session("META", SHAPES)[3]["volume"] or 0) + 1
    assert {one["name"] for one in bars} == {"META", "NFLX"}


def test_reader_chooses_athena_for_many_bytes_or_objects() -> None:
    """The limits are Athena's minimum of 10 MB, and a page of a listing."""
    assert Listing("1m", [Stored("a", MAX_BYTES, FIRST)], []).is_small
    assert not Listing("1m", [Stored("a", MAX_BYTES, FIRST)], [Stored("b", 1, FIRST)]).is_small
    assert Listing("1m", [Stored("a", 1, FIRST)] * MAX_OBJECTS, []).is_small
    assert not Listing("1m", [Stored("a", 1, FIRST)] * MAX_OBJECTS, [Stored("b", 1, FIRST)]).is_small


def test_auto_reader_asks_athena_only_for_large_answers(
    deployment: Deployment, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_queries() -> int:
        return len(lake.athena.list_query_executions(WorkGroup=WORK_GROUP)["QueryExecutionIds"])

    before = count_queries()
    by_s3 = ask(deployment, "auto", "daily_range", ONE_DATE)
    assert count_queries() == before
    monkeypatch.setattr("finance_stream.client.direct.MAX_BYTES", 10)
    by_athena = ask(deployment, "auto", "daily_range", ONE_DATE)
    assert count_queries() == before + 1
    assert_equal(by_s3, by_athena)


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        ("a.json.gz", b"not gzip", "Not a gzipped file"),
        ("a.json", b'["META"]\n', "line 1 is a list"),
        ("a.json", b'\n{"name": "META", "high": "1.5"}\n', "line 2: the field high is not a double"),
        ("a.json", b'{"name": "META", "high": true}', "line 1: the field high is not a double"),
        ("a.json", b'{"name": 7}', "line 1: the field name is not a string"),
    ],
)
def test_s3_reader_refuses_objects_that_only_athena_can_read(
    deployment: Deployment, lake: Lake, key: str, body: bytes, reason: str
) -> None:
    """``auto`` asks Athena then, whose answer may be an error."""
    place = f"interval=1m/dt=2026-11-03/{key}"
    lake.s3.put_object(Bucket=BUCKET, Key=f"bars/{place}", Body=body)
    window = Asked("1m", date(2026, 11, 3), date(2026, 11, 4))
    try:
        with pytest.raises(ReaderError, match=f"^reader: 's3' can't answer this: bars/{place}: .*{reason}"):
            ask(deployment, "s3", "bars", window)
        with contextlib.suppress(pyathena.Error):
            assert ask(deployment, "auto", "bars", window).num_rows == 0
    finally:
        lake.s3.delete_object(Bucket=BUCKET, Key=f"bars/{place}")


def test_s3_reader_refuses_a_parquet_column_of_another_type(deployment: Deployment, lake: Lake) -> None:
    body = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"name": ["META"], "high": pa.array([1.0], pa.float32())}), body)
    key = "compacted/interval=1m/dt=2026-11-03/a"
    lake.s3.put_object(Bucket=BUCKET, Key=key, Body=body.getvalue())
    with pytest.raises(ReaderError, match=f"{key}: the column high is float"):
        ask(deployment, "s3", "bars", Asked("1m", date(2026, 11, 3), date(2026, 11, 4)))
    lake.s3.delete_object(Bucket=BUCKET, Key=key)


def test_s3_reader_lists_again_when_an_object_was_compacted_meanwhile(
    deployment: Deployment, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lines(lake, "2026-11-04", map(json.dumps, session("META", "2026-11-04")))
    window = Asked("1m", date(2026, 11, 4), date(2026, 11, 5))
    list_objects = DirectReader.list_objects

    def compact(self: DirectReader, *window: Any) -> Listing:
        found = list_objects(self, *window)
        if found.delivered:
            put_compacted(lake, "2026-11-04", session("META", "2026-11-04"), dropped="traded")
            lake.s3.delete_object(Bucket=BUCKET, Key=found.delivered[0].key)
        return found

    monkeypatch.setattr(DirectReader, "list_objects", compact)
    assert ask(deployment, "s3", "bars", window).num_rows == 60


def test_readers_agree_on_dates_before_the_first_of_the_tables(lake: Lake, deployment: Deployment) -> None:
    """Bars before the stage's firstDate stay in S3, and no query sees them."""
    names = ("Name", "TableType", "PartitionKeys", "Parameters", "StorageDescriptor")
    found = [
        lake.glue.get_table(DatabaseName=DATABASE, Name=name)["Table"] for name in ("delivered_bars", "compacted_bars")
    ]
    tables = [{name: table[name] for name in names} for table in found]
    later = {**tables[0]["Parameters"], "projection.dt.range": f"{SECOND},NOW+1DAYS"}
    try:
        for table in tables:
            lake.glue.update_table(DatabaseName=DATABASE, TableInput={**table, "Parameters": later})
        by_s3, by_athena = (ask(deployment, choice, "daily_range", ALL_SHAPES) for choice in ("s3", "athena"))
    finally:
        for table in tables:
            lake.glue.update_table(DatabaseName=DATABASE, TableInput=table)
    assert {f"{session}" for session in by_s3["session"].to_pylist()} == {SECOND}
    assert_equal(by_s3, by_athena)


def test_find_newest_date_reads_the_partitions(deployment: Deployment) -> None:
    reader = Reader(deployment)
    assert reader.find_newest_date("1m") == date.fromisoformat(AFTER)
    assert reader.find_newest_date("1h") == date.fromisoformat(HOURS)
    assert reader.find_newest_date("2m") is None


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT approx_distinct(name) FROM bars", "no test has compared the function approx_distinct"),
        ("SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'Asia/Tokyo' FROM bars", "a zone other than UTC"),
        ("SELECT nothing FROM bars", "nothing"),
        ("SELECT sum(name) FROM bars", "DuckDB: Binder Error"),
        ("SELECT 1 FROM other", "the reader has no table other"),
        ("SELECT name FRO bars", "Invalid expression"),
        ("DROP VIEW bars", "DROP is not a query"),
    ],
)
def test_s3_reader_refuses_sql_that_only_athena_can_run(deployment: Deployment, sql: str, reason: str) -> None:
    with pytest.raises(ReaderError, match=f"^reader: 's3' can't answer this: .*{reason}.* \\(use auto or athena\\)$"):
        Reader(deployment, "s3").ask(sql, [], ONE_DATE)


def test_reader_names_the_choices(deployment: Deployment) -> None:
    with pytest.raises(ReaderError, match=r"^reader: 'duckdb' is not one of auto, athena, s3$"):
        Reader(deployment, "duckdb")  # type: ignore[arg-type]
