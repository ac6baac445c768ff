"""Records of a delivery stream, their failures, and the counts of both."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from embedded_cloud import clock


def _make_record_id() -> str:
    """Return a new id as long as AWS's, since ids count toward the 6 MB that a function accepts."""
    return f"{uuid.uuid4().int:056d}000000"[-62:]


@dataclass(frozen=True)
class Record:
    """A record: its bytes, its id, and the time of its arrival (UTC)."""

    data: bytes
    record_id: str = field(default_factory=_make_record_id)
    arrived_at: datetime = field(default_factory=clock.now)


@dataclass(frozen=True)
class Failure:
    """The reason for a record's delivery to the error output.

    ``output_type`` replaces ``!{firehose:error-output-type}`` in the prefix.
    """

    code: str
    message: str
    attempts: int = 1
    output_type: str = "processing-failed"

    def format_line(self, record: Record, function_arn: str) -> bytes:
        """Return the line of the error output for ``record``. Times are in milliseconds since 1970.

        https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
        """
        document = {
            "attemptsMade": self.attempts,
            "arrivalTimestamp": to_milliseconds(record.arrived_at),
            "errorCode": self.code,
            "errorMessage": self.message,
            "attemptEndingTimestamp": to_milliseconds(clock.now()),
            "rawData": base64.b64encode(record.data).decode(),
            "lambdaArn": function_arn,
        }
        return json.dumps(document, separators=(",", ":")).encode() + b"\n"


@dataclass
class Statistics:
    """Counts since the stream's creation.

    ``incoming_lines`` counts rows, which newlines separate within a record. ``failed_records`` counts records in the
    error output, ``lost_records`` records that S3 refused for 24 hours. A record is pending until it is delivered,
    failed, dropped or lost.
    """

    incoming_records: int = 0
    incoming_bytes: int = 0
    incoming_lines: int = 0
    dropped_records: int = 0
    delivered_records: int = 0
    delivered_bytes: int = 0
    delivered_objects: int = 0
    failed_records: int = 0
    failed_objects: int = 0
    lost_records: int = 0

    @property
    def pending_records(self) -> int:
        done = self.dropped_records + self.delivered_records + self.failed_records + self.lost_records
        return self.incoming_records - done


def to_milliseconds(moment: datetime) -> int:
    """Return ``moment`` in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
