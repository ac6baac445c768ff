"""The delivery stream's processor: one newline at each record's end, and the partition that its bars belong to.

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
    """Give every record of the batch back once, in order: ``Ok`` with its partition keys, or ``ProcessingFailed``.

    A record is bars of one interval and one local date, newline between them. What is not comes back as it was, and
    Firehose puts it under ``processing-failed/``.
    """
    del context
    records = [_transform(record) for record in event["records"]]
    # Zero as well: Firehose has no metric of what a transformer refuses, and the alarm watches this one.
    refused = sum(record["result"] != "Ok" for record in records)
    metrics.add_metric("RecordsRefused", MetricUnit.Count, refused)
    return {"records": records}


def _transform(record: dict[str, str]) -> dict[str, Any]:
    try:
        lines = base64.b64decode(record["data"], validate=True).rstrip(b"\r\n")
        interval, dt = _partition(lines)
    except (ValueError, TypeError) as error:  # MalformedBar, or data that is no base64
        logger.warning("record not transformed", record_id=record["recordId"], reason=str(error))
        return {"recordId": record["recordId"], "result": "ProcessingFailed", "data": record["data"]}
    return {
        "recordId": record["recordId"],
        "result": "Ok",
        # Encoded anew: appending the newline to the base64 text is right for one length in three only.
        "data": base64.b64encode(lines + NEWLINE).decode("ascii"),
        "metadata": {"partitionKeys": {"interval": interval, "dt": dt}},
    }


def _partition(lines: bytes) -> tuple[str, str]:
    """Interval and local date that every line shares; :class:`MalformedBar` when they do not, or one is no bar."""
    if uniform := match_uniform_partition(lines):
        return uniform
    partitions = {(bar["interval"], bar["ts"][:10]) for bar in map(decode_bar, lines.split(NEWLINE))}
    if len(partitions) != 1:
        raise MalformedBar(f"bars of {len(partitions)} partitions in one record: {sorted(partitions)}")
    return partitions.pop()
