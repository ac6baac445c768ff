"""How a state fails: the names of the errors, which Retry and Catch match them, and how much data is too much.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, "Quotas related to state executions":
# input or result of a task, state or execution; one variable; the variables of one Assign; all of an execution.
MAX_PAYLOAD_BYTES = 256 * 1024
MAX_VARIABLES_BYTES = 10 * 1024 * 1024

ALL = "States.ALL"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"

_EVALUATION_DETAILS = "evaluationFailedEventDetails"


def count_payload_bytes(value: Any) -> int:
    """Bytes of ``value`` as the compact UTF-8 JSON that AWS measures."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass"))


def failure(
    env: Any,
    name: str | None,
    cause: str | None,
    *,
    event: Any = HistoryEventType.TaskFailed,
    details: str = "taskFailedEventDetails",
    **more: Any,
) -> FailureEventException:
    """The exception that fails the state which ``env`` is in with error ``name``.

    ``event`` is what the history records, with ``name``, ``cause`` and ``more`` under its ``details``.
    """
    described = {key: value for key, value in {"error": name, "cause": cause, **more}.items() if value is not None}
    error = None if name is None else ErrorName(name)
    return FailureEventException(
        FailureEvent(env=env, error_name=error, event_type=event, event_details={details: described})
    )


def evaluation_failure(env: Any, cause: str, location: str) -> FailureEventException:
    """A JSONata expression's failure: ``States.QueryEvaluationError`` with the field it stands in, already recorded."""
    failed = failure(
        env,
        QUERY_EVALUATION_ERROR,
        cause,
        event=HistoryEventType.EvaluationFailed,
        details=_EVALUATION_DETAILS,
        location=location,
        state=env.next_state_name,
    )
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.EvaluationFailed,
        event_details={_EVALUATION_DETAILS: failed.get_evaluation_failed_event_details()},
    )
    return failed


def require_payload(env: Any, value: Any, what: str) -> None:
    """Fail the state with ``States.DataLimitExceeded`` when ``value`` is larger than a payload may be."""
    if count_payload_bytes(value) > MAX_PAYLOAD_BYTES:
        raise failure(env, DATA_LIMIT_EXCEEDED, format_size_cause(what))


def format_size_cause(what: str) -> str:
    """AWS's cause of ``States.DataLimitExceeded``."""
    return f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."


def get_error_name(failed: FailureEvent) -> str | None:
    """Name of the error; None for a Fail state without one."""
    name: str | None = failed.error_name.error_name if failed.error_name else None
    return name


def build_error_output(failed: FailureEvent) -> dict[str, str]:
    """``$states.errorOutput``: Error and Cause, empty where there is none."""
    details = FailureEventException(failed).get_execution_failed_event_details() or {}
    return {"Error": details.get("error") or "", "Cause": details.get("cause") or ""}


def matches(error_equals: Collection[str], name: str | None) -> bool:
    """Whether a retrier or catcher with ``ErrorEquals`` takes the error ``name``.

    States.Runtime always fails the execution. States.ALL does not take States.DataLimitExceeded, which AWS calls
    terminal. States.TaskFailed takes anything but States.Timeout; AWS does not say whether that includes
    States.DataLimitExceeded, and here it does not. A missed heartbeat goes by its own name and by States.Timeout.
    """
    if name == RUNTIME:
        return False
    if name in error_equals or (name == HEARTBEAT_TIMEOUT and TIMEOUT in error_equals):
        return True
    if name == DATA_LIMIT_EXCEEDED:
        return False
    return ALL in error_equals or (TASK_FAILED in error_equals and name not in {TIMEOUT, HEARTBEAT_TIMEOUT})
