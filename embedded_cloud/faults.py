"""The hook that decides whether a call of the embedded cloud fails."""

from __future__ import annotations

from collections.abc import Callable

# Called with the call (``s3:PutObject``), its subject (a key) and, for some calls, its payload. Returns the name of the
# fault to inject, or None.
FaultHook = Callable[[str, str, bytes], str | None]


def inject_no_fault(call: str, of: str, payload: bytes) -> None:
    """Inject no fault into any call."""
    del call, of, payload
