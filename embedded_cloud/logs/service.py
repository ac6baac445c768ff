"""The installation of CloudWatch Logs. The API is moto's own, but for FilterLogEvents."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.logs.exceptions import InvalidParameterException

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.logs import moto_patches

# moto finds terms and a phrase in quotation marks. It takes every event for a match of any other pattern:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
_PATTERN = re.compile(r'[A-Za-z][\w ]*|"[^"]+"')
_BOTH = "logStreamNamePrefix and logStreamNames"


def install(cloud: EmbeddedCloud) -> None:
    """Make moto find events as AWS does."""
    del cloud
    moto_patches.FILTER_LOG_EVENTS.apply(filter_log_events)


def filter_log_events(request: Any) -> str:
    """Answer FilterLogEvents, as a method of moto's request.

    The events of all streams are in one order. moto sorts them by stream, and ignores the prefix of a stream's name.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    group, pattern = request._get_param("logGroupName"), request._get_param("filterPattern")
    if pattern and not _PATTERN.fullmatch(pattern):
        raise NotImplementedError(
            f"the filter pattern '{pattern}' (terms and one phrase in quotation marks are emulated)"
        )
    events, token, _ = request.logs_backend.filter_log_events(
        group,
        _list_streams(request, group),
        request._get_param("startTime"),
        request._get_param("endTime"),
        request._get_param("limit"),
        request._get_param("nextToken"),
        pattern,
        True,  # AWS ignores ``interleaved``, and always orders the events by time
    )
    # AWS's list of searched streams is always empty.
    answer = {"events": events, "searchedLogStreams": []}
    return json.dumps(answer | ({"nextToken": token} if token else {}))


def _list_streams(request: Any, group: str) -> list[str]:
    """Return the names of the streams to search. An empty list is all of them."""
    names: list[str] = request._get_param("logStreamNames", [])
    prefix = request._get_param("logStreamNamePrefix")
    if prefix is None or group not in request.logs_backend.groups:
        return names
    if names:
        raise InvalidParameterException(
            constraint="Member must have only one of them", parameter=_BOTH, value=f"{prefix} and {', '.join(names)}"
        )
    streams = request.logs_backend.groups[group].streams
    return [name for name in streams if name.startswith(prefix)] or [prefix]
