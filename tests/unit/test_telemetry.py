"""The metrics of the functions, which count every outcome and have no dimension for the ticker."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest

from finance_stream import errors
from finance_stream.collect import collection
from handlers import collector, transformer

KINDS = sorted(kind.__name__ for kind in errors.NotCollected.__subclasses__())
EVENT = {"ticker": "META", "start": "2026-11-23", "end": "2026-11-24", "interval": "1m"}
CONTEXT: Any = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
    aws_request_id="1",
)


def metrics(printed: str) -> list[tuple[list[list[str]], dict[str, float]]]:
    """Return dimensions and values of each line in CloudWatch's embedded metric format."""
    return [
        (entry["Dimensions"], {metric["Name"]: document[metric["Name"]][0] for metric in entry["Metrics"]})
        for document in map(json.loads, printed.splitlines())
        for entry in document.get("_aws", {}).get("CloudWatchMetrics", [])
    ]


@pytest.mark.present
@pytest.mark.parametrize("kind", KINDS)
def test_collector_logs_and_counts_a_failure_by_its_error(
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: Any) -> None:
        raise getattr(errors, kind)("in its own words")

    monkeypatch.setattr(collection, "fetch_history", refuse)
    with pytest.raises(getattr(errors, kind)):
        collector.handler(EVENT, CONTEXT)
    assert metrics(capsys.readouterr().out) == [([["service"]], {kind: 1.0})]
    [logged] = [record.__dict__ for record in caplog.records if record.message == "not collected"]
    assert {name: logged[name] for name in ("levelname", "ticker", "error", "reason")} == {
        "levelname": "WARNING",
        "ticker": "META",
        "error": kind,
        "reason": "in its own words",
    }


def test_transformer_counts_refused_records(capsys: pytest.CaptureFixture[str]) -> None:
    records = [{"recordId": str(n), "data": base64.b64encode(b"no bar").decode()} for n in range(3)]
    transformer.handler({"records": records}, CONTEXT)
    assert metrics(capsys.readouterr().out) == [([["service"]], {"RecordsRefused": 3.0})]
