"""Put what failed back on the delivery stream, from the lake: the same calls on AWS and in the embedded cloud.

What failed is what collectors could not deliver and what Firehose could not: objects of the same form, a line a record.
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from finance_stream.bars import NEWLINE, MalformedBar, decode_bar, pack
from finance_stream.collect import dead_letter
from finance_stream.collect.delivery import MAX_RECORD_BYTES, deliver
from finance_stream.errors import NotCollected
from finance_stream.gzipped import NotGzip, gunzip
from finance_stream.strict_json import read_json

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_s3 import S3Client

# The last is where Firehose puts records of more partitions at once than a stream may have:
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html
PREFIXES = (dead_letter.PREFIX, "processing-failed/", "activePartitionExceeded/")

# Firehose's largest buffer is 128 MiB, which is 171 MiB in base64; the rest is for the lines' other fields.
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
MAX_OBJECT_BYTES = 256 * 2**20

_DATE = re.compile(r"/dt=(\d{4}-\d{2}-\d{2})/")
_GZIP = b"\x1f\x8b"
_Partition = tuple[str, str, str]  # name, interval, local date


@dataclass
class RedriveReport:
    """What a redrive has done, or, where it changes nothing, would do.

    ``objects`` it has looked at, of ``found``; ``bars`` put back; ``cleared`` objects of which nothing is left;
    ``bad`` lines of what it leaves there, by key and reason; ``stopped``: why the stream took no more, if so.
    """

    found: int = 0
    objects: int = 0
    bars: int = 0
    cleared: int = 0
    bad: dict[str, Counter[str]] = field(default_factory=dict)
    stopped: str = ""

    @property
    def clean(self) -> bool:
        """Nothing is left that failed."""
        return not self.bad and not self.stopped


def redrive(
    s3: S3Client,
    firehose: FirehoseClient,
    bucket: str,
    stream: str,
    since: dt.date | None = None,
    dry_run: bool = False,
    *,
    show: Callable[[RedriveReport, str], None] = lambda *_: None,
    sleep: Callable[[float], None] = time.sleep,
) -> RedriveReport:
    """Put the bars of every object under :data:`PREFIXES` on ``stream``, then delete what was taken.

    Object by object, the stream first: what ends it half-way leaves bars that come twice, which is harmless, and loses
    none. What is no bar stays in its object. It ends early when the stream does not take what it should.

    Parameters
    ----------
    firehose
        Made with :data:`finance_stream.collect.delivery.CLIENT_CONFIG`.
    since
        Only what failed on that date (UTC, the key's) or later.
    dry_run
        Read and count only.
    show
        Called after each object with the report so far and the object's key.

    Raises
    ------
    botocore.exceptions.ClientError
        When the lake may not be listed, read or written.
    """
    keys = list(_list_keys(s3, bucket, since))
    report = RedriveReport(found=len(keys))
    for key in keys:
        found = _Object.read(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        taken = found.bars
        if not dry_run:
            taken, report.stopped = _put(firehose, stream, found, sleep)
            _take_out(s3, bucket, key, found, taken)
        report.objects += 1
        report.bars += len(taken)
        if found.bad:
            report.bad[key] = found.bad
        report.cleared += not found.list_left(set(taken))
        show(report, key)
        if report.stopped:
            break
    return report


def _list_keys(s3: S3Client, bucket: str, since: dt.date | None) -> Iterator[str]:
    """Keys of what failed since a date; one that names no date is never too old."""
    pages = s3.get_paginator("list_objects_v2")
    for prefix in PREFIXES:
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                date = _DATE.search(entry["Key"])
                if since is None or date is None or date[1] >= since.isoformat():
                    yield entry["Key"]


@dataclass
class _Object:
    """The lines of an object, the bars in them, and how many lines are no bar, by reason."""

    lines: list[bytes]
    bars: list[bytes] = field(default_factory=list)
    bad: Counter[str] = field(default_factory=Counter)
    by_partition: dict[_Partition, list[bytes]] = field(default_factory=dict)

    @classmethod
    def read(cls, body: bytes) -> _Object:
        try:
            content = gunzip(body, MAX_OBJECT_BYTES) if body.startswith(_GZIP) else body
        except NotGzip as error:
            return cls([body], bad=Counter([f"the object is not gzip: {error}"]))
        found = cls([line for line in content.split(NEWLINE) if line.strip()])
        for line in found.lines:
            try:
                found._sort(_decode_record(_parse_line(line)))
            except ValueError as error:
                found.bad[f"not a line of Firehose's error output: {error}"] += 1
        return found

    def _sort(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            try:
                bar = decode_bar(line)
            except MalformedBar as error:
                self.bad[str(error)] += 1
                continue
            if len(line) > MAX_RECORD_BYTES:
                self.bad[f"{len(line)} bytes: Firehose takes {MAX_RECORD_BYTES} at most"] += 1
                continue
            self.bars.append(line)
            self.by_partition.setdefault((bar["name"], bar["interval"], bar["ts"][:10]), []).append(line)

    def list_left(self, taken: set[bytes]) -> list[bytes]:
        """The object's lines but for the bars ``taken``; a line that cannot be read stays as it is."""
        return [line for line in (_remove_bars(line, taken) for line in self.lines) if line]


def _parse_line(line: bytes) -> dict[str, Any]:
    """A line of error output; ValueError when it is none."""
    document = read_json(line)
    if not isinstance(document, dict) or not isinstance(document.get("rawData"), str):
        raise ValueError("no rawData")
    return document


def _decode_record(document: dict[str, Any]) -> list[bytes]:
    """The lines of the record in a line of error output, as they were."""
    record = base64.b64decode(document["rawData"], validate=True)
    return [line for line in record.split(NEWLINE) if line.strip()]


def _remove_bars(line: bytes, taken: set[bytes]) -> bytes:
    """A line of error output with the rest of its record; empty when nothing is left of it."""
    try:
        document = _parse_line(line)
        bars = _decode_record(document)
    except ValueError:
        return line
    if not (left := [bar for bar in bars if bar not in taken]):
        return b""
    if left == bars:
        return line
    raw = base64.b64encode(NEWLINE.join(left)).decode()
    try:
        return json.dumps({**document, "rawData": raw}, separators=(",", ":")).encode()
    except RecursionError:  # just not too deep to be read: the bars that were taken come twice, which is harmless
        return line


def _put(
    firehose: FirehoseClient, stream: str, found: _Object, sleep: Callable[[float], None]
) -> tuple[list[bytes], str]:
    """Put the bars of an object on the stream; those that it took, and why it took no more."""
    records = (record for lines in found.by_partition.values() for record in pack(lines))
    try:
        deliver(firehose, stream, records, sleep=sleep)
    except NotCollected as error:
        left = {line for record in error.left for line in record.split(NEWLINE)}
        return [line for line in found.bars if line not in left], f"{type(error).__name__}: {error}"
    return found.bars, ""


def _take_out(s3: S3Client, bucket: str, key: str, found: _Object, taken: list[bytes]) -> None:
    """Take the bars that the stream took out of the object; delete it when it holds nothing else."""
    left = found.list_left(set(taken))
    if not left:
        s3.delete_object(Bucket=bucket, Key=key)
    elif left != found.lines:
        s3.put_object(Bucket=bucket, Key=key, Body=dead_letter.compress(left), ContentEncoding="gzip")
