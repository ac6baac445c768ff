"""How long the Wait states of an execution wait: read from the definition that it runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_OPEN, _CLOSE = "{%", "%}"


def read_wait_seconds(client: SFNClient, arn: str) -> dict[str, float]:
    """Seconds of each Wait state of the execution's own revision of the state machine, by the state's name.

    Step Functions' history has when a Wait state was entered, not for how long. One whose ``Seconds`` are made of
    variables is left out.
    """
    definition = json.loads(client.describe_state_machine_for_execution(executionArn=arn)["definition"])
    of_waits = {name: state.get("Seconds") for name, state in definition["States"].items() if state["Type"] == "Wait"}
    seconds = {name: _parse_seconds(given) for name, given in of_waits.items()}
    return {name: value for name, value in seconds.items() if value is not None}


def _parse_seconds(given: Any) -> float | None:
    """A number, or the value of an expression in which nothing is a variable."""
    if isinstance(given, str) and given.startswith(_OPEN) and given.endswith(_CLOSE):
        try:
            given = Jsonata(given.removeprefix(_OPEN).removesuffix(_CLOSE)).evaluate(None)
        except JException:
            return None
        finally:
            vars(Jsonata.CURRENT).clear()  # the library leaves the last expression in a thread-local
    return float(given) if isinstance(given, int | float) else None
