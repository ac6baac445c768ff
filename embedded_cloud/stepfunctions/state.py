"""The common parts of all states: payload limit, Assign and Output."""

from __future__ import annotations

from typing import Any

from embedded_cloud import clock
from embedded_cloud.stepfunctions.environment import format_timestamp
from embedded_cloud.stepfunctions.failure import (
    DATA_LIMIT_EXCEEDED,
    MAX_PAYLOAD_BYTES,
    MAX_VARIABLES_BYTES,
    count_payload_bytes,
    failure,
    format_size_cause,
    require_payload,
)


class State:
    """A mix-in for all states: the payload limit in bytes, and EnteredTime in AWS's format."""

    name: str

    def _eval_state_input(self, env: Any) -> None:
        env.entered_event_id = env.event_history_context.source_event_id  # moto calls this right after the event
        env.states.context_object.context_object_data["State"]["EnteredTime"] = format_timestamp(clock.now())
        super()._eval_state_input(env)  # type: ignore[misc]

    def _verify_size_quota(self, env: Any, value: Any) -> None:
        require_payload(env, value, self.name)  # moto counts characters of escaped JSON

    def _is_jsonata(self) -> bool:
        return not self._is_language_query_jsonpath()  # type: ignore[attr-defined]

    def _conclude(self, env: Any, assign: Any, output: Any, unchanged: Any) -> None:
        """Set variables and output of a JSONata state. Without Output the output is ``unchanged``.

        Both read the previous values: "Assign and Output are evaluated in parallel",
        https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
        """
        assigned = _evaluate_assign(env, assign) if assign else {}
        if output:
            output.jsonata_template_value.eval(env=env)
            unchanged = env.stack.pop()
        require_payload(env, unchanged, self.name)
        for name, value in assigned.items():
            env.variable_store.set(variable_identifier=name, variable_value=value)
        env.states.reset(input_value=unchanged)


def _evaluate_assign(env: Any, assign: Any) -> dict[str, Any]:
    """Evaluate new values of variables, and check the limits per variable, per Assign and per execution."""
    assigned: dict[str, Any] = {}
    for binding in assign.declaration_bindings:
        binding.eval(env=env)
        assigned.update(env.stack.pop())
    total_bytes = count_payload_bytes({**env.variable_store.collect_values(), **assigned})
    if count_payload_bytes(assigned) > MAX_PAYLOAD_BYTES or total_bytes > MAX_VARIABLES_BYTES:
        raise failure(env, DATA_LIMIT_EXCEEDED, format_size_cause(f"{env.next_state_name}/Assign"))
    return assigned
