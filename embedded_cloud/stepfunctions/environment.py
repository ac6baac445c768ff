"""The environment of a running state: input, variables, history, and the signal that it has ended.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.environment import Environment as MotoEnvironment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.states import States
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from embedded_cloud import clock
from embedded_cloud.stepfunctions.jsonata import bind_value
from embedded_cloud.threads import Event

_ENDS_EXECUTION = frozenset(
    {
        HistoryEventType.ExecutionAborted,
        HistoryEventType.ExecutionFailed,
        HistoryEventType.ExecutionSucceeded,
        HistoryEventType.ExecutionTimedOut,
    }
)


def format_timestamp(moment: datetime) -> str:
    """Format a time as in the context object: ``2026-11-23T14:30:00.123Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Variables(VariableStore):  # type: ignore[misc]
    """The variables in scope. They are bound to expressions. moto writes them as text before the expression."""

    def bind(self) -> dict[str, Any]:
        """Return the variables as expressions read them, by name."""
        return {name: bind_value(value) for name, value in self.collect_values().items()}

    def collect_values(self) -> dict[str, Any]:
        """Return every variable in scope. Inner variables hide outer ones."""
        return {**self._outer_scope, **self._inner_scope}

    def get_assigned_variables(self) -> dict[str, str]:
        # moto quotes a string without escaping its content.
        return {name: json.dumps(self.get(name), separators=(",", ":")) for name in self._declaration_tracing}


class StateData(States):  # type: ignore[misc]
    """The data of ``$states``: input, context, and later result or errorOutput."""

    def __init__(self, context: dict[str, Any]) -> None:
        super().__init__(context=context)
        self._bound: dict[str, tuple[Any, Any]] = {}

    def reset(self, input_value: Any) -> None:
        super().reset(input_value)
        self.forget_outcome()

    def share_input(self, value: Any) -> None:
        """Set the input without copying it, because all items of a Map share it."""
        self._states_data["input"] = value

    def forget_outcome(self) -> None:
        """Remove the result and the error of an earlier attempt, so reading them returns nothing."""
        self._states_data.pop("result", None)
        self._states_data.pop("errorOutput", None)

    def bind(self) -> dict[str, Any]:
        """Return ``$states`` as expressions read it."""
        bound = {name: self._bind_once(name, value) for name, value in self._states_data.items() if name != "context"}
        context = self._states_data["context"]
        bound["context"] = {name: self._bind_once(f"context.{name}", value) for name, value in context.items()}
        return bound

    def _bind_once(self, name: str, value: Any) -> Any:
        """Call ``bind_value(value)`` once for all expressions of a state, because an input may have 256 KiB."""
        known = self._bound.get(name)
        # Small parts of the context change in place (State.RetryCount, Map.Item). Large parts are replaced as a whole.
        if known is None or known[0] is not value or name in {"context.State", "context.Map", "context.Task"}:
            known = self._bound[name] = (value, bind_value(value))
        return known[1]


class History(EventManager):  # type: ignore[misc]
    """The execution's events. None follows the one that ended it, even if a stopped state's thread tries to add it."""

    def __init__(self, log: Any = None) -> None:
        super().__init__(cloud_watch_logging_session=log)
        self._ended = False
        self._ending = threading.Lock()

    @staticmethod
    def _get_current_timestamp() -> datetime:
        return clock.now()

    def add_event(self, context: Any, event_type: Any, *args: Any, **kwargs: Any) -> int:
        with self._ending:
            if self._ended:
                return int(context.last_published_event_id)
            self._ended = event_type in _ENDS_EXECUTION
            return int(super().add_event(context, event_type, *args, **kwargs))


class Environment(MotoEnvironment):  # type: ignore[misc]
    """moto's environment of a program or a part of it. It ends once and then wakes its waiters.

    In moto an error after a stop replaces the stop. moto also sets and clears an event at the end, so a waiter can miss
    it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finished = Event(clock.current())
        self._on_finish: list[Callable[[], None]] = []
        self.event_manager = History(self.cloud_watch_logging_session)
        self.entered_event_id = 0  # of the current state
        self.states: Any = StateData(self.states.context_object.context_object_data)
        if not isinstance(self.variable_store, Variables):
            self.variable_store: Any = Variables()

    def call_when_finished(self, callback: Callable[[], None]) -> None:
        """Register ``callback`` for this environment's end. It runs at once if the environment has ended."""
        with self._state_mutex:
            if not self.finished.is_set():
                self._on_finish.append(callback)
                return
        callback()

    def set_ended(self) -> None:
        super().set_ended()
        self._finish()

    def set_error(self, error: Any) -> None:
        with self._state_mutex:
            if self.is_running():
                super().set_error(error)
        self._finish()

    def set_timed_out(self) -> None:
        with self._state_mutex:
            if self.is_running():
                super().set_timed_out()
        self._finish()

    def set_stop(self, stop_date: Any, cause: str | None, error: str | None) -> None:
        super().set_stop(stop_date, cause, error)
        self._finish()

    def _finish(self) -> None:
        with self._state_mutex:
            self.finished.set()
            callbacks, self._on_finish = self._on_finish, []
        for callback in callbacks:
            callback()

    # Overridden because moto uses its own classes when it opens frames.

    @classmethod
    def as_frame_of(cls, env: Any, event_history_frame_cache: Any = None) -> Self:
        frame: Self = cls.as_inner_frame_of(env, env.variable_store, event_history_frame_cache)
        return frame

    @classmethod
    def as_inner_frame_of(cls, env: Any, variable_store: Any, event_history_frame_cache: Any = None) -> Self:
        frame: Self = super().as_inner_frame_of(env, variable_store, event_history_frame_cache)
        frame.entered_event_id = env.entered_event_id
        context = env.states.context_object.context_object_data
        if "Map" in context:  # moto loses the current item of a state inside a Map
            frame.states.context_object.context_object_data["Map"] = context["Map"]
        return frame

    def open_inner_frame(self, event_history_context: Any = None) -> Self:
        with self._state_mutex:
            variables = Variables.as_inner_scope_of(self.variable_store)
            frame: Self = self.as_inner_frame_of(self, variables, event_history_context)
            self._frames.append(frame)
            return frame
