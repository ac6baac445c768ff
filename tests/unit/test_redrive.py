"""The redrive of failed records, which delivers every bar and deletes only delivered ones."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import itertools
import json
from collections import Counter
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mypy_boto3_firehose import FirehoseClient
from mypy_boto3_s3 import S3Client

from commands.redrive import summarize
from finance_stream.bars import BILLED_RECORD_BYTES, decode_bar
from finance_stream.client.redrive import RedriveReport, redrive
from finance_stream.collect.dead_letter import compress, encode_content
from finance_stream.collect.delivery import MAX_ATTEMPTS, MAX_RECORD_BYTES
from tests.unit.lake import FakeS3
from tests.unit.test_delivery import Answer, FakeFirehose, client_error, failing, raising

DEAD = "dead-letter/interval=1m/dt=2026-11-23/META-210000.000000-00000000.json.gz"
FAILED = "processing-failed/dt=2026-11-24/stream-1-2026-11-24-00-00-00-x.json.gz"
COLLECTED_AT = "2026-11-23T21:00:00.000000Z"


def bar(minute: int, name: str = "META", date: str = "2026-11-23", interval: str = "1m", **fields: Any) -> bytes:
    ts = f"{date}T{9 + minute // 60:02}:{minute % 60:02}:00-05:00"
    document = {"name": name, "ts": ts, "high": 2.0, "low": 1.0, "interval": interval, "collected_at": COLLECTED_AT}
    document |= fields
    return json.dumps(document).encode()


def failed(*records: bytes) -> bytes:
    """Return the content of an object of failed records."""
    return encode_content(records, "Lambda.FunctionError", "The Lambda function returned an error result.")


def put_back(s3: FakeS3, firehose: FakeFirehose, *asked: Any, **options: Any) -> RedriveReport:
    return redrive(
        cast(S3Client, s3), cast(FirehoseClient, firehose), "lake", "bars", *asked, sleep=lambda _: None, **options
    )


def taken(firehose: FakeFirehose) -> list[bytes]:
    """Return the lines that were sent to the stream."""
    return [line for call in firehose.calls for record in call for line in record.split(b"\n")]


def left(s3: FakeS3, key: str) -> list[bytes]:
    """Return the records in an object."""
    return [base64.b64decode(json.loads(line)["rawData"]) for line in gzip.decompress(s3.objects[key]).splitlines()]


@pytest.mark.fault(31)
def test_redrive_delivers_every_bar_and_deletes_the_objects() -> None:
    bars = [bar(minute) for minute in range(3)]
    s3, firehose = FakeS3({DEAD: failed(bars[0]), FAILED: failed(bars[1], bars[2] + b"\n")}), FakeFirehose()
    report = put_back(s3, firehose)
    assert taken(firehose) == bars
    assert s3.objects == {}
    assert (report.found, report.objects, report.bars, report.cleared, report.clean) == (2, 2, 3, 2, True)


@pytest.mark.fault(31)
def test_redrive_does_nothing_the_second_time() -> None:
    s3 = FakeS3({FAILED: failed(bar(0), b"no bar")})
    first, second = FakeFirehose(), FakeFirehose()
    put_back(s3, first)
    before = dict(s3.objects)
    s3.changes.clear()
    again = put_back(s3, second)
    assert (taken(first), second.calls, s3.changes, s3.objects) == ([bar(0)], [], [], before)
    assert (again.bars, again.cleared, again.clean) == (0, 0, False)


def test_redrive_packs_records_by_ticker_interval_and_date() -> None:
    kinds = itertools.product(("META", "NFLX"), ("2026-11-23", "2026-11-24"), ("1m", "5m"))
    bars = [bar(minute, *kind) for minute in range(100) for kind in kinds]
    firehose = FakeFirehose()
    put_back(FakeS3({FAILED: failed(b"\n".join(bars))}), firehose)
    assert sorted(taken(firehose)) == sorted(bars)
    for record in (record for call in firehose.calls for record in call):
        assert len(record) <= BILLED_RECORD_BYTES
        decoded = [decode_bar(line) for line in record.split(b"\n")]
        assert len({(one["name"], one["interval"], one["ts"][:10]) for one in decoded}) == 1


def test_redrive_keeps_and_reports_lines_that_are_not_bars() -> None:
    nameless, large = bar(1, name=""), bar(2, text="x" * MAX_RECORD_BYTES)
    s3 = FakeS3({FAILED: failed(bar(0) + b"\n" + nameless + b"\nno bar", large, bar(3))})
    firehose = FakeFirehose()
    report = put_back(s3, firehose)
    assert taken(firehose) == [bar(0), bar(3)]
    assert left(s3, FAILED) == [nameless + b"\nno bar", large]
    assert report.bad[FAILED] == Counter(
        {
            "name: '' is not a ticker": 1,
            "not JSON: Expecting value: line 1 column 1 (char 0)": 1,
            f"{len(large)} bytes: Firehose takes 1024000 at most": 1,
        }
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x1f\x8bno gzip", "the object is not gzip"),
        (gzip.compress(b"a" * 1_000, mtime=0)[:-20], "the object is not gzip"),
        (compress([b"no JSON"]), "not a line of Firehose's error output: Expecting value"),
        (compress([b"[]"]), "not a line of Firehose's error output: no rawData"),
        (compress([b'{"rawData": "=="}']), "not a line of Firehose's error output: "),
        (b'{"rawData": "bm8gYmFy"}\n', "not JSON"),  # an uncompressed object is valid
    ],
    ids=["no gzip", "cut off", "no JSON", "no object", "no base64", "no bar"],
)
def test_redrive_leaves_an_unreadable_object_unchanged(content: bytes, reason: str) -> None:
    s3, firehose = FakeS3({FAILED: content}), FakeFirehose()
    [found] = put_back(s3, firehose).bad[FAILED]
    assert found.startswith(reason)
    assert (s3.objects, s3.changes, firehose.calls) == ({FAILED: content}, [], [])


@pytest.mark.fault(51)
def test_redrive_leaves_poisoned_objects_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finance_stream.client.redrive.MAX_OBJECT_BYTES", 1_000_000)
    poison = {
        "processing-failed/dt=2026-11-24/a": compress([b"[" * 200_000]),
        "processing-failed/dt=2026-11-24/b": compress([b"0" * 1_000_001]),
        "processing-failed/dt=2026-11-24/c": compress([b'{"rawData": ' + b"1" * 5_000 + b"}"]),
    }
    s3, firehose = FakeS3({**poison, FAILED: failed(bar(0))}), FakeFirehose()
    report = put_back(s3, firehose)
    assert (taken(firehose), s3.objects) == ([bar(0)], poison)
    assert [reason for bad in report.bad.values() for reason in bad] == [
        "not a line of Firehose's error output: nested too deeply",
        "the object is not gzip: more than 1,000,000 bytes when it is unpacked",
        "not a line of Firehose's error output: a number of too many digits",
    ]


@pytest.mark.fault(51)
def test_redrive_survives_a_line_of_any_depth() -> None:
    raw = base64.b64encode(bar(0) + b"\nno bar").decode().encode()
    lines = [b'{"rawData":"' + raw + b'","x":' + b"[" * n + b"]" * n + b"}" for n in range(850, 1_000)]
    s3, firehose = FakeS3({FAILED: compress(lines)}), FakeFirehose()
    assert put_back(s3, firehose).bars > 0
    assert len(left(s3, FAILED)) == len(lines)


@pytest.mark.parametrize("answer", [failing(0, 1), raising(client_error("AccessDeniedException"))])
def test_redrive_deletes_no_undelivered_record(answer: Answer) -> None:
    objects = {DEAD: failed(bar(0), bar(0, "NFLX")), FAILED: failed(bar(1))}
    s3, firehose = FakeS3(objects), FakeFirehose(*itertools.repeat(answer, MAX_ATTEMPTS))
    report = put_back(s3, firehose)
    assert (s3.objects, s3.changes) == (objects, [])
    assert (report.bars, report.objects, report.found, report.clean) == (0, 1, 2, False)
    assert report.stopped.startswith(("DeliveryThrottled: 2 records not taken", "DeliveryRefused: AccessDenied"))


def test_redrive_removes_delivered_records_from_an_object() -> None:
    s3 = FakeS3({DEAD: failed(bar(0), bar(0, "NFLX"), b"no bar")})
    put_back(s3, FakeFirehose(failing(1), *itertools.repeat(failing(0), MAX_ATTEMPTS - 1)))
    assert left(s3, DEAD) == [bar(0, "NFLX"), b"no bar"]


@pytest.mark.parametrize(
    ("since", "found"),
    [("2026-11-22", [DEAD, FAILED]), ("2026-11-23", [DEAD, FAILED]), ("2026-11-24", [FAILED]), ("2026-11-25", [])],
)
def test_redrive_reads_only_objects_since_a_date(since: str, found: list[str]) -> None:
    s3 = FakeS3({DEAD: failed(bar(0)), FAILED: failed(bar(1)), "bars/dt=2026-11-30/a.json.gz": b""})
    put_back(s3, FakeFirehose(), dt.date.fromisoformat(since))
    assert s3.changes == [f"delete {key}" for key in found]


def test_redrive_dry_run_counts_and_changes_nothing() -> None:
    objects = {DEAD: failed(bar(0)), FAILED: failed(bar(1), b"no bar")}
    s3, firehose = FakeS3(objects), FakeFirehose()
    report = put_back(s3, firehose, dry_run=True)
    assert (s3.objects, s3.changes, firehose.calls) == (objects, [], [])
    assert (report.bars, report.cleared, list(report.bad)) == (2, 1, [FAILED])


def test_redrive_shows_progress_per_object() -> None:
    shown: list[tuple[int, int, str]] = []
    s3 = FakeS3({DEAD: failed(bar(0)), FAILED: failed(bar(1), bar(2))})
    put_back(s3, FakeFirehose(), show=lambda report, key: shown.append((report.objects, report.bars, key)))
    assert shown == [(1, 1, DEAD), (2, 3, FAILED)]


DATES = ("2026-11-20", "2026-11-23")
LINE = st.one_of(
    st.builds(
        bar, st.integers(0, 300), st.sampled_from(["META", "NFLX"]), st.sampled_from(["2026-11-23", "2026-11-24"])
    ),
    st.binary(min_size=1).filter(lambda line: b"\n" not in line and line.strip()),
)


@settings(deadline=None, max_examples=50)
@given(
    objects=st.lists(st.lists(st.lists(LINE, min_size=1, max_size=4), max_size=4), max_size=3),
    failures=st.lists(st.sets(st.integers(0, 3)), max_size=2 * MAX_ATTEMPTS),
)
def test_redrive_loses_no_line(objects: list[list[list[bytes]]], failures: list[set[int]]) -> None:
    keys = [f"processing-failed/dt=2026-11-23/{number}" for number in range(len(objects))]
    s3 = FakeS3({key: failed(*map(b"\n".join, records)) for key, records in zip(keys, objects, strict=True)})
    accepted: set[bytes] = set()

    class RedriveStream(FakeFirehose):
        def put_record_batch(self, **asked: Any) -> dict[str, Any]:
            response = super().put_record_batch(**asked)
            for record, entry in zip(asked["Records"], response["RequestResponses"], strict=True):
                accepted.update(record["Data"].split(b"\n") if "RecordId" in entry else ())
            return response

    put_back(s3, RedriveStream(*(failing(*indexes) for indexes in failures)))
    stays = {line for key in s3.objects for record in left(s3, key) for line in record.split(b"\n")}
    assert accepted | stays == {line for records in objects for record in records for line in record}
    put_back(s3, RedriveStream())  # a stream that accepts every record
    stays = {line for key in s3.objects for record in left(s3, key) for line in record.split(b"\n")}
    assert not accepted & stays


def test_summarize_lists_bad_lines_with_their_reasons() -> None:
    report = RedriveReport(
        found=3, objects=2, bars=1_390, cleared=1, bad={FAILED: Counter({"not JSON": 2})}, stopped="why"
    )
    assert summarize(report, "lake", dry_run=False) == [
        "1,390 bars put back; 1 of 3 objects deleted.",
        f"Still bad: s3://lake/{FAILED}: 2 lines",
        "  2 times: not JSON",
        "The stream takes no more: why",
        "1 objects were not looked at. Nothing is lost. Fix the problem, then run this again.",
    ]
    assert (
        summarize(report, "lake", dry_run=True)[0] == "1,390 bars would be put back; 1 of 3 objects would be deleted."
    )
    [nothing] = summarize(RedriveReport(), "lake", dry_run=False)
    assert nothing.startswith("Nothing to put back: s3://lake has nothing under dead-letter/, processing-failed/")


def test_summarize_names_the_most_frequent_reasons() -> None:
    report = RedriveReport(
        found=1, objects=1, bad={FAILED: Counter({f"reason {number}": 10 - number for number in range(7)})}
    )
    lines = summarize(report, "lake", dry_run=False)
    assert lines[2:] == [*(f"  {10 - number} times: reason {number}" for number in range(5)), "  and 2 more reasons"]
