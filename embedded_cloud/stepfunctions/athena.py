"""The optimised Athena integration.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
"""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)

from embedded_cloud.stepfunctions.failure import TASK_FAILED, failure
from embedded_cloud.stepfunctions.operations import from_response
from embedded_cloud.stepfunctions.retry import StoppedError
from embedded_cloud.stepfunctions.tasks import Task

_RUNNING = frozenset({"QUEUED", "RUNNING"})
# Seconds between two polls of a query, a choice. AWS doesn't document its own.
_POLL_SECONDS = (0.02, 0.05, 0.1, 0.25)


class AthenaTask(Task, StateTaskServiceCallback):  # type: ignore[misc]
    """The task ``arn:aws:states:::athena:<operation>``. ``startQueryExecution.sync`` waits for the query's end.

    The result of ``.sync`` is that of GetQueryExecution, with dates in milliseconds. A FAILED or CANCELLED query fails
    the task with States.TaskFailed and that result as the cause, in JSON. A task that times out or is stopped also
    stops its query.
    """

    ERRORS = ("Athena", "AmazonAthena", "AmazonAthenaException")

    def __init__(self) -> None:
        super().__init__(supported_integration_patterns={ResourceCondition.Sync})

    def _eval_service_task(self, env: Any, normalised_parameters: Any, state_credentials: Any, **_: Any) -> None:
        response = self._call(normalised_parameters, state_credentials)
        env.stack.append(from_response(self._load_operation().output_shape, response, dates="epoch_ms"))

    def _after_eval_execution(self, env: Any, state_credentials: Any, **more: Any) -> None:
        if self.resource.condition:
            submitted = env.stack.pop()
            output = json.dumps(submitted, separators=(",", ":"))
            env.event_manager.add_event(
                context=env.event_history_context,
                event_type="TaskSubmitted",
                event_details={
                    "taskSubmittedEventDetails": {
                        **self._describe(),
                        "output": output,
                        "outputDetails": {"truncated": False},
                    }
                },
            )
            env.stack.append(self._wait_for_query(env, submitted["QueryExecutionId"], state_credentials))
        # Skips moto's class in between: it waits for a callback and fails, because this integration has none.
        StateTaskService._after_eval_execution(self, env=env, state_credentials=state_credentials, **more)

    def _wait_for_query(self, env: Any, query_execution_id: str, state_credentials: Any) -> dict[str, Any]:
        """Wait for a query to succeed, and return its GetQueryExecution response."""
        athena = self._get_client(state_credentials)
        shape = athena.meta.service_model.operation_model("GetQueryExecution").output_shape
        for pause in itertools.chain(_POLL_SECONDS, itertools.repeat(_POLL_SECONDS[-1])):
            response = athena.get_query_execution(QueryExecutionId=query_execution_id)
            if response["QueryExecution"]["Status"]["State"] not in _RUNNING:
                break
            if env.finished.wait(pause):
                with contextlib.suppress(ClientError, BotoCoreError):  # it may have ended already
                    athena.stop_query_execution(QueryExecutionId=query_execution_id)
                raise StoppedError
        completed: dict[str, Any] = from_response(shape, response, dates="epoch_ms")
        if completed["QueryExecution"]["Status"]["State"] != "SUCCEEDED":
            raise failure(env, TASK_FAILED, json.dumps(completed, separators=(",", ":")), **self._describe())
        return completed
