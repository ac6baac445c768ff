"""FilterLogEvents of CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud

GROUP = "/aws/lambda/collector"


@pytest.fixture
def logs(cloud: EmbeddedCloud) -> Any:
    """Return a client, with a log group of two streams that were written in turn."""
    client = cloud.client("logs")
    client.create_log_group(logGroupName=GROUP)
    begin = cloud.clock.read_milliseconds()
    for stream, offset in (("2026/a", 0), ("2026/b", 1)):
        client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        events = [{"timestamp": begin + 2 * number + offset, "message": f"event {number}"} for number in range(3)]
        client.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)
    return client


def test_filter_log_events_orders_the_events_of_all_streams_by_time(logs: Any) -> None:
    answer = logs.filter_log_events(logGroupName=GROUP)
    assert [event["logStreamName"][-1] for event in answer["events"]] == ["a", "b"] * 3
    assert [event["message"] for event in answer["events"]][::2] == ["event 0", "event 1", "event 2"]
    assert answer["searchedLogStreams"] == []
    assert "nextToken" not in answer


def test_filter_log_events_pages_in_the_same_order(logs: Any) -> None:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, PaginationConfig={"PageSize": 4})
    assert [[event["logStreamName"][-1] for event in page["events"]] for page in pages] == [[*"abab"], [*"ab"]]


@pytest.mark.parametrize(("prefix", "found"), [("2026/a", 3), ("2026", 6), ("2027", 0)])
def test_filter_log_events_searches_the_streams_of_a_prefix(logs: Any, prefix: str, found: int) -> None:
    assert len(logs.filter_log_events(logGroupName=GROUP, logStreamNamePrefix=prefix)["events"]) == found


def test_filter_log_events_rejects_names_beside_a_prefix(logs: Any) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.filter_log_events(logGroupName=GROUP, logStreamNamePrefix="2026", logStreamNames=["2026/a"])


@pytest.mark.parametrize(("pattern", "found"), [("event", 6), ('"event 2"', 2), ("absent", 0)])
def test_filter_log_events_finds_terms_and_a_phrase(logs: Any, pattern: str, found: int) -> None:
    assert len(logs.filter_log_events(logGroupName=GROUP, filterPattern=pattern)["events"]) == found


@pytest.mark.parametrize("pattern", ['{ $.level = "ERROR" }', "[w1, w2]", "-event", "?event ?other", "%event%"])
def test_filter_log_events_refuses_other_patterns_by_name(logs: Any, pattern: str) -> None:
    with pytest.raises(ClientError, match="NotEmulated") as refused:
        logs.filter_log_events(logGroupName=GROUP, filterPattern=pattern)
    assert pattern in refused.value.response["Error"]["Message"]


def test_filter_log_events_of_an_unknown_group_does_not_exist(logs: Any) -> None:
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.filter_log_events(logGroupName="/aws/lambda/absent", logStreamNamePrefix="2026")
