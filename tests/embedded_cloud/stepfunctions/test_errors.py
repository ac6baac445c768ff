"""Retry, Catch, timeouts and payload limits.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import JitterStrategy

from embedded_cloud.stepfunctions.failure import MAX_PAYLOAD_BYTES, matches
from embedded_cloud.stepfunctions.retry import compute_retry_delay_seconds
from tests.embedded_cloud.stepfunctions.border import Border, FunctionError, Workflow, invoke

CAUGHT = {"Type": "Pass", "End": True}


def failing(*errors: str) -> Any:
    """Return a function that raises ``errors`` one after the other, and then returns the number of its calls."""
    calls: list[Any] = []

    def function(_: Any) -> int:
        calls.append(_)
        if len(calls) <= len(errors):
            raise FunctionError.raised(errors[len(calls) - 1], "said so")
        return len(calls)

    return function


def retrier(*names: str, **more: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(names), "IntervalSeconds": 1, **more}


def test_retry_counts_the_attempts_of_each_retrier(workflow: Workflow, border: Border) -> None:
    """ "the second error ... third error matches the second retrier ... fourth also matches the first retrier. However,
    it already reached its maximum": the page's own example."""
    border.functions["f"] = failing("ErrorA", "ErrorB", "ErrorC", "ErrorB")
    retry = [retrier("ErrorA", "ErrorB", MaxAttempts=2), retrier("ErrorC")]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Z"}]

    output = workflow.output({"X": invoke("f", Retry=retry, Catch=catch), "Z": CAUGHT})

    assert output["Error"] == "ErrorB"
    assert len(border.calls) == 4


