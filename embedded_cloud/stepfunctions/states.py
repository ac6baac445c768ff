"""The states without calls, and Parallel.

Each is moto's state with the differences to AWS removed. JSONPath states keep moto's handling of paths.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, ClassVar

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.fail.state_fail import StateFail
from moto.stepfunctions.parser.asl.component.state.state_pass.state_pass import StatePass
from moto.stepfunctions.parser.asl.component.state.state_succeed.state_succeed import StateSucceed
from moto.stepfunctions.parser.asl.component.state.wait.state_wait import StateWait
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp

from embedded_cloud import clock
from embedded_cloud.stepfunctions.failure import (
    NO_CHOICE_MATCHED,
    evaluation_failure,
    failure,
    inner_failure,
)
from embedded_cloud.stepfunctions.maprun import abort_program, evaluate_program, for_each
from embedded_cloud.stepfunctions.retry import Retryable, StoppedError
from embedded_cloud.stepfunctions.state import State

MAX_WAIT_SECONDS = 99_999_999  # https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html


class _Flow(State):
    """A state without Retry and Catch. Its result is its input."""

    def _eval_state_output(self, env: Any) -> None:
        if self._is_jsonata():
            self._conclude(env, self.assign_decl, self.output, env.states.get_input())  # type: ignore[attr-defined]
        else:
            super()._eval_state_output(env)  # type: ignore[misc]


class PassState(_Flow, StatePass):  # type: ignore[misc]
    """A Pass state.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html
    """

    def _eval_state(self, env: Any) -> None:
        if not self._is_jsonata():
            super()._eval_state(env)


class SucceedState(_Flow, StateSucceed):  # type: ignore[misc]
    """A Succeed state.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
    """


class FailState(State, StateFail):  # type: ignore[misc]
    """A Fail state.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
    """

    def _eval_state(self, env: Any) -> None:
        # moto refuses Error names that start with "States.". AWS lets a Fail state pass on the error that it caught.
        described: dict[str, str] = {}
        for field, declared in (("error", self.error), ("cause", self.cause)):
            if declared:
                declared.eval(env=env)
                described[field] = env.stack.pop()
                if self._is_jsonata() and not isinstance(described[field], str):
                    declared.string_expression.require(env, described[field], "string", str)
        raise failure(env, described.get("error"), described.get("cause"))


class WaitState(_Flow, StateWait):  # type: ignore[misc]
    """A Wait state.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
    """

    def _eval_state(self, env: Any) -> None:
        env.finished.wait(self._evaluate_seconds(env))
        if self.assign_decl and not self._is_jsonata():
            self.assign_decl.eval(env=env)

    def _evaluate_seconds(self, env: Any) -> float:
        wait = self.wait_function
        if isinstance(wait, Timestamp):
            wait.string.eval(env=env)
            given = env.stack.pop()
            until = wait._from_timestamp_string(given) if isinstance(given, str) else None
            if until is None and not self._is_jsonata():
                raise FailureEventException(wait._create_failure_event(env, given))
            if until is None:
                cause = f"The value '{given}' of the field 'Timestamp' is not a valid ISO-8601 timestamp."
                raise evaluation_failure(env, cause, "Timestamp")
            # moto subtracts this computer's local time from a UTC time.
            return float((until.replace(tzinfo=UTC) - clock.now()).total_seconds())
        if not hasattr(wait, "string_jsonata"):
            return float(wait._get_wait_seconds(env=env))
        wait.string_jsonata.eval(env=env)
        seconds = env.stack.pop()
        wait.string_jsonata.require(env, seconds, "number", int)
        if not 0 <= seconds <= MAX_WAIT_SECONDS:
            cause = f"The value {seconds} of the field 'Seconds' is not between 0 and {MAX_WAIT_SECONDS}."
            raise evaluation_failure(env, cause, "Seconds")
        return float(seconds)


class ChoiceState(State, StateChoice):  # type: ignore[misc]
    """A Choice state.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
    """

    def _eval_state(self, env: Any) -> None:
        for rule in self.choices_decl.rules:
            rule.comparison.eval(env)
            if env.stack.pop() is True:
                self._choose(env, rule.next_stmt.name, rule.assign, rule.output)
                return
        if self.default_state is None:
            raise failure(env, NO_CHOICE_MATCHED, "Failed to transition out of the state. The state is not matched.")
        self._choose(env, self.default_state.state_name, self.assign_decl, self.output)

    def _choose(self, env: Any, next_state: str, assign: Any, output: Any) -> None:
        if self._is_jsonata():
            self._conclude(env, assign, output, env.states.get_input())
        env.stack.append(next_state)

    def _eval_state_output(self, env: Any) -> None:
        if self._is_jsonata():  # moto runs the default's Assign and Output also for rules that lead to the same state
            env.next_state_name = env.stack.pop()
        else:
            super()._eval_state_output(env)


class ParallelState(Retryable, StateParallel):  # type: ignore[misc]
    """A Parallel state.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
    """

    FAILED: ClassVar[Any] = HistoryEventType.ParallelStateFailed

    def _eval_execution(self, env: Any) -> None:
        if self.parargs is not None:
            self.parargs.eval(env=env)
        given = env.stack.pop()
        env.event_manager.add_event(env.event_history_context, HistoryEventType.ParallelStateStarted)
        programs = self.branches.programs
        branches = [env.open_inner_frame() for _ in programs]
        outcomes: list[Any] = [None] * len(programs)

        def prepare(index: int) -> Callable[[], None]:
            def run() -> None:
                outcomes[index] = evaluate_program(programs[index], branches[index], given)

            return run

        def check_settled(index: int) -> bool:
            if outcomes[index] and outcomes[index].kind == "failed":
                for program, branch in zip(programs, branches, strict=True):
                    abort_program(program, branch)
                error, cause = outcomes[index].error, outcomes[index].cause
                raise inner_failure(env, error, cause, HistoryEventType.ExecutionFailed)
            env.close_frame(branches[index])
            return True

        if not for_each(env, len(programs), lambda: len(programs), prepare, check_settled):
            raise StoppedError
        env.stack.append([outcome.output for outcome in outcomes])
        env.event_manager.add_event(
            env.event_history_context, HistoryEventType.ParallelStateSucceeded, update_source_event_id=False
        )
