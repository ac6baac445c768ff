"""The nightly compaction in the embedded cloud: the objects that it writes and deletes, and each bar exactly once."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from deployment.package import package
from embedded_cloud.faults import inject_no_fault
from embedded_cloud.scheduler.firing import fire
from finance_stream.client.athena import quote_text
from finance_stream.client.execution import ExecutionEnd
from local.pipeline import STACK, Pipeline, running
from tests.market_day import WEEKEND
from tests.waiting import eventually
from tools.gates import WATCHED

COLUMNS = 'name, ts, open, high, low, close, volume, collected_at, "interval", dt'
MINUTES = 60
NO_BARS = b'{"name": "META", "ts": "yesterday", "high": 9e9, "low": 1}\n\n{"name"\n'


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    folder, _ = package(*WATCHED)  # its schedule is on
    with running(folder, {}, start=WEEKEND, held=True) as running_pipeline:
        yield running_pipeline


def begin(pipeline: Pipeline) -> str:
    """Fire the nightly schedule, and return the ARN of the execution that it starts."""
    return fire(pipeline.cloud, "compact", STACK)


def compact(pipeline: Pipeline) -> ExecutionEnd:
    return pipeline.await_end(begin(pipeline))


def bar(day: str, minute: int, run: int, high: float, name: str = "META") -> dict[str, Any]:
    """Return a bar as the run of minute ``run`` collected it."""
    ts = f"{day}T{10 + minute // 60}:{minute % 60:02}:00-05:00"
    prices = {"open": high - 0.1, "high": high, "low": high - 0.3, "close": None}
    return {
        "name": name, "ts": ts, **prices, "volume": minute * 7, "interval": "1m",
        "collected_at": f"{day}T{15 + run // 60}:{run % 60:02}:00.000000Z",
    }  # fmt: skip


def lines(bars: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in bars)


def deliver(pipeline: Pipeline, day: str, name: str, content: bytes) -> None:
    key = f"bars/interval=1m/dt={day}/{name}.json.gz"
    pipeline.cloud.client("s3").put_object(Bucket=pipeline.bucket, Key=key, Body=gzip.compress(content))


def poll(pipeline: Pipeline, day: str, minutes: int = MINUTES) -> None:
    """Deliver a session polled each minute: one object per minute with the last five bars, the newest unfinished."""
    for run in range(1, minutes + 1):
        seen = range(max(0, run - 5), run)
        bars = [
            bar(day, minute, run, 100 + minute / 3 - (minute == run - 1), name)
            for name in ("META", "BRK-B")
            for minute in seen
        ]
        deliver(pipeline, day, f"run-{run:03}", lines(bars) + NO_BARS)


def view(pipeline: Pipeline, day: str, source: str = "bars") -> list[Any]:
    where = f"\"interval\" = '1m' AND dt = '{day}'"
    columns = COLUMNS.replace("volume", "traded AS volume") if source == "compacted_bars" else COLUMNS
    sql = f"SELECT {columns} FROM {source} WHERE {where} ORDER BY name, ts, collected_at"  # noqa: S608
    return pipeline.athena.run(sql).fetchall()


def keys(pipeline: Pipeline, prefix: str) -> list[str]:
    return [key for key, _ in pipeline.read_objects(prefix)]


def highs(pipeline: Pipeline, day: str) -> tuple[list[Any], int]:
    """Return the hourly highs of a date, and the bytes that the query scans."""
    after = str(date.fromisoformat(day) + timedelta(days=1))
    asked = pipeline.athena.run("EXECUTE hourly_highs", list(map(quote_text, ("1m", day, after, day))))
    assert asked.data_scanned_in_bytes is not None
    return asked.fetchall(), asked.data_scanned_in_bytes


def test_compact_writes_one_file_per_date_and_keeps_every_answer(pipeline: Pipeline) -> None:
    day = "2026-11-02"
    poll(pipeline, day)
    bars, (answer, scanned) = view(pipeline, day), highs(pipeline, day)
    assert len(bars) == 2 * MINUTES
    done = compact(pipeline)
    assert done.succeeded, (done.error, done.cause)
    assert done.output == {"status": "compacted", "dates": [{"date": day, "objects": MINUTES}]}
    assert keys(pipeline, f"bars/interval=1m/dt={day}/") == []
    assert len(keys(pipeline, f"compacted/interval=1m/dt={day}/")) == 1
    assert view(pipeline, day) == view(pipeline, day, "compacted_bars") == bars
    assert highs(pipeline, day)[0] == answer
    assert highs(pipeline, day)[1] < scanned / 5  # each bar is stored once instead of five times, and by column


def test_compact_reads_the_whole_volumes_of_older_files(pipeline: Pipeline) -> None:
    """Version 0.2 wrote volumes as whole numbers, and had no column ``traded``."""
    day = "2026-10-30"
    old, new = bar(day, 1, 1, 100.0), bar(day, 2, 2, 101.0) | {"volume": 6.83444}
    columns = {name: [value] for name, value in old.items() if name != "interval"}
    file = io.BytesIO()
    types = {"volume": pa.int64(), "close": pa.float64()}
    fields = [(name, types.get(name, pa.array(values).type)) for name, values in columns.items()]
    pyarrow.parquet.write_table(pa.table(columns, schema=pa.schema(fields)), file)
    key = f"compacted/interval=1m/dt={day}/old"
    pipeline.cloud.client("s3").put_object(Bucket=pipeline.bucket, Key=key, Body=file.getvalue())
    deliver(pipeline, day, "run-002", lines([old, new]))
    bars = view(pipeline, day)
    assert [row[6] for row in bars] == [7.0, 6.83444]
    done = compact(pipeline)
    assert done.succeeded, (done.error, done.cause)
    assert view(pipeline, day) == bars
    assert len(view(pipeline, day, "compacted_bars")) == 2  # the older bar was not written again


def test_compact_has_nothing_to_do_the_second_time(pipeline: Pipeline) -> None:
    before = dict(pipeline.read_objects("compacted/"))
    assert compact(pipeline).output == {"status": "nothing to compact"}
    assert dict(pipeline.read_objects("compacted/")) == before


def test_compact_leaves_a_date_that_is_not_over(pipeline: Pipeline) -> None:
    tomorrow = f"{pipeline.now() + timedelta(days=1):%Y-%m-%d}"
    deliver(pipeline, tomorrow, "a", lines([bar(tomorrow, 0, 1, 1.0)]))
    assert compact(pipeline).output == {"status": "nothing to compact"}
    assert keys(pipeline, "bars/") == [f"bars/interval=1m/dt={tomorrow}/a.json.gz"]


def test_compact_adds_late_bars_the_next_night(pipeline: Pipeline) -> None:
    """Deliver through the stream, as a backfill does: one corrected bar and one new bar."""
    day = "2026-11-03"
    poll(pipeline, day, minutes=6)
    assert compact(pipeline).succeeded
    late = [bar(day, 2, 100, 555.0), bar(day, 30, 100, 7.0)]
    stream = pipeline.outputs["DeliveryStreamName"]
    pipeline.cloud.client("firehose").put_record(DeliveryStreamName=stream, Record={"Data": lines(late)})
    eventually(lambda: bool(keys(pipeline, f"bars/interval=1m/dt={day}/")))
    before = view(pipeline, day)
    assert len(before) == 2 * 6 + 1
    assert [row[3] for row in before if row[3] in (555.0, 7.0)] == [555.0, 7.0]
    done = compact(pipeline)
    assert done.output == {"status": "compacted", "dates": [{"date": day, "objects": 1}]}
    assert view(pipeline, day) == before
    assert len(view(pipeline, day, "compacted_bars")) == 2 * 6 + 2  # the corrected bar in both forms


def test_compact_finishes_an_interrupted_insert_without_duplicates(pipeline: Pipeline) -> None:
    day = "2026-11-04"
    poll(pipeline, day, minutes=8)
    bars = view(pipeline, day)
    columns = COLUMNS.replace("volume, collected_at", "CAST(NULL AS bigint), collected_at, volume")
    half = f"INSERT INTO compacted_bars SELECT {columns} FROM bars WHERE dt = '{day}' AND name = 'META'"  # noqa: S608
    pipeline.athena.run(half)
    assert view(pipeline, day) == bars  # a bar in both tables counts once
    assert compact(pipeline).succeeded
    assert view(pipeline, day) == view(pipeline, day, "compacted_bars") == bars


# The calls of a night, in order, before which an object is delivered: between list and INSERT, between reads and
# write of the INSERT, between INSERT and check, between check and deletion, and just before the deletion.
MOMENTS = (
    ("athena:StartQueryExecution", 1),
    ("s3:PutObject compacted/", 1),
    ("athena:StartQueryExecution", 2),
    ("athena:GetQueryResults", 1),
    ("s3:DeleteObject", 1),
)


class Meanwhile:
    """A hook of the cloud's calls: it delivers an object at each moment, and injects no fault."""

    def __init__(self, pipeline: Pipeline, day: str) -> None:
        self.pipeline, self.day = pipeline, day
        self.calls: Counter[str] = Counter()
        self.delivered: list[str] = []

    def __call__(self, call: str, of: str, payload: bytes) -> None:
        del payload
        if call == "s3:PutObject":
            call += f" {of.partition('/')[0]}/"
        self.calls[call] += 1
        moment = (call, self.calls[call])
        if moment in MOMENTS:
            number = MOMENTS.index(moment)
            # A bar of its own, a correction, one that ties with a compacted bar, and one that was superseded long ago.
            bars = [bar(self.day, 40 + number, 50, 3.0), bar(self.day, 1, 60 + number, 200.0 + number)]
            bars += [{**bar(self.day, 0, 5, 100.0), "volume": number}, bar(self.day, 2, 0, 900.0)]
            self.delivered.append(f"bars/interval=1m/dt={self.day}/late-{number}.json.gz")
            deliver(self.pipeline, self.day, f"late-{number}", lines(bars))


