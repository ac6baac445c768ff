"""The transformer, which returns every record once, in order, with one newline and its partition."""

from __future__ import annotations

import base64
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.transformer import handler
from tests.conftest import ROOT
from tests.unit.test_bars import BAR

CONTEXT = SimpleNamespace(
    function_name="transformer",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:transformer",
    aws_request_id="1",
)


def transform(*payloads: bytes) -> list[dict[str, Any]]:
    records = [
        {"recordId": str(place), "data": base64.b64encode(data).decode(), "approximateArrivalTimestamp": 0}
        for place, data in enumerate(payloads)
    ]
    answer: list[dict[str, Any]] = handler({"invocationId": "1", "records": records}, CONTEXT)["records"]
    return answer


def line(**fields: Any) -> bytes:
    return json.dumps({**BAR, **fields}).encode()


@pytest.mark.fault(27)
@pytest.mark.parametrize("newlines", [b"", b"\n", b"\n\n\n", b"\r\n"])
def test_transformer_ends_a_record_with_one_newline(newlines: bytes) -> None:
    [record] = transform(line() + newlines)
    assert record["result"] == "Ok"
    assert base64.b64decode(record["data"], validate=True) == line() + b"\n"


@pytest.mark.fault(28)
@pytest.mark.parametrize("residue", [0, 1, 2])
def test_transformer_keeps_the_newline_at_any_length(residue: int) -> None:
    padded = next(line(name="M" * n) for n in range(1, 4) if len(line(name="M" * n)) % 3 == residue)
    [record] = transform(padded)
    assert base64.b64decode(record["data"], validate=True) == padded + b"\n"


def test_transformer_partitions_by_the_bars_interval_and_date() -> None:
    [record] = transform(line(ts="2020-05-14T15:59:00-04:00") + b"\n" + line(ts="2020-05-14T09:30:00-04:00"))
    assert record["metadata"]["partitionKeys"] == {"interval": "1m", "dt": "2020-05-14"}


@pytest.mark.fault(26)
@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\n",
        b"no json",
        line() + b"\n" + b"no json",
        line() + b"\n\n" + line(),
        line() + b"\n" + line(ts="2026-11-24T09:30:00-05:00"),
        line() + b"\n" + line(interval="5m"),
        line(high=None),
        line(interval="../5m"),
        b"\xff\xfe",
    ],
    ids=repr,
)
def test_transformer_fails_only_the_unreadable_record(bad: bytes) -> None:
    before, failed, after = transform(line(), bad, line())
    assert (before["result"], failed["result"], after["result"]) == ("Ok", "ProcessingFailed", "Ok")
    assert base64.b64decode(failed["data"]) == bad


@pytest.mark.fault(26)
@pytest.mark.parametrize("data", ["???", "YQ", "YQ==YQ=="])
def test_transformer_fails_data_that_is_not_base64(data: str) -> None:
    [record] = handler({"records": [{"recordId": "1", "data": data}]}, CONTEXT)["records"]
    assert record == {"recordId": "1", "result": "ProcessingFailed", "data": data}


@pytest.mark.fault(30)
@given(st.lists(st.one_of(st.binary(max_size=50), st.just(line()), st.just(line() + b"\n"))))
def test_transformer_returns_every_record_once_in_order(payloads: list[bytes]) -> None:
    assert [record["recordId"] for record in transform(*payloads)] == [str(n) for n in range(len(payloads))]


# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB per invocation and per answer)
MAX_LAMBDA_BYTES = 6_291_556
RECORD_ID = "4" * 56 + "0" * 8  # as long as Firehose's


@pytest.mark.fault(29)
@pytest.mark.parametrize(
    "payload",
    [
        json.dumps({name: BAR[name] for name in ("name", "ts", "interval", "high", "low", "collected_at")}).encode(),
        b"\n".join([line()] * 25),
        b"x" * 100,
    ],
    ids=["the smallest bars", "packed bars", "no bars"],
)
def test_transformer_fits_a_full_buffer_into_lambdas_limits(payload: bytes) -> None:
    configured = re.search(r'BufferSizeInMBs\n +ParameterValue: "([\d.]+)"', (ROOT / "serverless.yml").read_text())
    assert configured
    count = int(float(configured[1]) * 1024 * 1024) // len(payload)
    data = base64.b64encode(payload).decode()
    record = {"recordId": RECORD_ID, "approximateArrivalTimestamp": 1_764_000_000_000, "data": data}
    event = {
        "invocationId": "i" * 36,
        "deliveryStreamArn": "a" * 100,
        "region": "us-east-1",
        "records": [record] * count,
    }
    answer = handler(event, CONTEXT)
    assert len(answer["records"]) == count
    assert max(len(json.dumps(passed)) for passed in (event, answer)) <= MAX_LAMBDA_BYTES
