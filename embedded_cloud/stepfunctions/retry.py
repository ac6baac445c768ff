"""Retry, Catch and TimeoutSeconds of Task, Map and Parallel states.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, ClassVar

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import JitterStrategy
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError

from embedded_cloud import clock
from embedded_cloud.stepfunctions.failure import build_error_output, get_error_name, matches, require_payload
from embedded_cloud.stepfunctions.state import State
from embedded_cloud.threads import Event


class StoppedError(Exception):
    """The end of the execution while the state runs. The state's result is discarded."""


def compute_retry_delay_seconds(retrier: Any, attempt: int) -> float:
    """Compute the wait before a retry: IntervalSeconds x BackoffRate^attempt, capped and jittered.

    ``attempt`` starts at 0.
    """
    try:
        delay = retrier.interval_seconds.seconds * retrier.backoff_rate.rate**attempt
    except OverflowError:
        delay = float("inf")
    delay = min(delay, retrier.max_delay_seconds.max_delays_seconds)
    full_jitter = retrier.jitter_strategy.jitter_strategy is JitterStrategy.FULL
    return random.uniform(0, delay) if full_jitter else float(delay)  # noqa: S311 - no secret


class Retryable(State):
    """A mix-in for Task, Map and Parallel states, placed before moto's class."""

    # The event in the history after the last retry. None for tasks, which record each failure with its own event.
    FAILED: ClassVar[Any] = None
    # True if States.ALL catches States.DataLimitExceeded, see ``matches``.
    CATCHES_DATA_LIMIT: ClassVar[bool] = False

    def _eval_state(self: Any, env: Any) -> None:
        attempts: Counter[int] = Counter()  # per retrier
        env.states.context_object.context_object_data["State"]["RetryCount"] = 0
        while env.is_running():
            try:
                self._attempt(env)
                return
            except Exception as error:
                if not env.is_running():
                    return
                failed: FailureEvent = self._from_error(env=env, ex=error)
                self._record(env, failed)
                if self._apply_retry(env, failed, attempts):
                    continue
                if self.FAILED is not None and not getattr(failed, "before_start", False):
                    env.event_manager.add_event(context=env.event_history_context, event_type=self.FAILED)
                if self._apply_catch(env, failed):
                    return
                raise FailureEventException(failed) from error

    def _attempt(self: Any, env: Any) -> None:
        env.states.forget_outcome()
        frame = env.open_frame()
        frame.states.reset(input_value=env.states.get_input())
        frame.stack = list(env.stack)
        try:
            result = self._run_in(frame)
        finally:
            env.close_frame(frame)
        if not env.is_running():
            raise StoppedError
        if self._is_jsonata():
            require_payload(env, result, self.name)
            env.states.set_result(result)
            self._conclude(env, self.assign_decl, self.output, result)
            return
        env.stack.append(result)
        for declared in (self.assign_decl, self.result_selector, self.result_path):
            if declared:
                declared.eval(env=env)

    def _run_in(self: Any, frame: Any) -> Any:
        """Return the state's result, or raise an error after TimeoutSeconds."""
        if self.timeout.is_default_value():
            self._eval_execution(frame)
            return frame.stack.pop()
        self.timeout.eval(env=frame)
        seconds = frame.stack.pop()
        done = Event(clock.current())
        errors: list[Exception] = []

        def run() -> None:
            try:
                self._eval_execution(frame)
            except Exception as error:
                errors.append(error)
            done.set()

        frame.call_when_finished(done.set)
        clock.current().start_thread(run, name=f"state-{self.name}")
        in_time = done.wait(seconds)
        stopped = not frame.is_running()
        frame.set_ended()  # ends the task's waits
        if stopped:
            raise StoppedError
        if not in_time:
            raise EvalTimeoutError
        if errors:
            raise errors[0]
        return frame.stack.pop()

    def _record(self: Any, env: Any, failed: FailureEvent) -> None:
        if self.FAILED is None and failed.event_type != HistoryEventType.EvaluationFailed:
            env.event_manager.add_event(
                context=env.event_history_context, event_type=failed.event_type, event_details=failed.event_details
            )

    def _apply_retry(self: Any, env: Any, failed: FailureEvent, attempts: Counter[int]) -> bool:
        """Wait for the first matching retrier. Return False if none matches or its MaxAttempts are used up."""
        for index, retrier in enumerate(self.retry.retriers if self.retry else ()):
            if not _equals_error(retrier.error_equals, failed):
                continue
            if attempts[index] >= retrier.max_attempts.attempts:
                return False
            env.finished.wait(compute_retry_delay_seconds(retrier, attempts[index]))
            attempts[index] += 1
            env.states.context_object.context_object_data["State"]["RetryCount"] += 1
            return True
        return False

    def _apply_catch(self: Any, env: Any, failed: FailureEvent) -> bool:
        for catcher in self.catch.catchers if self.catch else ():
            if not _equals_error(catcher.error_equals, failed, data_limit=self.CATCHES_DATA_LIMIT):
                continue
            output = build_error_output(failed)
            env.states.forget_outcome()
            env.states.set_error_output(output)
            if self._is_jsonata():
                self._conclude(env, catcher.assign, catcher.output, output)
            else:
                env.stack.append(output)
                for declared in (catcher.assign, catcher.result_path):
                    if declared:
                        declared.eval(env=env)
                env.states.reset(env.stack.pop())
            env.next_state_name = catcher.next_decl.name
            env.stack.append(CatchOutcome.Caught)
            return True
        return False

    def _eval_state_output(self: Any, env: Any) -> None:
        caught = bool(env.stack) and env.stack[-1] is CatchOutcome.Caught
        if not self._is_jsonata() and not caught:
            super()._eval_state_output(env)  # type: ignore[misc]


def _equals_error(error_equals: Any, failed: FailureEvent, *, data_limit: bool = False) -> bool:
    names = [name.error_name for name in error_equals.error_names]
    return matches(names, get_error_name(failed), data_limit=data_limit)
