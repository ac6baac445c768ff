"""API requests and responses that differ between moto and AWS.

https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken, ValidationException
from moto.stepfunctions.responses import StepFunctionResponse

from embedded_cloud import clock
from embedded_cloud.stepfunctions.backend import EXPRESS
from embedded_cloud.stepfunctions.definition import find_problems
from embedded_cloud.stepfunctions.execution import StateMachineExecution
from embedded_cloud.stepfunctions.variables import find_variable_references

_DEFAULT_PAGE_EVENTS = 100
_MAX_PAGE_EVENTS = 1000  # API_GetExecutionHistory.html
# API_ListExecutions.html, API_ListStateMachines.html
_MAX_LISTED = 1000
_STATUSES = ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")
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
                **_describe_redrive(execution.status),
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
            raise _build_violation("statusFilter", status, f"satisfy enum value set: [{', '.join(_STATUSES)}]")
        self._check_page()
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

    def list_state_machines(self) -> ActionResult:
        self._check_page()
        return super().list_state_machines()

    def _check_page(self) -> None:
        size, token = self._get_param("maxResults"), self._get_param("nextToken")
        if size is not None and not 0 <= int(size) <= _MAX_LISTED:
            bound = f"less than or equal to {_MAX_LISTED}" if int(size) > 0 else "greater than or equal to 0"
            raise _build_violation("maxResults", size, f"have value {bound}")
        if token == "":
            raise _build_violation("nextToken", token, "have length greater than or equal to 1")

    def describe_state_machine(self) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        described = super().describe_state_machine().result
        return ActionResult({**described, **_describe_revision(machine)})

    def update_state_machine(self) -> ActionResult:
        answer = super().update_state_machine().result
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        return ActionResult({**answer, "revisionId": machine.revision_id})

    def stop_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        execution.stop(clock.now(), self._get_param("error"), self._get_param("cause"))
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
                "tracingConfiguration": machine.tracingConfiguration,
                "encryptionConfiguration": machine.encryptionConfiguration,
                **_describe_revision(machine),
            }
        )

    def validate_state_machine_definition(self) -> ActionResult:
        """Check a definition, and return all its problems.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
        """
        diagnostics = [
            {
                "severity": "ERROR",
                "code": found.code,
                "message": found.message,
                **({"location": found.location} if found.location else {}),
            }
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


def _describe_redrive(status: str) -> dict[str, str]:
    """Return the redrive status of an execution, and the reason if it can't be redriven.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    """
    if status in ("RUNNING", "SUCCEEDED"):
        reason = f"Execution is {status} and cannot be redriven"
        return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    return {"redriveStatus": "REDRIVABLE"}


def _describe_revision(machine: Any) -> dict[str, Any]:
    """Return the revision, the variables that states read, and the logging configuration with AWS's defaults.

    A state machine has no revision until its first update.
    """
    references = find_variable_references(machine.definition)
    revision = getattr(machine, "revision_id", None)
    return {
        "loggingConfiguration": {"includeExecutionData": False, "level": "OFF", **(machine.loggingConfiguration or {})},
        **({"variableReferences": references} if references else {}),
        **({"revisionId": revision} if revision else {}),
    }


def _build_violation(field: str, value: Any, constraint: str) -> ValidationException:
    """Return AWS's error for a parameter beyond its constraint."""
    given = f"Value '{value}' at '{field}'"
    return ValidationException(
        f"1 validation error detected: {given} failed to satisfy constraint: Member must {constraint}"
    )


def _drop_data(details: Any) -> Any:
    return {key: value for key, value in details.items() if key not in _DATA} if isinstance(details, dict) else details
