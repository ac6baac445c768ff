"""Time of the transformer per record, packed or of one bar, in batches of 1 MB and 3 MB.

``python -m bench.transformer`` is the program that pyperf runs.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from types import SimpleNamespace
from typing import Any

from bench.line import BenchLine, Goal
from bench.session import load_session
from bench.timing import make_runner, scale, time_program

BATCH_MB = (1, 3)
KINDS = ("packed", "unpacked")
OURS, REFERENCE, LIMIT = "ours", "reference", "limit"
CONTEXT = SimpleNamespace(
    function_name="transformer",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:transformer",
    aws_request_id="1",
)


def make_payloads(kind: str) -> list[bytes]:
    """Return the session's records, packed by the collector or with one bar each."""
    bars = load_session().collect_bars()
    return [payload for one in bars for payload in (one.pack_records() if kind == "packed" else one.lines)]


def make_batch(kind: str, size_mb: int) -> list[dict[str, str]]:
    """Return as many records as a buffer of ``size_mb`` holds."""
    own = make_payloads(kind)
    count = size_mb * 1024 * 1024 * len(own) // sum(map(len, own))
    encoded = [base64.b64encode(payload).decode() for payload in own]
    return [{"recordId": str(place), "data": data} for place, data in enumerate(islice(cycle(encoded), count))]


def recode_one_by_one(records: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Recode records in a plain loop: decode, parse each line for the partition, append, encode."""
    made = []
    for record in records:
        lines = base64.b64decode(record["data"])
        bars = [json.loads(line) for line in lines.split(b"\n")]
        keys = {"interval": bars[0]["interval"], "dt": bars[0]["ts"][:10]}
        data = base64.b64encode(lines + b"\n").decode()
        made.append({"recordId": record["recordId"], "result": "Ok", "data": data, "metadata": {"partitionKeys": keys}})
    return made


def recode(records: Sequence[dict[str, str]]) -> None:
    for record in records:
        base64.b64encode(base64.b64decode(record["data"]))


def main() -> None:
    timer = make_runner(__spec__.name)
    os.environ |= {"POWERTOOLS_SERVICE_NAME": "bench", "POWERTOOLS_METRICS_NAMESPACE": "bench"}  # as in serverless.yml
    from handlers.transformer import handler

    def handle(event: dict[str, Any]) -> None:
        sys.stdout = io.StringIO()
        handler(event, CONTEXT)
        sys.stdout = sys.__stdout__

    for kind in KINDS:
        for size_mb in BATCH_MB:
            records = make_batch(kind, size_mb)
            timer.bench_func(f"{OURS} {kind} {size_mb}", handle, {"records": records})
            timer.bench_func(f"{REFERENCE} {kind} {size_mb}", recode_one_by_one, records)
            timer.bench_func(f"{LIMIT} {kind} {size_mb}", recode, records)


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the transformer, which checks every line.

    The reference only parses them, the limit only recodes records.
    """
    del full
    times = time_program("bench.transformer", quick=quick)
    made = []
    for kind in KINDS:
        for size_mb in BATCH_MB:
            per_record = 1e6 / len(make_batch(kind, size_mb))
            ours, reference, limit = (
                scale(times[f"{role} {kind} {size_mb}"], per_record) for role in (OURS, REFERENCE, LIMIT)
            )
            made.append(
                BenchLine(
                    name=f"transformer, per record, {kind}, {size_mb} MB",
                    unit="µs",
                    data=load_session().label,
                    ours=ours,
                    reference=reference,
                    limit=limit,
                    goal=Goal(times_limit=2) if kind == "packed" else Goal(times_reference=1),
                )
            )
    return made


if __name__ == "__main__":
    main()