def test_compact_leaves_objects_of_every_moment_for_the_next_night(pipeline: Pipeline) -> None:
    day = "2026-11-11"
    poll(pipeline, day, minutes=5)
    meanwhile = Meanwhile(pipeline, day)
    pipeline.cloud.faults = meanwhile
    done = compact(pipeline)
    pipeline.cloud.faults = inject_no_fault
    assert len(meanwhile.delivered) == len(MOMENTS)
    assert done.output == {"status": "compacted", "dates": [{"date": day, "objects": 5}]}, (done.error, done.cause)
    assert keys(pipeline, f"bars/interval=1m/dt={day}/") == meanwhile.delivered
    bars = view(pipeline, day)
    assert len(bars) == 2 * 5 + len(MOMENTS)
    assert {row[3] for row in bars} >= {200.0 + len(MOMENTS) - 1, 3.0}
    assert 900.0 not in {row[3] for row in bars}
    assert compact(pipeline).output == {"status": "compacted", "dates": [{"date": day, "objects": len(MOMENTS)}]}
    assert keys(pipeline, f"bars/interval=1m/dt={day}/") == []
    assert view(pipeline, day) == bars
    assert compact(pipeline).output == {"status": "nothing to compact"}


def test_compact_leaves_bars_delivered_meanwhile_for_the_next_night(pipeline: Pipeline) -> None:
    day = "2026-11-05"
    poll(pipeline, day, minutes=3)
    arn = begin(pipeline)
    client = pipeline.cloud.client("stepfunctions")
    eventually(lambda: '"AwaitReaders"' in json.dumps(client.get_execution_history(executionArn=arn), default=str))
    deliver(pipeline, day, "meanwhile", lines([bar(day, 40, 50, 3.0)]))
    assert pipeline.await_end(arn).succeeded
    assert keys(pipeline, f"bars/interval=1m/dt={day}/") == [f"bars/interval=1m/dt={day}/meanwhile.json.gz"]
    assert len(view(pipeline, day)) == 2 * 3 + 1
    assert compact(pipeline).output == {"status": "compacted", "dates": [{"date": day, "objects": 1}]}
    assert len(view(pipeline, day)) == 2 * 3 + 1


