"""The attributes of moto that the embedded CloudWatch Logs replaces."""

from __future__ import annotations

from moto.logs.responses import LogsResponse

from embedded_cloud.moto_patch import Patch

FILTER_LOG_EVENTS = Patch(LogsResponse, "filter_log_events")
