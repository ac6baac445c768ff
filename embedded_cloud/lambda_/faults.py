"""How a function ends on request other than by its own code: the answers of the cloud's ``faults`` for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FunctionFault:
    """An end of the environment: AWS's name and text for it, and whether the function did its work first."""

    name: str
    text: str
    afterwards: bool = False


_EXIT = "Runtime.ExitError"
_KILLED = "Runtime exited with error: signal: killed"

FUNCTION_FAULTS = {
    "crash": FunctionFault(_EXIT, _KILLED),
    # All is done, and nobody is told: what follows from it is done twice.
    "crash-after": FunctionFault(_EXIT, _KILLED, afterwards=True),
    # Without the time itself: what a function does not answer in its timeout it does not answer at all.
    "timeout": FunctionFault("Sandbox.Timedout", "Task timed out after {timeout:.2f} seconds"),
}
