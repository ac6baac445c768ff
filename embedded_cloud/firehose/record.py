"""What passes through a delivery stream: records, their failures, and the counts of both."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime


def _make_record_id() -> str:
    """As long as AWS's, since it counts toward the 6 MB that a function takes."""
    return f"{uuid.uuid4().int:056d}000000"[-62:]


@dataclass(frozen=True)
class Record:
    """Bytes that arrived at ``arrived_at`` (UTC)."""

    data: bytes
    record_id: str = field(default_factory=_make_record_id)
    arrived_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Failure:
    """Why a record is not delivered where it belongs.

    ``output_type`` is what ``!{firehose:error-output-type}`` becomes.
    """

    code: str
    message: str
    attempts: int = 1
    output_type: str = "processing-failed"

    def format_line(self, record: Record, function_arn: str) -> bytes:
        """The line of the error output for ``record``; times are milliseconds since 1970.

        https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
        """
        document = {
            "attemptsMade": self.attempts,
            "arrivalTimestamp": to_milliseconds(record.arrived_at),
            "errorCode": self.code,
            "errorMessage": self.message,
            "attemptEndingTimestamp": to_milliseconds(datetime.now(UTC)),
            "rawData": base64.b64encode(record.data).decode(),
            "lambdaArn": function_arn,
        }
        return json.dumps(document, separators=(",", ":")).encode() + b"\n"


@dataclass
class Statistics:
    """Counts since the stream was created. Nothing is pending once every record in is delivered, failed or dropped.

    ``incoming_lines`` are the rows of the records, where newlines stand between rows. ``failed_records`` are those in
    the error output, ``lost_records`` those that S3 refused for 24 hours.
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
    """``moment`` in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
