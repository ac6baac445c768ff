"""The Step Functions backend: moto's service with this cloud's interpreter and AWS's checks.

Each module of this folder describes the behaviour of moto 5.2.5 next to the code that replaces it.
"""

from __future__ import annotations

import copy
import json
import threading
import uuid
from typing import Any, ClassVar

from moto.core.exceptions import AWSError
from moto.stepfunctions.exceptions import (
    ExecutionAlreadyExists,
    InvalidArn,
    InvalidExecutionInput,
    InvalidName,
    ResourceNotFound,
    ValidationException,
)
from moto.stepfunctions.models import StepFunctionBackend
from moto.stepfunctions.parser.asl.eval.event.logging import CloudWatchLoggingConfiguration
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions.definition import find_problems
from embedded_cloud.stepfunctions.execution import StateMachineExecution
from embedded_cloud.stepfunctions.failure import MAX_PAYLOAD_BYTES
from embedded_cloud.stepfunctions.json_errors import describe_json_error
from embedded_cloud.stepfunctions.logs import ExecutionLog, LogDelivery

EXPRESS = "EXPRESS"
SERVICE_PRINCIPAL = "states.amazonaws.com"
# Actions that a state machine's role needs to write to its log group:
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
LOG_DELIVERY_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)


class InvalidDefinitionError(AWSError):  # type: ignore[misc]
    TYPE = "InvalidDefinition"


class InvalidLoggingConfigurationError(AWSError):  # type: ignore[misc]
    TYPE = "InvalidLoggingConfiguration"


class RoleRefusedError(AWSError):  # type: ignore[misc]
    TYPE = "AccessDeniedException"


class StateMachineTypeNotSupportedError(AWSError):  # type: ignore[misc]
    TYPE = "StateMachineTypeNotSupported"


class StateMachineAlreadyExistsError(AWSError):  # type: ignore[misc]
    TYPE = "StateMachineAlreadyExists"


def _require_definition(definition: str, *, express: bool) -> None:
    if found := find_problems(definition, express=express):
        raise InvalidDefinitionError(f"Invalid State Machine Definition: '{'; '.join(map(str, found))}'")


def check_input(text: str) -> None:
    """Raise InvalidExecutionInput unless an execution's input is JSON."""
    if not text:
        raise InvalidExecutionInput("Invalid State Machine Execution Input: 'Invalid execution input.'")
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = describe_json_error(error)
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{reason}'") from error


