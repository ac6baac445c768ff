"""Failures of states: error names, the matching rules of Retry and Catch, and the payload limits.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException

from embedded_cloud.stepfunctions.moto_patches import FAILED_DETAILS, FAILURE

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, "Quotas related to state executions":
# first the input or result of a task, state or execution, one variable, or the variables of one Assign;
# then all variables of an execution.
MAX_PAYLOAD_BYTES = 256 * 1024
MAX_VARIABLES_BYTES = 10 * 1024 * 1024

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html (error and cause)
# AWS doesn't document what it does with a longer one. Here it is cut, so that no JSON in it can be relied on.
MAX_ERROR_CHARACTERS = 256
MAX_CAUSE_CHARACTERS = 32_768

ALL = "States.ALL"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
RESULT_WRITER_FAILED = "States.ResultWriterFailed"
RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"

_EVALUATION_DETAILS = "evaluationFailedEventDetails"


def initialize_failure(event: FailureEvent, env: Any, *details: Any, **named: Any) -> None:
    """Initialize a FailureEvent. Its cause names the event that entered the state. moto names the last event."""
    FAILURE.original(event, env, *details, **named)
    event.source_event_id = env.entered_event_id


def describe_failure(failed: FailureEventException) -> Any:
    """Return the details of ExecutionFailed. The cause of an inner state names that state only."""
    if getattr(failed.failure_event, "inner", False):
        (details,) = failed.failure_event.event_details.values()
        return dict(details)
    return FAILED_DETAILS.original(failed)


def inner_failure(env: Any, error: str | None, cause: str | None, event: Any) -> FailureEventException:
    """Return the exception that fails a Map or Parallel state with the error of a state in it."""
    failed = failure(env, error, cause, event=event, details="executionFailedEventDetails")
    failed.failure_event.inner = True
    return failed


def count_payload_bytes(value: Any) -> int:
    """Return the bytes of ``value`` as compact UTF-8 JSON, as AWS counts them."""
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
    """Return the exception that fails the current state of ``env`` with error ``name``.

    The history records ``event`` with ``name``, ``cause`` and ``more`` under its ``details``. A longer name or cause
    than AWS's is cut.
    """
    name = name and name[:MAX_ERROR_CHARACTERS]
    cause = cause and cause[:MAX_CAUSE_CHARACTERS]
    described = {key: value for key, value in {"error": name, "cause": cause, **more}.items() if value is not None}
    error = None if name is None else ErrorName(name)
    return FailureEventException(
        FailureEvent(env=env, error_name=error, event_type=event, event_details={details: described})
    )


def evaluation_failure(env: Any, cause: str, location: str) -> FailureEventException:
    """Record a failed JSONata expression with its field, and return the ``States.QueryEvaluationError``."""
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


def require_payload(env: Any, value: Any, what: str, **event: Any) -> None:
    """Fail the state with ``States.DataLimitExceeded`` if ``value`` is over the payload limit.

    ``event`` are the keywords of :func:`failure`.
    """
    if count_payload_bytes(value) > MAX_PAYLOAD_BYTES:
        raise failure(env, DATA_LIMIT_EXCEEDED, format_size_cause(what), **event)


def format_size_cause(what: str) -> str:
    """Return AWS's cause of ``States.DataLimitExceeded``."""
    return f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."


def get_error_name(failed: FailureEvent) -> str | None:
    """Return the error's name, or None for a Fail state without one."""
    name: str | None = failed.error_name.error_name if failed.error_name else None
    return name


def build_error_output(failed: FailureEvent) -> dict[str, str | None]:
    """Return ``$states.errorOutput`` with Error and Cause. A missing one is null, and empty after a timeout."""
    details = FailureEventException(failed).get_execution_failed_event_details() or {}
    missing = "" if failed.event_type == HistoryEventType.TaskTimedOut else None
    return {"Error": details.get("error") or missing, "Cause": details.get("cause") or missing}


def matches(error_equals: Collection[str], name: str | None, *, data_limit: bool = False) -> bool:
    """Return True if a retrier or catcher with ``ErrorEquals`` matches the error ``name``.

    Nothing matches States.Runtime: it always fails the execution. States.TaskFailed matches everything but
    States.Timeout. A missed heartbeat matches its own name and States.Timeout.

    ``data_limit`` is True if States.ALL matches States.DataLimitExceeded. Two sources of AWS contradict each other:

    - The documentation calls it a terminal error that "can't be caught by the States.ALL error type":
      https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    - LocalStack's tests recorded on AWS, on 21 March 2024, a Catch of States.ALL that catches it from ``lambda:invoke``
      and from a function's ARN (its ``test_states_errors.snapshot.json``).

    So it is True for the Catch of a Task, as recorded, and False for everything else, as documented. AWS documents no
    answer for States.TaskFailed, and here it doesn't match.
    """
    if name == RUNTIME:
        return False
    if name in error_equals or (name == HEARTBEAT_TIMEOUT and TIMEOUT in error_equals):
        return True
    if name == DATA_LIMIT_EXCEEDED:
        return data_limit and ALL in error_equals
    return ALL in error_equals or (TASK_FAILED in error_equals and name not in {TIMEOUT, HEARTBEAT_TIMEOUT})
