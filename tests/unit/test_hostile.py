"""Hostile values at every entrance. None reaches a path, a query or a log unescaped, or is repeated in full length."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedded_cloud.stepfunctions.jsonata import bind_value, evaluate
from finance_stream import errors
from finance_stream.errors import MAX_REASON_CHARACTERS, InvalidInput, quote_value
from finance_stream.http_api import HttpProblem, read_json_body
from finance_stream.plan import plan
from finance_stream.request import MAX_FAULTS_NAMED, is_name
from finance_stream.telemetry import logger
from handlers import planner, transformer
from tests.conftest import ROOT
from tests.unit.test_bars import BAR

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
CONTEXT: Any = SimpleNamespace(
    function_name="f", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda:f", aws_request_id="1"
)
STATES = json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text())["States"]

DEEP: Any = json.loads("[" * 400 + "]" * 400)
STRINGS = [
    "'",
    '"',
    "' OR '1'='1",
    "2026-11-23'; DROP TABLE bars; --",
    "../../etc/passwd",
    "..",
    "%2e%2e%2f",
    "a/b",
    "a\\b",
    "META\r\nSet-Cookie: a=b",
    "META\nX",
    "META\x00",
    "\x1b[31mMETA",
    "META\u2028X",
    "\uff2d\uff25\uff34\uff21",
    "\u041c\u0415\u0422\u0410",
    "\u017f",
    "\u202eATEM",
    "\uff12\uff10\uff12\uff16-11-23",
    "\ud800",
    "{% $states.input %}",
    "{jsonata}",
    "${PlannerArn}",
    "$(id)",
    "!{partitionKeyFromLambda:dt}",
    "=cmd|' /C calc'!A0",
    "x" * 1_000_000,
    "\n" * 1_000_000,
]
# Without the longest values: they would take most of a property test's time, and explicit examples cover them.
HOSTILE = st.sampled_from([value for value in STRINGS if len(value) < 1_000]) | st.text(min_size=1)
# One fault quotes at most 60 characters of a value, and names the allowed values.
MAX_FAULT_CHARACTERS = 250


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Yield the text that the functions' logger writes."""
    written = io.StringIO()
    handler = logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", written)
    yield written


def log_lines(written: io.StringIO) -> list[dict[str, Any]]:
    """Return each line as a JSON object. Every line must be JSON in UTF-8."""
    return [json.loads(line) for line in written.getvalue().encode().decode().removesuffix("\n").split("\n")]


def refusal(event: Any) -> str:
    with pytest.raises(InvalidInput) as refused:
        plan(event, ("META",), NOW)
    return str(refused.value)


@pytest.mark.fault(41)
@pytest.mark.parametrize("field", ["tickers", "start", "end", "interval", "lookback_minutes"])
def test_plan_rejects_hostile_values_on_one_short_line(field: str) -> None:
    for value in STRINGS:
        said = refusal({field: [value] if field == "tickers" else value})
        assert said.startswith(field)
        assert said.isascii()
        assert said.isprintable()
        assert len(said) <= MAX_FAULT_CHARACTERS


@pytest.mark.fault(41)
@pytest.mark.parametrize("value", [DEEP, {"a": DEEP}, [DEEP] * 100, {"x" * 10_000: 1}, 10**4000, [[]] * 100_000])
def test_plan_rejects_huge_and_deep_values_with_a_short_error(value: Any) -> None:
    for event in (value, {"tickers": value}, {"tickers": [value]}, {"interval": value}, {"start": value}):
        assert len(refusal(event)) <= MAX_FAULT_CHARACTERS * (MAX_FAULTS_NAMED + 1)


def test_quote_value_describes_a_list_nested_too_deeply() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert quote_value(deep) == "a list nested beyond reason"


@pytest.mark.fault(41)
@given(HOSTILE)
@example("x" * 1_000_000)
@example("\n" * 1_000_000)
def test_plan_rejects_a_hostile_field_name_with_a_short_error(name: str) -> None:
    if name not in ("tickers", "start", "end", "interval", "lookback_minutes"):
        said = refusal({name: 1})
        assert said.isprintable()
        assert len(said) <= MAX_FAULT_CHARACTERS


