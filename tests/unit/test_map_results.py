"""The results of CollectBars as ResultWriter writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from finance_stream.map_results import TickerResult, fill_gaps, parse_cause, parse_execution, parse_output, read_results
from tests.unit.lake import FakeS3, write_map_results


def test_read_results_reads_every_file_of_the_manifest() -> None:
    input_ = json.dumps({"ticker": "NFLX", "start": "2026-11-23"})
    lake: Any = FakeS3()
    details = write_map_results(
        lake,
        "run",
        SUCCEEDED=[[{"ticker": "META", "bars": 390}], [{"ticker": "SHOP", "bars": 0}]],
        FAILED=[[{"Input": input_, "Status": "TIMED_OUT"}]],
        PENDING=[[{"Input": input_, "Status": "PENDING"}]],
    )
    found = read_results(lake, details)
    assert [(one.ticker, one.bars, one.error) for one in found] == [
        ("META", 390, ""),
        ("SHOP", 0, ""),
        ("NFLX", 0, "States.Timeout"),
    ]


def test_parse_output_reads_the_collectors_answer() -> None:
    answer = {"ticker": "META", "bars": 388, "records": 15, "calls": 1, "rejected": {}}
    assert parse_output(answer) == TickerResult("META", 388)
    texts = {"differences": "10:00 missing", "hours": "XNYS 2026-11-23 09:30-16:00"}
    found = parse_output({**answer, "missing": 2, "unexpected": 1, **texts})
    assert found == TickerResult("META", 388, 2, 1, **texts)


def test_parse_output_reads_a_caught_error() -> None:
    cause = json.dumps({"errorMessage": 'META: "Zürich"\nis\x00closed', "errorType": "NoData"})
    found = parse_output({"ticker": "META", "error": "NoData", "cause": cause})
    assert found == TickerResult("META", error="NoData", reason='META: "Zürich" is\\x00closed')


@pytest.mark.parametrize(
    ("execution", "error", "reason"),
    [
        ({"Status": "TIMED_OUT"}, "States.Timeout", "its execution ended as TIMED_OUT"),
        ({"Status": "ABORTED"}, "ABORTED", "its execution ended as ABORTED"),
        ({"Status": "FAILED", "Error": "States.Runtime", "Cause": "broken"}, "States.Runtime", "broken"),
    ],
)
def test_parse_execution_takes_the_ticker_from_the_input(execution: dict[str, str], error: str, reason: str) -> None:
    found = parse_execution({"Input": '{"ticker":"META"}', **execution})
    assert found == TickerResult("META", error=error, reason=reason)


@pytest.mark.parametrize("cause", ['{"errorMessage": ', "no JSON", '["a list"]', '{"other": 1}'])
def test_parse_cause_keeps_a_text_that_is_no_function_error(cause: str) -> None:
    assert parse_cause(cause) == cause


def test_fill_gaps_fails_a_ticker_without_a_result() -> None:
    results = [TickerResult("NFLX", 1), TickerResult("META", 2)]
    found = list(fill_gaps(["META", "SHOP", "NFLX"], results))
    assert [(one.ticker, one.bars, one.error) for one in found] == [
        ("META", 2, ""),
        ("SHOP", 0, "NoResult"),
        ("NFLX", 1, ""),
    ]
