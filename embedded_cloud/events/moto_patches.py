"""The attributes of moto that the embedded EventBridge replaces."""

from __future__ import annotations

from moto.events.responses import EventsHandler

from embedded_cloud.moto_patch import Patch

PUT_RULE = Patch(EventsHandler, "put_rule")