@pytest.mark.fault(41)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "tickers": st.lists(st.sampled_from(["META", "btc-usd", "^GSPC", "7203.t"]) | HOSTILE, min_size=1),
            "start": st.dates(min_value=datetime(2026, 1, 1).date()).map(str) | HOSTILE,  # noqa: DTZ001 - a date
            "interval": st.sampled_from(["1m", "1h"]) | HOSTILE,
        },
    )
)
def test_query_hourly_highs_receives_only_plain_literals(event: dict[str, Any]) -> None:
    try:
        planned = plan(event, ("META",), NOW)
    except InvalidInput:
        return
    for expression in STATES["QueryHourlyHighs"]["Arguments"]["ExecutionParameters"]:
        literal = evaluate(expression.removeprefix("{%").removesuffix("%}"), bind_value({"plan": planned}))
        assert re.fullmatch(r"'[0-9A-Za-z.:-]+'", literal)
    # Tickers go into Yahoo's path, too: no slash, no percent sign, no two dots.
    assert all(re.fullmatch(r"[A-Z0-9^][A-Z0-9.^=&-]{0,20}", one) and ".." not in one for one in planned["tickers"])


@pytest.mark.present("half day")
@pytest.mark.fault(41)
@pytest.mark.parametrize("value", STRINGS, ids=lambda value: ascii(value[:20]))
def test_planner_logs_a_rejected_input_on_one_line(logged: io.StringIO, value: str) -> None:
    with pytest.raises(InvalidInput):
        planner.handler({"start": value, value: value}, CONTEXT)
    [line] = log_lines(logged)
    assert line["message"] == "input refused"
    assert len(logged.getvalue()) < 2_000


@pytest.mark.fault(26)
@pytest.mark.parametrize("field", ["ts", "interval", "high", "volume", "collected_at"])
def test_transformer_logs_a_hostile_bar_on_one_line(logged: io.StringIO, field: str) -> None:
    for value in STRINGS:
        data = record_data(field, value)
        [record] = transformer.handler({"records": [{"recordId": "1", "data": data}]}, CONTEXT)["records"]
        assert (record["result"], record["data"]) == ("ProcessingFailed", data)
        [line] = log_lines(logged)
        assert line["reason"].startswith(field)
        assert len(logged.getvalue()) < 2_000
        logged.seek(0)
        logged.truncate()


@pytest.mark.fault(26)
def test_transformer_takes_no_partition_from_a_hostile_name() -> None:
    records = [{"recordId": str(number), "data": record_data("name", value)} for number, value in enumerate(STRINGS)]
    for record in transformer.handler({"records": records}, CONTEXT)["records"]:
        assert record["metadata"]["partitionKeys"] == {"interval": "1m", "dt": "2026-11-23"}


def record_data(field: str, value: str) -> str:
    """Return the data of a Firehose record: a bar with ``value`` in ``field``."""
    return base64.b64encode(json.dumps({**BAR, field: value}).encode()).decode()


@pytest.mark.fault(18)
@pytest.mark.parametrize("kind", errors.NotCollected.__subclasses__())
def test_not_collected_prints_hostile_text_on_one_short_line(kind: type[Exception]) -> None:
    for words in STRINGS:
        said = str(kind(words))
        assert said.isprintable()
        assert len(said) <= MAX_REASON_CHARACTERS
        assert json.loads(json.dumps(said, ensure_ascii=False).encode()) == said


def request_of(body: bytes) -> dict[str, Any]:
    return {
        "headers": {"content-type": "application/json"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@pytest.mark.fault(41)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"\x00",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b"NaN",
        b"1" * 100_000,
        b'{"a": 1}\r\n{"b": 2}',
        b'"' + b"x" * 200_000,
        b"x" * 1_000_000,
    ],
    ids=lambda body: repr(body[:10]),
)
def test_read_json_body_rejects_bad_json_without_repeating_it(body: bytes) -> None:
    with pytest.raises(HttpProblem) as refused:
        read_json_body(request_of(body))
    assert refused.value.detail.startswith("body: ")
    assert refused.value.detail.isprintable()
    assert len(refused.value.detail) <= MAX_FAULT_CHARACTERS


def test_is_name_rejects_every_hostile_value() -> None:
    """Refuse them because a name becomes part of an ARN and a header."""
    assert [name for name in STRINGS if is_name(name)] == []
