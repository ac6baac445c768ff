"""Redrive: put failed records back on the delivery stream. The same calls on AWS and in the embedded cloud.

The records are those that collectors or Firehose could not deliver. Both are objects with a line per record.
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
from finance_stream.client.stored import list_keys
from finance_stream.collect import dead_letter
from finance_stream.collect.delivery import MAX_RECORD_BYTES, deliver
from finance_stream.errors import NotCollected
from finance_stream.gzipped import NotGzip, gunzip
from finance_stream.strict_json import read_json

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_s3 import S3Client

# Firehose writes to the last one when a stream has too many active partitions:
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html
PREFIXES = (dead_letter.PREFIX, "processing-failed/", "activePartitionExceeded/")

# Firehose's largest buffer is 128 MiB, which is 171 MiB in base64. The rest is for the other fields of the lines.
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
MAX_OBJECT_BYTES = 256 * 2**20

_DATE = re.compile(r"/dt=(\d{4}-\d{2}-\d{2})/")
_GZIP = b"\x1f\x8b"
_Partition = tuple[str, str, str]  # name, interval, local date


@dataclass
class RedriveReport:
    """The counts of a redrive, or of a dry run.

    ``found`` objects, of which ``objects`` were read. ``bars`` were put back, and ``cleared`` objects are empty now.
    ``bad`` counts the lines that stay, per key and reason. ``stopped`` says why the stream accepted no more.
    """

    found: int = 0
    objects: int = 0
    bars: int = 0
    cleared: int = 0
    bad: dict[str, Counter[str]] = field(default_factory=dict)
    stopped: str = ""

    @property
    def clean(self) -> bool:
        """True if no failed record is left."""
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
    """Put the bars of every object under :data:`PREFIXES` on ``stream``, then delete the accepted ones.

    For each object, the stream comes first. If the process ends half-way, some bars are sent again: duplicates are
    harmless, and no bar is lost. Lines that aren't bars stay in their object. The redrive ends early if the stream
    rejects bars.

    Parameters
    ----------
    firehose
        A client with :data:`finance_stream.collect.delivery.CLIENT_CONFIG`.
    since
        Only records that failed on this date or later. The date is in UTC, from the key.
    dry_run
        Only read and count.
    show
        Called after each object with the current report and the object's key.

    Raises
    ------
    botocore.exceptions.ClientError
        When listing, reading or writing the lake is denied.
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


def read_bars(content: bytes) -> list[dict[str, Any]] | None:
    """Return the bars in an object of failed records, or None if one of its lines isn't a record of bars."""
    found = _Object.read(content)
    return None if found.bad else [decode_bar(line) for line in found.bars]


def _list_keys(s3: S3Client, bucket: str, since: dt.date | None) -> Iterator[str]:
    """Yield the keys of failed records since a date. A key without a date is always included."""
    for prefix in PREFIXES:
        for key in list_keys(s3, bucket, prefix):
            date = _DATE.search(key)
            if since is None or date is None or date[1] >= since.isoformat():
                yield key


@dataclass
class _Object:
    """An object's lines, the bars in them, and the number of lines that aren't bars, per reason."""

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
        """Return the object's lines without the bars ``taken``. A line that cannot be read stays unchanged."""
        return [line for line in (_remove_bars(line, taken) for line in self.lines) if line]


def _parse_line(line: bytes) -> dict[str, Any]:
    """Parse a line of Firehose's error output, or raise ValueError."""
    document = read_json(line)
    if not isinstance(document, dict) or not isinstance(document.get("rawData"), str):
        raise ValueError("no rawData")
    return document


def _decode_record(document: dict[str, Any]) -> list[bytes]:
    """Decode the lines of the record in a parsed line of error output."""
    record = base64.b64decode(document["rawData"], validate=True)
    return [line for line in record.split(NEWLINE) if line.strip()]


def _remove_bars(line: bytes, taken: set[bytes]) -> bytes:
    """Return a line of error output without the bars ``taken``, or an empty line if no bar is left."""
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
    except (
        RecursionError
    ):  # parsed at the limit of depth, but not writable: the taken bars become duplicates, which are harmless
        return line


def _put(
    firehose: FirehoseClient, stream: str, found: _Object, sleep: Callable[[float], None]
) -> tuple[list[bytes], str]:
    """Put an object's bars on the stream. Return the accepted bars, and why the stream accepted no more."""
    records = (record for lines in found.by_partition.values() for record in pack(lines))
    try:
        deliver(firehose, stream, records, sleep=sleep)
    except NotCollected as error:
        left = {line for record in error.left for line in record.split(NEWLINE)}
        return [line for line in found.bars if line not in left], f"{type(error).__name__}: {error}"
    return found.bars, ""


def _take_out(s3: S3Client, bucket: str, key: str, found: _Object, taken: list[bytes]) -> None:
    """Remove the accepted bars from the object, or delete the object if nothing else is in it."""
    left = found.list_left(set(taken))
    if not left:
        s3.delete_object(Bucket=bucket, Key=key)
    elif left != found.lines:
        s3.put_object(Bucket=bucket, Key=key, Body=dead_letter.compress(left), ContentEncoding="gzip")
