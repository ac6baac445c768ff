"""The seconds of an execution's Wait states, read from its definition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_OPEN, _CLOSE = "{%", "%}"


def read_wait_seconds(client: SFNClient, arn: str) -> dict[str, float]:
    """Return the seconds per Wait state, from the execution's own revision of the state machine.

    Step Functions' history says when a Wait state was entered, but not for how long. A Wait state whose ``Seconds``
    depend on variables is left out.
    """
    definition = json.loads(client.describe_state_machine_for_execution(executionArn=arn)["definition"])
    of_waits = {name: state.get("Seconds") for name, state in definition["States"].items() if state["Type"] == "Wait"}
    seconds = {name: _parse_seconds(given) for name, given in of_waits.items()}
    return {name: value for name, value in seconds.items() if value is not None}


def _parse_seconds(given: Any) -> float | None:
    """Return a number as it is, or the value of an expression without variables."""
    if isinstance(given, str) and given.startswith(_OPEN) and given.endswith(_CLOSE):
        try:
            given = Jsonata(given.removeprefix(_OPEN).removesuffix(_CLOSE)).evaluate(None)
        except JException:
            return None
        finally:
            vars(Jsonata.CURRENT).clear()  # the library leaves the last expression in a thread-local
    return float(given) if isinstance(given, int | float) else None
