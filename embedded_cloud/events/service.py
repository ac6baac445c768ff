"""The installation of EventBridge. The API is moto's own."""

from __future__ import annotations

from typing import Any

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.events import moto_patches


def install(cloud: EmbeddedCloud) -> None:
    """Make moto refuse rules."""
    del cloud
    moto_patches.PUT_RULE.apply(_refuse_rule)


def _refuse_rule(request: Any) -> None:
    """Refuse PutRule, as a method of moto's request. moto takes rules, but fires none."""
    del request
    raise NotImplementedError("rules of EventBridge don't fire (use EventBridge Scheduler)")
