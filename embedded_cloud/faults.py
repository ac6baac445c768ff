"""The question that the embedded cloud asks at each call that can be made to fail."""

from __future__ import annotations

from collections.abc import Callable

# Asked with the call (``s3:PutObject``), what it is about (a key), and its payload where that matters. The answer names
# the call's fault, and None lets it be.
FaultHook = Callable[[str, str, bytes], str | None]


def inject_no_fault(call: str, of: str, payload: bytes) -> None:
    """Let every call be."""
    del call, of, payload
