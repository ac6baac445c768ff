"""The delivery stream's processor: adds a newline to the end of each record, and names the partition of its bars.

The contract: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

from __future__ import annotations

import base64
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from finance_stream.bars import NEWLINE, MalformedBar, decode_bar, match_uniform_partition
from finance_stream.telemetry import logger, metrics


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return every record of the batch once, in order: ``Ok`` with its partition keys, or ``ProcessingFailed``.

    A record has bars of one interval and one local date, with newlines between them. Another record is returned
    unchanged, and Firehose puts it under ``processing-failed/``.
    """
    del context
    records = [_transform(record) for record in event["records"]]
    # Zero as well: Firehose has no metric of refused records, and the alarm watches this one.
    refused = sum(record["result"] != "Ok" for record in records)
    metrics.add_metric("RecordsRefused", MetricUnit.Count, refused)
    return {"records": records}


def _transform(record: dict[str, str]) -> dict[str, Any]:
    try:
        lines = base64.b64decode(record["data"], validate=True).rstrip(b"\r\n")
        interval, dt = _partition(lines)
    except (ValueError, TypeError) as error:  # MalformedBar, or data that isn't base64
        logger.warning("record not transformed", record_id=record["recordId"], reason=str(error))
        return {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    return {
        "recordId": record["recordId"],
        "result": "Ok",
        # Encoded again: a newline appended to the base64 text would be right for one length in three only.
        "data": base64.b64encode(lines + NEWLINE).decode("ascii"),
        "metadata": {"partitionKeys": {"interval": interval, "dt": dt}},
    }


def _partition(lines: bytes) -> tuple[str, str]:
    """Return the interval and local date of all lines.

    Raises :class:`MalformedBar` if they differ or one isn't a bar.
    """
    if uniform := match_uniform_partition(lines):
        return uniform
    partitions = {(bar["interval"], bar["ts"][:10]) for bar in map(decode_bar, lines.split(NEWLINE))}
    if len(partitions) != 1:
        raise MalformedBar(f"bars of {len(partitions)} partitions in one record: {sorted(partitions)}")
    return partitions.pop()
