"""The Map state, inline and distributed.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

from moto.stepfunctions.parser.api import HistoryEventType, MapRunStatus
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountDecl,
    ToleratedFailurePercentageDecl,
)
from moto.stepfunctions.parser.utils import long_uid

from embedded_cloud import clock
from embedded_cloud.iam.permissions import AccessDeniedError, Permissions
from embedded_cloud.stepfunctions.clients import RoleClients
from embedded_cloud.stepfunctions.environment import History, Variables, format_timestamp
from embedded_cloud.stepfunctions.failure import RUNTIME, evaluation_failure, failure, inner_failure, require_payload
from embedded_cloud.stepfunctions.maprun import (
    EXPRESS_SECONDS,
    ChildOutcome,
    MapRun,
    Tolerance,
    abort_program,
    evaluate_program,
    for_each,
)
from embedded_cloud.stepfunctions.result_writer import Child, ResultWriter
from embedded_cloud.stepfunctions.retry import Retryable, StoppedError

# ``definition`` marks ExecutionType EXPRESS with this comment. moto's grammar supports only STANDARD, and Comment is
# the only field of an ItemProcessor that takes any text.
EXPRESS_MARK = "ExecutionType: EXPRESS"
MAX_INLINE_CONCURRENCY = 40  # https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html


class MapState(Retryable, StateMap):  # type: ignore[misc]
    """A Map state: it runs a program per item.

    moto passes the items to MaxConcurrency threads. Each thread calls itself for its next item and overflows its stack
    after a few hundred items. moto also copies the whole input per item, ignores tolerated and other failures, and
    doesn't handle items that have not started.
    """

    FAILED: ClassVar[Any] = HistoryEventType.MapStateFailed
    permissions: ClassVar[Permissions]
    clients: ClassVar[RoleClients]

    def from_state_props(self, state_props: Any) -> None:
        super().from_state_props(state_props)
        self._program = self.iteration_component._get_iteration_program()
        self._distributed = isinstance(self.iteration_component, DistributedIterationComponent)
        comment = self.iteration_component._comment
        self._express = comment is not None and comment.comment == EXPRESS_MARK
        self._tolerated_count = state_props.get(ToleratedFailureCountDecl)
        self._tolerated_percentage = state_props.get(ToleratedFailurePercentageDecl)

    def _eval_execution(self, env: Any) -> None:
        limit = _evaluate_limit(env, self.max_concurrency_decl)
        items = None if self.item_reader else self._evaluate_items(env)
        started = {"mapStateStartedEventDetails": {"length": len(items or ())}}
        env.event_manager.add_event(env.event_history_context, HistoryEventType.MapStateStarted, started)
        try:
            result = (
                self._run_distributed(env, items, limit)
                if self._distributed
                else self._run_inline(env, items or [], limit)
            )
        except FailureEventException:
            for child in list(env._frames):
                child.set_stop(stop_date=clock.now(), cause=None, error=None)
            raise
        env.stack.append(result)
        require_payload(env, env.stack[-1], self.name)
        env.event_manager.add_event(
            env.event_history_context, HistoryEventType.MapStateSucceeded, update_source_event_id=False
        )

    def _evaluate_items(self, env: Any) -> list[Any]:
        expression = getattr(self.items, "string_jsonata", None)
        source = expression or self.items or self.items_path
        if source:
            source.eval(env=env)
            items = env.stack.pop()
        else:
            items = env.states.get_input()
        if expression:
            expression.require(env, items, "array", list)
        if not isinstance(items, list):
            cause = f"Map state input must be an array but was: {json.dumps(items, separators=(',', ':'))}"
            raise evaluation_failure(env, cause, "Items") if self._is_jsonata() else failure(env, RUNTIME, cause)
        return items

    def _build_selector(self, env: Any) -> Callable[[int, Any], Any]:
        """Return a function from an item's index and value to a child's input: the item, or ItemSelector's result."""
        template = self.item_selector or self.parameters
        if not template:
            return lambda _, value: value
        frame = env.open_frame()
        whole = env.states.get_input() if self._is_jsonata() else env.stack[-1]  # after InputPath
        frame.states.share_input(whole)

        def select(index: int, value: Any) -> Any:
            frame.states.context_object.context_object_data["Map"] = {"Item": {"Index": index, "Value": value}}
            frame.stack = [whole]
            template.eval(frame)
            return frame.stack.pop()

        return select

    def _run_inline(self, env: Any, items: list[Any], limit: int) -> list[Any]:
        select = self._build_selector(env)
        outcomes: list[ChildOutcome | None] = [None] * len(items)
        running: dict[int, Any] = {}

        def prepare(index: int) -> Callable[[], None]:
            child = running[index] = env.open_inner_frame()
            child.states.context_object.context_object_data["Map"] = {"Item": {"Index": index, "Value": items[index]}}
            child_input = select(index, items[index])

            def run() -> None:
                self._record_iteration(child, "Started", index)
                outcome = outcomes[index] = evaluate_program(self._program, child, child_input)
                if outcome.kind != "aborted":
                    self._record_iteration(child, outcome.kind.capitalize(), index)
                env.close_frame(child)

            return run

        def check_settled(index: int) -> bool:
            outcome = outcomes[index]
            running.pop(index)
            if outcome and outcome.kind == "failed":
                for other, child in running.items():
                    abort_program(self._program, child)
                    self._record_iteration(child, "Aborted", other)
                raise inner_failure(env, outcome.error, outcome.cause, HistoryEventType.MapIterationFailed)
            return True

        at_once = min(limit or MAX_INLINE_CONCURRENCY, MAX_INLINE_CONCURRENCY)
        if not for_each(env, len(items), lambda: at_once, prepare, check_settled):
            raise StoppedError
        return [outcome.output for outcome in outcomes if outcome]

    def _record_iteration(self, child: Any, what: str, index: int) -> None:
        child.event_manager.add_event(
            context=child.event_history_context,
            event_type=HistoryEventType(f"MapIteration{what}"),
            event_details={f"mapIteration{what}EventDetails": {"name": self.name, "index": index}},
            update_source_event_id=what == "Started",
        )

    def _run_distributed(self, env: Any, items: list[Any] | None, limit: int) -> Any:
        tolerance = Tolerance(
            None if self._tolerated_count is None else _evaluate_limit(env, self._tolerated_count),
            None if self._tolerated_percentage is None else _evaluate_limit(env, self._tolerated_percentage),
        )
        record = MapRun(env, limit, tolerance, self.label.label if self.label else None)
        env.map_run_record_pool_manager.add(record)
        started = {"mapRunStartedEventDetails": {"mapRunArn": record.map_run_arn}}
        env.event_manager.add_event(env.event_history_context, HistoryEventType.MapRunStarted, started)
        try:
            self._require_start(env)
            if items is None:
                self.item_reader.eval(env=env)
                items = env.stack.pop()
            result = self._run_children(env, record, items or [], self._build_writer(env))
        except StoppedError:
            record.end(MapRunStatus.ABORTED)
            raise
        except FailureEventException as error:
            record.end(MapRunStatus.FAILED)
            name, cause = error.extract_error_cause_pair() or (None, None)
            described = {"mapRunFailedEventDetails": {"error": name, "cause": cause}}
            env.event_manager.add_event(env.event_history_context, HistoryEventType.MapRunFailed, described)
            raise
        record.end(MapRunStatus.SUCCEEDED)
        env.event_manager.add_event(env.event_history_context, HistoryEventType.MapRunSucceeded)
        return result

    def _build_writer(self, env: Any) -> ResultWriter | None:
        """Evaluate the arguments of ResultWriter."""
        if not self.result_writer:
            return None
        self.result_writer.parargs.eval(env=env)
        return ResultWriter(env.stack.pop(), self.clients, env.aws_execution_details.role_arn)

    def _require_start(self, env: Any) -> None:
        """Check that the role may start executions of its own state machine: each item of a distributed map is one.

        https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        """
        context = env.states.context_object.context_object_data
        session = self.permissions.open_session(context["Execution"]["RoleArn"])
        try:
            self.permissions.require(session, "states:StartExecution", [context["StateMachine"]["Id"]])
        except AccessDeniedError as error:
            raise failure(env, "StepFunctions.AWSStepFunctionsException", str(error)) from error

    def _run_children(self, env: Any, record: MapRun, items: list[Any], writer: ResultWriter | None) -> Any:
        """Run the children. Return the successful outputs in the items' order, or the output of ``writer``."""
        select = self._build_selector(env)
        children = [Child(item) for item in items]
        record.counts.begin(len(items))
        limit_seconds = EXPRESS_SECONDS if self._express else None

        def prepare(index: int) -> Callable[[], None]:
            one = children[index]
            one.given = select(index, items[index])
            child = self._open_child(env, record, one.given)
            one.begin(child.states.context_object.context_object_data["Execution"])
            record.counts.move("pending", "running")

            def run() -> None:
                outcome = evaluate_program(self._program, child, one.given, limit_seconds)
                one.end(outcome)
                env.delete_frame(child)
                record.counts.move("running", outcome.kind)

            return run

        def check_settled(_: int) -> bool:
            if not record.is_exceeded():
                return True
            if self._express:  # Express children can't be stopped: they run to their end
                return False
            self._export(env, record, children, writer)
            raise record.failure(env)

        if not for_each(env, len(items), record.get_max_children, prepare, check_settled):
            raise StoppedError
        exported = self._export(env, record, children, writer)
        if record.is_exceeded():
            raise record.failure(env)
        succeeded = [child for child in children if child.succeeded]
        if writer is None:
            return [child.outcome.output for child in succeeded if child.outcome]
        return exported or writer.shape_output(succeeded, record)

    @staticmethod
    def _export(env: Any, record: MapRun, children: list[Child], writer: ResultWriter | None) -> dict[str, Any] | None:
        """Write the results to S3 if ResultWriter says so. A failed Map Run exports the results that it has."""
        return writer.write(env, record, children) if writer and writer.exports else None

    def _open_child(self, env: Any, record: MapRun, child_input: Any) -> Any:
        """Open the environment of a child execution. It sees no variables of its parent, only its own input."""
        child = env.open_inner_frame()
        child.variable_store = Variables()
        child.event_manager = History()
        context = child.states.context_object.context_object_data
        context.pop("Map", None)
        name, machine = long_uid(), context["StateMachine"]
        context["StateMachine"] = {"Id": record.map_state_machine_arn, "Name": f"{machine['Name']}/{record.label}"}
        context["Execution"] = {
            "Id": record.build_child_arn(name, express=self._express),
            "Input": child_input,
            "Name": name,
            "RoleArn": context["Execution"]["RoleArn"],
            "StartTime": format_timestamp(clock.now()),
            "RedriveCount": 0,
        }
        return child


def _evaluate_limit(env: Any, declaration: Any) -> Any:
    """Return a number of the Map's fields. If it is invalid, AWS records no MapStateFailed."""
    try:
        declaration.eval(env=env)
    except FailureEventException as error:
        error.failure_event.before_start = True
        raise
    return env.stack.pop()
