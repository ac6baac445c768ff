"""One execution of a state machine: its thread and its status.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-executions.html
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.evaluation_details import EvaluationDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.backend.execution import Execution as MotoExecution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from embedded_cloud import clock
from embedded_cloud.stepfunctions.definition import build_program
from embedded_cloud.stepfunctions.environment import Environment, format_timestamp
from embedded_cloud.stepfunctions.maprun import EXPRESS_SECONDS
from embedded_cloud.threads import Event


class _Worker(ExecutionWorker):  # type: ignore[misc]
    """The execution's thread. Its environment exists from the start, so it can be stopped at any time."""

    def start(self) -> None:
        self._program = self._get_evaluation_entrypoint()
        self.env = self._get_evaluation_environment()
        details = self._evaluation_details
        self.env.event_manager.add_event(
            context=self.env.event_history_context,
            event_type=HistoryEventType.ExecutionStarted,
            event_details={
                "executionStartedEventDetails": {
                    "input": json.dumps(details.execution_details.inpt, separators=(",", ":")),
                    "inputDetails": {"truncated": False},
                    "roleArn": details.aws_execution_details.role_arn,
                }
            },
            update_source_event_id=False,
        )
        self.env.next_state_name = self._program.start_at.start_at_name  # from now on it runs and can be stopped
        clock.current().start_thread(self._run, name=details.execution_details.arn)

    def _run(self) -> None:
        given = self._program.timeout_seconds
        limit = given.timeout_seconds if given else None
        if ":express:" in self._evaluation_details.execution_details.arn:  # moto treats every machine as Standard
            limit = min(limit or EXPRESS_SECONDS, EXPRESS_SECONDS)
        if limit:
            clock.current().start_thread(self._end_after, limit, name=f"timeout of {threading.current_thread().name}")
        EvalComponent.eval(self._program, self.env)
        self._execution_communication.terminated()

    def _end_after(self, seconds: float) -> None:
        if not self.env.finished.wait(seconds):
            self._execution_communication.timed_out()

    def _get_evaluation_entrypoint(self) -> Any:
        return build_program(self._evaluation_details.state_machine_details.definition)

    def _get_evaluation_environment(self) -> Environment:
        details = self._evaluation_details
        execution, machine = details.execution_details, details.state_machine_details
        return Environment(
            aws_execution_details=details.aws_execution_details,
            execution_type=machine.typ,
            context={
                "Execution": {
                    "Id": execution.arn,
                    "Input": execution.inpt,
                    "Name": execution.name,
                    "RoleArn": execution.role_arn,
                    "StartTime": format_timestamp(execution.start_time),
                    "RedriveCount": 0,
                },
                "StateMachine": {"Id": machine.arn, "Name": machine.name},
            },
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=self._cloud_watch_logging_session,
            activity_store=self._activity_store,
        )


class _Ending(BaseExecutionWorkerCommunication):  # type: ignore[misc]
    def terminated(self) -> None:
        """End the execution after its last state: SUCCEEDED with the output, or FAILED."""
        env, now = self.execution.exec_worker.env, clock.now()
        reached = env.program_state()
        if isinstance(reached, ProgramEnded):
            self.execution.end(ExecutionStatus.SUCCEEDED, now, output=env.states.get_input())
        elif isinstance(reached, ProgramError):
            failed = reached.error
            self.execution.end(ExecutionStatus.FAILED, now, error=failed.get("error"), cause=failed.get("cause"))
        self.execution.ended.set()

    def timed_out(self) -> None:
        """End the execution after TimeoutSeconds of the state machine."""
        self.execution.time_out()


class StateMachineExecution(MotoExecution):  # type: ignore[misc]
    """moto's execution, with a stop that doesn't wait for its states.

    The lock ``ending`` guards the status together with output, error, cause and stop date. ``ended`` is set at the end.
    """

    def __init__(self, **details: Any) -> None:
        super().__init__(**details)
        self.ending = threading.Lock()
        self.exec_status: Any
        self.output: Any
        self.ended = Event(clock.current())

    def _get_start_execution_worker(self) -> _Worker:
        return _Worker(
            evaluation_details=EvaluationDetails(
                aws_execution_details=self._get_start_aws_execution_details(),
                execution_details=self.get_start_execution_details(),
                state_machine_details=self.get_start_state_machine_details(),
            ),
            exec_comm=_Ending(self),
            cloud_watch_logging_session=self._cloud_watch_logging_session,
            activity_store=self._activity_store,
        )

    def end(self, status: Any, stop_date: datetime, **of_it: Any) -> bool:
        """Set ``status`` and the output, or the error and cause. Return False if the execution has ended already."""
        with self.ending:
            if self.exec_status != ExecutionStatus.RUNNING:
                return False
            self.output, self.error, self.cause = (of_it.get(name) for name in ("output", "error", "cause"))
            self.exec_status, self.stop_date = status, stop_date
        return True

    def stop(self, stop_date: datetime, error: str | None, cause: str | None) -> None:
        """End the execution as ABORTED with ``error`` and ``cause``, unless it has ended already."""
        if self._cut_short(ExecutionStatus.ABORTED, stop_date, error=error, cause=cause):
            self.exec_worker.env.set_stop(stop_date=stop_date, error=error, cause=cause)

    def time_out(self) -> None:
        """End the execution as TIMED_OUT. DescribeExecution shows no error and cause then."""
        if self._cut_short(ExecutionStatus.TIMED_OUT, clock.now()):
            self.exec_worker.env.set_timed_out()

    def _cut_short(self, status: Any, stop_date: datetime, **of_it: str | None) -> bool:
        if not self.end(status, stop_date, **of_it):
            return False
        event = "ExecutionAborted" if status == ExecutionStatus.ABORTED else "ExecutionTimedOut"
        described = {key: value for key, value in of_it.items() if value is not None}
        self.exec_worker.env.event_manager.add_event(
            context=EventHistoryContext.of_program_start(),
            event_type=HistoryEventType(event),
            event_details={f"{event[0].lower()}{event[1:]}EventDetails": described},
        )
        self.ended.set()
        return True

    def abandon(self) -> None:
        """Stop the execution because the cloud stops or the state machine is deleted."""
        self.stop(clock.now(), None, None)