def test_retry_makes_three_retries_by_default(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = failing("A", "A", "A")

    assert workflow.output({"X": invoke("f", Retry=[retrier("A")], Output="{% $states.result.Payload %}")}) == 4


def test_retry_with_zero_max_attempts_does_not_retry(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = failing("A")

    assert workflow.run({"X": invoke("f", Retry=[retrier("States.ALL", MaxAttempts=0)])})["error"] == "A"
    assert len(border.calls) == 1


def test_context_has_the_retry_count(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = failing("A", "A")
    state = invoke("f", {"count": "{% $states.context.State.RetryCount %}"}, Retry=[retrier("A")])

    workflow.output({"X": state})

    assert [request["count"] for _, request in border.calls] == [0, 1, 2]


@pytest.mark.parametrize(
    ("attempt", "limit", "expected"), [(0, 100, 3.0), (1, 100, 6.0), (4, 100, 48.0), (10, 60, 60.0), (5000, 60, 60.0)]
)
def test_retry_delay_grows_by_the_backoff_rate_up_to_its_limit(attempt: int, limit: int, expected: float) -> None:
    assert compute_retry_delay_seconds(_retrier(limit, JitterStrategy.NONE), attempt) == expected


def test_retry_delay_with_full_jitter_is_between_zero_and_the_delay() -> None:
    delays = [compute_retry_delay_seconds(_retrier(60, JitterStrategy.FULL), 2) for _ in range(200)]

    assert 0 <= min(delays) < 4 < 8 < max(delays) <= 12


def _retrier(max_delay: int, jitter: JitterStrategy) -> Any:
    return SimpleNamespace(
        interval_seconds=SimpleNamespace(seconds=3),
        backoff_rate=SimpleNamespace(rate=2.0),
        max_delay_seconds=SimpleNamespace(max_delays_seconds=max_delay),
        jitter_strategy=SimpleNamespace(jitter_strategy=jitter),
    )


@pytest.mark.parametrize(
    ("error_equals", "error", "taken"),
    [
        ("States.ALL", "Anything", True),
        ("States.ALL", "States.Timeout", True),
        ("States.ALL", "States.QueryEvaluationError", True),
        ("States.ALL", "States.DataLimitExceeded", False),
        ("States.ALL", "States.Runtime", False),
        ("States.Runtime", "States.Runtime", False),
        ("States.DataLimitExceeded", "States.DataLimitExceeded", True),
        ("States.TaskFailed", "Lambda.Unknown", True),
        ("States.TaskFailed", "States.Timeout", False),
        ("States.Timeout", "States.HeartbeatTimeout", True),
        ("Other", "Anything", False),
    ],
)
def test_error_equals_matches_names_and_wildcards(error_equals: str, error: str, taken: bool) -> None:
    assert matches([error_equals], error) is taken


@pytest.mark.parametrize(("error_equals", "taken"), [("States.ALL", True), ("States.TaskFailed", False)])
def test_catch_of_a_task_matches_the_data_limit_as_recorded(error_equals: str, taken: bool) -> None:
    assert matches([error_equals], "States.DataLimitExceeded", data_limit=True) is taken


def test_catch_gets_error_and_cause_as_data(workflow: Workflow, border: Border) -> None:
    def function(_: Any) -> None:
        raise FunctionError({"errorType": "RateLimited", "errorMessage": 'said "no"\n'})

    border.functions["f"] = function
    catch = {
        "ErrorEquals": ["RateLimited"],
        "Assign": {"cause": "{% $parse($states.errorOutput.Cause).errorMessage %}"},
        "Output": {"ticker": "{% $states.input.ticker %}", "error": "{% $states.errorOutput.Error %}"},
        "Next": "Caught",
    }
    caught = {"Type": "Pass", "Output": {"was": "{% $states.input %}", "cause": "{% $cause %}"}, "End": True}

    output = workflow.output({"X": invoke("f", Catch=[catch]), "Caught": caught}, {"ticker": "META"})

    assert output == {"was": {"ticker": "META", "error": "RateLimited"}, "cause": 'said "no"\n'}


def test_catch_gets_error_and_cause_cut_to_the_documented_lengths(workflow: Workflow, border: Border) -> None:
    def function(_: Any) -> None:
        raise FunctionError({"errorType": "E" * 300, "errorMessage": "x" * 40_000})

    border.functions["f"] = function
    caught = {"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "Caught"}
    output = workflow.output({"X": invoke("f", Catch=[caught]), "Caught": {"Type": "Pass", "End": True}}, {})
    assert output["Error"] == "E" * 256
    assert len(output["Cause"]) == 32_768
    assert output["Cause"].endswith("xx")


def test_catch_handles_a_failing_output_expression(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda _: {}
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Caught"}]

    output = workflow.output(
        {"X": invoke("f", Output="{% $states.result.Payload.bars %}", Catch=catch), "Caught": CAUGHT}
    )

    assert output["Error"] == "States.QueryEvaluationError"
    assert "An error occurred while executing the state 'X'" in output["Cause"]


def test_task_timeout_is_caught_as_states_timeout(workflow: Workflow, border: Border) -> None:
    release = threading.Event()
    border.functions["f"] = lambda _: release.wait(20)
    catch = [
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Caught"},
    ]

    output = workflow.output(
        {"X": invoke("f", TimeoutSeconds=1, Catch=catch), "Caught": CAUGHT, "Wrong": {"Type": "Fail"}}
    )
    release.set()

    assert output == {"Error": "States.Timeout", "Cause": ""}


def test_state_machine_timeout_ends_the_execution(workflow: Workflow, border: Border) -> None:
    release = threading.Event()
    border.functions["f"] = lambda _: release.wait(20)
    arn = workflow.create({"X": invoke("f")}, TimeoutSeconds=1)

    ended = workflow.ended(workflow.start(arn))
    release.set()

    assert ended["status"] == "TIMED_OUT"
    assert workflow.history(ended["executionArn"])[-1]["type"] == "ExecutionTimedOut"


def test_parallel_fails_with_the_error_of_its_branch(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = failing("Boom")
    branches = [
        {"StartAt": "X", "States": {"X": invoke("f")}},
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 90_000, "End": True}}},
    ]
    catch = [{"ErrorEquals": ["Boom"], "Next": "Caught"}]
    parallel = {"Type": "Parallel", "Branches": branches, "Catch": catch, "End": True}

    assert workflow.output({"Both": parallel, "Caught": CAUGHT})["Error"] == "Boom"


def test_parallel_fails_with_the_timeout_of_its_branch(workflow: Workflow, border: Border) -> None:
    release = threading.Event()
    border.functions["f"] = lambda _: release.wait(20)
    parallel = {
        "Type": "Parallel",
        "Branches": [{"StartAt": "X", "States": {"X": invoke("f", TimeoutSeconds=1)}}],
        "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Caught"}],
        "End": True,
    }

    output = workflow.output({"Both": parallel, "Caught": CAUGHT})
    release.set()

    assert output["Error"] == "States.Timeout"


def test_parallel_returns_results_in_branch_order(workflow: Workflow) -> None:
    branches = [
        {"StartAt": f"S{number}", "States": {f"S{number}": {"Type": "Pass", "Output": number, "End": True}}}
        for number in range(3)
    ]

    assert workflow.output({"All": {"Type": "Parallel", "Branches": branches, "End": True}}) == [0, 1, 2]


# 262,144 bytes of UTF-8: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html


def _repeated(character: str, size: int) -> str:
    return f"{{% $pad('', {size}, '{character}') %}}"


@pytest.mark.parametrize(
    ("character", "size", "status"),
    [
        ("x", MAX_PAYLOAD_BYTES - 2, "SUCCEEDED"),  # two bytes for the quotes
        ("x", MAX_PAYLOAD_BYTES - 1, "FAILED"),
        ("é", MAX_PAYLOAD_BYTES // 2 - 1, "SUCCEEDED"),
        ("é", MAX_PAYLOAD_BYTES // 2, "FAILED"),
    ],
)
def test_pass_output_is_limited_to_262144_bytes(workflow: Workflow, character: str, size: int, status: str) -> None:
    ended = workflow.run({"Pass": {"Type": "Pass", "Output": _repeated(character, size), "End": True}})

    assert (ended["status"], ended.get("error")) == (
        status,
        None if status == "SUCCEEDED" else "States.DataLimitExceeded",
    )


def test_task_result_over_the_limit_is_caught_by_states_all_and_not_retried(workflow: Workflow, border: Border) -> None:
    """AWS answered so in 2024. Its documentation says the opposite, see ``matches``."""
    border.functions["f"] = lambda _: "x" * MAX_PAYLOAD_BYTES
    everything = {"ErrorEquals": ["States.ALL"]}

    state = invoke("f", Output="{% 1 %}", Catch=[{**everything, "Next": "Caught"}], Retry=[everything])
    ended = workflow.run({"X": state, "Caught": CAUGHT})

    text = "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit."
    failed = [event for event in workflow.history(ended["executionArn"]) if event["type"] == "TaskFailed"]
    assert ended["status"] == "SUCCEEDED"
    assert [event["taskFailedEventDetails"] for event in failed] == [
        {"cause": text, "error": "States.DataLimitExceeded", "resource": "invoke", "resourceType": "lambda"}
    ]


def test_assign_rejects_a_variable_over_the_payload_limit(workflow: Workflow) -> None:
    state = {"Type": "Pass", "Assign": {"large": _repeated("x", MAX_PAYLOAD_BYTES)}, "Output": 1, "End": True}

    assert workflow.run({"Pass": state})["error"] == "States.DataLimitExceeded"


def test_assign_rejects_more_than_10_mib_of_variables(workflow: Workflow) -> None:
    names = [f"large{number}" for number in range(41)]  # of 256,000 bytes each
    states = {
        name: {"Type": "Pass", "Assign": {name: _repeated("x", 256_000)}, "Output": 1, "Next": following}
        for name, following in zip(names, [*names[1:], "Done"], strict=True)
    }

    ended = workflow.run({**states, "Done": {"Type": "Succeed"}})

    assert ended["error"] == "States.DataLimitExceeded"
    assert names[-1] in ended["cause"]


def test_fail_ends_the_execution_with_its_error_and_cause(workflow: Workflow) -> None:
    ended = workflow.run({"F": {"Type": "Fail", "Error": "{% 'No' & 'Data' %}", "Cause": "{% $string([1]) %}"}})

    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "NoData", "[1]")
