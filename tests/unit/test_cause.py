"""The bound of a function's error, and the expressions that read a cause."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from embedded_cloud.stepfunctions.failure import MAX_CAUSE_CHARACTERS
from embedded_cloud.stepfunctions.jsonata import bind_value, evaluate
from finance_stream.cause import bound_errors
from finance_stream.errors import MAX_REASON_CHARACTERS, InvalidInput, UpstreamUnavailable
from handlers import collector, planner, poller
from tests.conftest import ROOT
from tests.unit.test_dead_letter import Clock

# Texts that Yahoo may send, each much longer in JSON than it looks.
LONG = {
    "plain": "x" * 300_000,
    "two bytes": "ü" * 40_000,
    "emoji": "\N{PARTY POPPER}" * 40_000,
    "quotes": '"' * 40_000,
    "backslashes": "\\" * 40_000,
    "escapes": '\\"' * 20_000,
    "control characters": "\x00\n\x1b" * 20_000,
    "half a surrogate pair": "\ud83c" * 40_000,
    "JSON": json.dumps({"chart": {"error": {"description": '"}' * 40_000}}}),
}


def describe(error: BaseException) -> str:
    """Return an error as Lambda's JSON, in the longest form."""
    trace = traceback.format_tb(error.__traceback__)
    shaped = {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": "0" * 36, "stackTrace": trace}
    return json.dumps(shaped)


def raise_through(handler: Callable[[Any, Any], Any], event: Any = None, context: Any = None) -> BaseException:
    with pytest.raises(Exception) as raised:
        handler(event, context)
    return raised.value


def recurse(depth: int = 0) -> int:
    return recurse_again(depth) + 1


def recurse_again(depth: int) -> int:  # a second function: a trace shortens repeated frames only of one function
    return recurse(depth + 1) + 1


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_bound_errors_fits_an_error_into_a_cause(text: str) -> None:
    @bound_errors
    def handler(_: Any, __: Any) -> None:
        raise LookupError(text)

    cause = describe(raise_through(handler))
    assert len(cause) < MAX_CAUSE_CHARACTERS
    assert json.loads(cause)["errorType"] == "LookupError"
    assert len(json.loads(cause)["errorMessage"]) == MAX_REASON_CHARACTERS


def test_bound_errors_shortens_the_trace_of_a_recursion() -> None:
    bounded = bound_errors(lambda *_: recurse())
    assert len(describe(raise_through(lambda *_: recurse()))) > MAX_CAUSE_CHARACTERS
    cause = describe(raise_through(bounded))
    assert len(cause) < MAX_CAUSE_CHARACTERS
    assert json.loads(cause)["errorType"] == "RecursionError"


def test_bound_errors_passes_other_errors_and_results_on() -> None:
    error = InvalidInput("start: 'now' is not a date")

    def handler(event: str, _: None) -> str:
        if event == "raise":
            raise error
        return event

    assert raise_through(bound_errors(handler), "raise") is error
    assert bound_errors(handler)("result", None) == "result"


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_not_collected_is_bounded_where_it_is_made(text: str) -> None:
    error = UpstreamUnavailable(f"META: {text}")
    assert len(str(error)) <= MAX_REASON_CHARACTERS
    assert len(describe(error)) < MAX_CAUSE_CHARACTERS
    str(error).encode()  # without half of a surrogate pair


@pytest.mark.present
@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize(
    ("module", "called", "event"),
    [
        (planner, "plan", {}),
        (collector, "collect_ticker", {"ticker": "META"}),
        (poller, "ThreadPoolExecutor", {"tickers": ["META"]}),
    ],
    ids=["planner", "collector", "poller"],
)
def test_handler_bounds_its_errors(monkeypatch: pytest.MonkeyPatch, module: Any, called: str, event: Any) -> None:
    def fail(*_: Any) -> None:
        raise ValueError(LONG["escapes"])

    monkeypatch.setattr(module, called, fail)
    cause = describe(raise_through(module.handler, event, Clock().context()))
    assert len(cause) < MAX_CAUSE_CHARACTERS
    assert json.loads(cause)["errorType"] == "ValueError"


def read_expressions() -> dict[str, tuple[str, str]]:
    """Return each expression that parses a Catch's cause, with the field of the state in which it is."""
    found: dict[str, tuple[str, str]] = {}

    def walk(name: str, value: Any) -> None:
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(below, dict | list):
                walk(f"{name}/{key}", below)
            elif isinstance(below, str) and "$cause :=" in below and "$parse(" in below:
                found[f"{name}/{key}"] = (str(key), below.removeprefix("{%").removesuffix("%}"))

    for machine in ("pipeline", "compact"):
        walk(machine, json.loads((ROOT / "statemachine" / f"{machine}.asl.json").read_text()))
    return found


EXPRESSIONS = read_expressions()
WHOLE = {"errorMessage": "said", "QueryExecution": {"Status": {"StateChangeReason": "said"}}}


def read_cause(expression: str, cause: str) -> str:
    states = {"errorOutput": {"Error": "Failed", "Cause": cause}}
    return str(evaluate(expression, bind_value({"states": states})))


@pytest.mark.present
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_catch_reads_a_cause_that_was_cut(name: str) -> None:
    """The cut may fall behind any character, also a brace."""
    _, expression = EXPRESSIONS[name]
    assert "said" in read_cause(expression, json.dumps(WHOLE))
    assert "{" not in read_cause(expression, json.dumps(WHOLE))
    for text in LONG.values():
        whole = json.dumps({"errorMessage": text, "QueryExecution": {"Status": {"StateChangeReason": text}}})
        assert "Failed: {" in read_cause(expression, whole[:MAX_CAUSE_CHARACTERS])
    by_bytes = json.dumps({"errorMessage": "ü" * 20_000}, ensure_ascii=False)
    assert "Failed: {" in read_cause(expression, by_bytes.encode()[:MAX_CAUSE_CHARACTERS].decode(errors="ignore"))
    braces = json.dumps({"errorMessage": "}" * MAX_CAUSE_CHARACTERS})
    assert "Failed: {" in read_cause(expression, braces[:MAX_CAUSE_CHARACTERS])


def test_every_catch_that_parses_a_cause_is_tested() -> None:
    assert len(EXPRESSIONS) == 6
