"""Injected faults of functions, by the names that the cloud's ``faults`` hook returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FunctionFault:
    """An injected end of an environment, with AWS's error name and text.

    With ``afterwards`` the function handles the event first.
    """

    name: str
    text: str
    afterwards: bool = False


_EXIT = "Runtime.ExitError"
_KILLED = "Runtime exited with error: signal: killed"

FUNCTION_FAULTS = {
    "crash": FunctionFault(_EXIT, _KILLED),
    # The work is done, but the caller gets an error. A retry does the work again.
    "crash-after": FunctionFault(_EXIT, _KILLED, afterwards=True),
    # Lambda's name for a process that it killed because of its memory. The embedded cloud limits no memory, and so
    # reports this for no other reason.
    "out-of-memory": FunctionFault("Runtime.OutOfMemory", _KILLED),
    # Fails at once instead of after the function's timeout: callers see the same error.
    "timeout": FunctionFault("Sandbox.Timedout", "Task timed out after {timeout:.2f} seconds"),
}
