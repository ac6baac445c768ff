"""A lake of 1-minute market bars, as DataFrames: ``finance_stream.Lake("dev").bars("META", "2026-11-23")``.

The functions import this package too, and have no pyarrow. So :class:`Lake` is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finance_stream.client.lake import Lake as Lake
    from finance_stream.client.lake import LakeError as LakeError

__all__ = ["Lake", "LakeError"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from finance_stream.client import lake

    return getattr(lake, name)
