"""API requests and responses that differ between moto and AWS.

https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken, ValidationException
from moto.stepfunctions.responses import StepFunctionResponse

from embedded_cloud.stepfunctions.backend import EXPRESS
from embedded_cloud.stepfunctions.definition import find_problems
from embedded_cloud.stepfunctions.execution import StateMachineExecution

_DEFAULT_PAGE_EVENTS = 100
_MAX_PAGE_EVENTS = 1000  # API_GetExecutionHistory.html
_STATUSES = frozenset({"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})
_DATA = frozenset({"input", "output", "parameters"})


class StepFunctionsApi(StepFunctionResponse):  # type: ignore[misc]
    """One request to Step Functions."""

    def describe_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        with execution.ending:
            described = {
                **_summarize_execution(execution),
                "input": execution.execution_input,
                "inputDetails": {"included": True},
                "error": execution.error,
                "cause": execution.cause,
            }
            if execution.status == "SUCCEEDED":
                described["output"] = json.dumps(execution.output, separators=(",", ":"), ensure_ascii=False)
                described["outputDetails"] = {"included": True}
        return ActionResult({key: value for key, value in described.items() if value is not None})

    def list_executions(self) -> ActionResult:
        if self._get_param("mapRunArn"):
            raise ValidationException("The embedded cloud does not support ListExecutions of a Map Run")
        status = self._get_param("statusFilter")
        if status is not None and status not in _STATUSES:
            raise ValidationException(
                f"1 validation error detected: Value '{status}' at 'statusFilter' is not a status"
            )
        executions, next_token = self.stepfunction_backend.list_executions(
            self._get_param("stateMachineArn"),
            status_filter=status,
            max_results=self._get_int_param("maxResults") or None,
            next_token=self._get_param("nextToken"),
        )
        listed = []
        for execution in executions:
            with execution.ending:
                listed.append(_summarize_execution(execution))
        return ActionResult({"executions": listed, **({"nextToken": next_token} if next_token else {})})

    def stop_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        execution.stop(datetime.now(UTC), self._get_param("error"), self._get_param("cause"))
        return ActionResult({"stopDate": execution.stop_date})

    def get_execution_history(self) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        events = execution.to_history_output()["events"]
        if self._get_param("reverseOrder"):
            events.reverse()
        if self._get_param("includeExecutionData") is False:
            events = [{key: _drop_data(value) for key, value in event.items()} for event in events]
        size = min(self._get_int_param("maxResults") or _DEFAULT_PAGE_EVENTS, _MAX_PAGE_EVENTS)
        token = self._get_param("nextToken") or "0"
        if not token.isdecimal():
            raise InvalidToken(token)
        end = int(token) + size
        page = {"events": events[int(token) : end]}
        return ActionResult({**page, "nextToken": str(end)} if end < len(events) else page)

    def describe_state_machine_for_execution(self) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine_for_execution(self._get_param("executionArn"))
        return ActionResult(
            {
                "stateMachineArn": machine.arn,
                "name": machine.name,
                "definition": machine.definition,
                "roleArn": machine.roleArn,
                "updateDate": machine.update_date,
                "loggingConfiguration": machine.loggingConfiguration,
                "tracingConfiguration": machine.tracingConfiguration,
                "encryptionConfiguration": machine.encryptionConfiguration,
            }
        )

    def validate_state_machine_definition(self) -> ActionResult:
        """Check a definition, and return all its problems.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
        """
        diagnostics = [
            {"severity": "ERROR", "code": found.code, "message": found.message, "location": found.location}
            for found in find_problems(self._get_param("definition"), express=self._get_param("type") == EXPRESS)
        ]
        return ActionResult({"result": "FAIL" if diagnostics else "OK", "diagnostics": diagnostics, "truncated": False})


def _summarize_execution(execution: StateMachineExecution) -> dict[str, Any]:
    """Return the common fields of ListExecutions and DescribeExecution."""
    return {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "redriveCount": 0,
        **({"stopDate": execution.stop_date} if execution.stop_date else {}),
    }


def _drop_data(details: Any) -> Any:
    return {key: value for key, value in details.items() if key not in _DATA} if isinstance(details, dict) else details