def test_compact_fails_and_deletes_nothing_if_a_bar_is_uncompacted(pipeline: Pipeline) -> None:
    day = "2026-11-06"
    poll(pipeline, day, minutes=4)
    athena, statement = pipeline.cloud.client("athena"), {"StatementName": "compact"}
    statement["WorkGroup"] = pipeline.outputs["WorkGroupName"]
    whole = athena.get_prepared_statement(**statement)["PreparedStatement"]["QueryStatement"]
    lacking = whole.replace("WHERE", "WHERE name = 'META' AND", 1)
    athena.update_prepared_statement(**statement, QueryStatement=lacking)
    before = keys(pipeline, "bars/")
    failed = compact(pipeline)
    assert (failed.error, failed.cause) == (
        "CompactionFailed",
        f"1 of 1 dates not compacted: {day} (objects with bars in no Parquet file: 1)",
    )
    assert keys(pipeline, "bars/") == before
    athena.update_prepared_statement(**statement, QueryStatement=whole)
    assert compact(pipeline).succeeded


def test_compact_names_an_undeletable_object_and_does_other_dates(pipeline: Pipeline) -> None:
    kept, other = "2026-11-09", "2026-11-10"
    for day in (kept, other):
        poll(pipeline, day, minutes=2)
    s3, bucket = pipeline.cloud.client("s3"), pipeline.bucket
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    denied = f"arn:aws:s3:::{bucket}/bars/interval=1m/dt={kept}/run-001.json.gz"
    refusal = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": denied}
    statements = [*json.loads(policy)["Statement"], refusal]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**json.loads(policy), "Statement": statements}))
    failed = compact(pipeline)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert failed.cause == f"1 of 2 dates not compacted: {kept} (1 of 2 objects not deleted: AccessDenied)"
    assert keys(pipeline, f"bars/interval=1m/dt={other}/") == []
    assert [len(view(pipeline, day)) for day in (kept, other)] == [4, 4]


def test_lake_bucket_keeps_deleted_objects_for_7_days(pipeline: Pipeline) -> None:
    s3, day = pipeline.cloud.client("s3"), "2026-11-02"
    found = s3.list_object_versions(Bucket=pipeline.bucket, Prefix=f"bars/interval=1m/dt={day}/")
    assert len(found["Versions"]) == len(found["DeleteMarkers"]) == MINUTES
    rules = s3.get_bucket_lifecycle_configuration(Bucket=pipeline.bucket)["Rules"]
    [rule] = [rule for rule in rules if "NoncurrentVersionExpiration" in rule]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rule["Expiration"] == {"ExpiredObjectDeleteMarker": True}