class StepFunctions(StepFunctionsParserBackend):  # type: ignore[misc]
    """The state machines of an account and region."""

    cloud: ClassVar[EmbeddedCloud]
    log_delivery: ClassVar[LogDelivery]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._starting = threading.Lock()

    @staticmethod
    def _validate_definition(definition: str) -> None:
        _require_definition(definition, express=False)

    def _validate_name(self, name: str) -> None:
        if not name or any(character.isspace() for character in name):
            raise InvalidName(f"Invalid Name: '{name}'")
        super()._validate_name(name)

    def _validate_arn(self, arn: str, regex: str, invalid_msg: str) -> None:
        if not arn.startswith("arn:"):
            raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
        super()._validate_arn(arn, regex, invalid_msg)

    def _validate_logging(self, configuration: dict[str, Any] | None) -> None:
        if not configuration or configuration.get("level", "OFF") == "OFF":
            return
        log_group = CloudWatchLoggingConfiguration.extract_log_arn_parts_from(configuration)
        found = log_group and self.cloud.client("logs").describe_log_groups(logGroupNamePrefix=log_group[2])
        if not found or all(group["logGroupName"] != log_group[2] for group in found["logGroups"]):
            raise InvalidLoggingConfigurationError("The CloudWatch Logs log group does not exist or is not given")

    def _validate_role(self, role_arn: str, logging: dict[str, Any] | None) -> None:
        """Check that Step Functions may assume the role and write the log, as AWS does at creation."""
        permissions = self.cloud.permissions
        regional = f"states.{self.region_name}.amazonaws.com"
        if not any(permissions.role_trusts(role_arn, principal) for principal in (SERVICE_PRINCIPAL, regional)):
            raise RoleRefusedError(
                f"Neither the global service principal {SERVICE_PRINCIPAL}, nor the regional one is authorized to "
                "assume the provided role."
            )
        if not logging or logging.get("level", "OFF") == "OFF":
            return
        session = permissions.open_session(role_arn)
        if denied := [action for action in LOG_DELIVERY_ACTIONS if not permissions.allows(session, action, "*")]:
            raise RoleRefusedError(
                "The state machine IAM Role is not authorized to access the Log Destination: "
                f"it is not allowed {', '.join(denied)}"
            )

    def create_state_machine(self, name: str, definition: str, roleArn: str, **more: Any) -> Any:  # noqa: N803 - moto's
        """Create a state machine. An identical call returns the same one. A different definition is refused."""
        self._validate_name(name)
        _require_definition(definition, express=more.get("sm_type") == EXPRESS)
        self._validate_logging(more.get("loggingConfiguration"))
        self._validate_role(roleArn, more.get("loggingConfiguration"))
        existing = next((machine for machine in self.state_machines if machine.name == name), None)
        if existing and existing.definition != definition:
            raise StateMachineAlreadyExistsError(f"State Machine Already Exists: '{existing.arn}'")
        self._subscribe_log(more.get("loggingConfiguration"))
        # Skips moto's validation: its grammar refuses definitions that AWS accepts.
        return StepFunctionBackend.create_state_machine(self, name, definition, roleArn, **more)

    def update_state_machine(self, arn: str, *args: Any, **more: Any) -> Any:
        self._validate_logging(more.get("logging_configuration"))
        machine = self.describe_state_machine(arn)
        if more.get("definition"):
            _require_definition(more["definition"], express=machine.type == EXPRESS)
        self._validate_role(
            more.get("role_arn") or machine.roleArn, more.get("logging_configuration") or machine.loggingConfiguration
        )
        self._subscribe_log(more.get("logging_configuration"))
        updated = super().update_state_machine(arn, *args, **more)
        updated.revision_id = str(uuid.uuid4())
        return updated

    def _subscribe_log(self, logging: dict[str, Any] | None) -> None:
        if logging and logging.get("level", "OFF") != "OFF":
            self.log_delivery.subscribe(CloudWatchLoggingConfiguration.extract_log_arn_parts_from(logging)[2])

    def describe_map_run(self, map_run_arn: str) -> dict[str, Any]:
        """Return the description of a Map Run."""
        for execution in self._get_executions():
            if record := execution.exec_worker.env.map_run_record_pool_manager.get(map_run_arn):
                described: dict[str, Any] = record.describe()
                return described
        raise ResourceNotFound(map_run_arn)

    def delete_state_machine(self, arn: str) -> None:
        """Delete a state machine, and end its executions."""
        for machine in self.state_machines:
            if machine.arn == arn:
                for execution in machine.executions:
                    execution.abandon()
        super().delete_state_machine(arn)

    def start_execution(
        self, state_machine_arn: str, name: str | None, execution_input: str, trace_header: str | None = None
    ) -> StateMachineExecution:
        """Start an execution. A call with the name and input of a running execution returns that execution.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
        """
        if name is not None:
            self._validate_name(name)
        if len(execution_input.encode()) > MAX_PAYLOAD_BYTES:
            raise ValidationException(
                "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_PAYLOAD_BYTES}"
            )
        check_input(execution_input)
        machine = self.describe_state_machine(state_machine_arn)
        if machine.type == EXPRESS:
            return self._start_express(machine, name or str(uuid.uuid4()), execution_input, trace_header)
        with self._starting:
            existing: StateMachineExecution | None = next((run for run in machine.executions if run.name == name), None)
            if existing and existing.status == "RUNNING" and existing.execution_input == execution_input:
                return existing  # an identical call
            if existing:
                raise ExecutionAlreadyExists(f"Execution Already Exists: '{existing.execution_arn}'")
            execution: StateMachineExecution = self._make_execution(
                machine, name or str(uuid.uuid4()), execution_input, trace_header
            )
            execution.start()
            machine.executions.append(execution)
        return execution

    def _start_express(
        self, machine: Any, name: str, execution_input: str, trace_header: str | None
    ) -> StateMachineExecution:
        """Start an Express execution. Names may repeat, and only the log records the execution.

        https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
        """
        arn = f"arn:aws:states:{self.region_name}:{self.account_id}:express:{machine.name}:{name}:{uuid.uuid4()}"
        execution: StateMachineExecution = self._make_execution(machine, name, execution_input, trace_header, arn)
        execution.start()
        machine.executions.append(execution)
        return execution

    def describe_execution(self, execution_arn: str) -> Any:
        """Return an execution. All operations on executions refuse Express ones, as on AWS."""
        if ":express:" in execution_arn:
            raise InvalidArn("Invalid Arn: 'Resource type not valid in this context: express'")
        return super().describe_execution(execution_arn)

    def list_executions(self, state_machine_arn: str, *args: Any, **more: Any) -> Any:
        """List executions. Express state machines are refused, as on AWS."""
        if self.describe_state_machine(state_machine_arn).type == EXPRESS:
            raise StateMachineTypeNotSupportedError("This operation is not supported by this type of state machine")
        return super().list_executions(state_machine_arn, *args, **more)

    def _make_execution(
        self, machine: Any, name: str, execution_input: str, trace_header: str | None, arn: str | None = None
    ) -> StateMachineExecution:
        arn = arn or f"arn:aws:states:{self.region_name}:{self.account_id}:execution:{machine.name}:{name}"
        snapshot = copy.copy(machine)  # updates don't affect a running execution
        return StateMachineExecution(
            name=name,
            sm_type=machine.type,
            role_arn=machine.roleArn,
            exec_arn=arn,
            account_id=self.account_id,
            region_name=self.region_name,
            state_machine=snapshot,
            start_date=self.cloud.clock.now(),
            cloud_watch_logging_session=ExecutionLog.from_machine(snapshot, arn, self.log_delivery),
            input_data=execution_input,
            trace_header=trace_header,
            activity_store={},
        )

    def describe_state_machine_for_execution(self, execution_arn: str) -> Any:
        """Return the state machine as it was when the execution started."""
        return self.describe_execution(execution_arn).state_machine

    def abandon_executions(self) -> None:
        """End every execution."""
        for execution in self._get_executions("RUNNING"):
            execution.abandon()


def list_ended(cloud: EmbeddedCloud) -> list[StateMachineExecution]:
    """Return every execution that has ended, also Express ones, which no API operation lists."""
    return [one for one in _find_backend(cloud)._get_executions() if one.status != "RUNNING"]


def list_running(cloud: EmbeddedCloud) -> list[StateMachineExecution]:
    """Return every execution that runs."""
    return list(_find_backend(cloud)._get_executions("RUNNING"))


def find_execution(cloud: EmbeddedCloud, execution_arn: str) -> StateMachineExecution:
    """Return the execution with that ARN. Express executions, which no API operation describes, are found too."""
    name = execution_arn.split(":")[6]
    [machine] = [machine for machine in _find_backend(cloud).state_machines if machine.name == name]
    [execution] = [execution for execution in machine.executions if execution.execution_arn == execution_arn]
    return execution  # type: ignore[no-any-return]


def _find_backend(cloud: EmbeddedCloud) -> Any:
    return stepfunctions_parser_backends[cloud.account_id][cloud.region]
