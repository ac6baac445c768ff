"""The function of a Lambda processor, and the effects of its answers.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

from __future__ import annotations

import base64
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.firehose.lake import FUNCTION_ARN, DeliveryLake, ThrottledError, answer, text
from tests.waiting import eventually

MEBIBYTE = 1024 * 1024


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> DeliveryLake:
    return DeliveryLake(cloud)


def test_lambda_processor_gets_the_documented_event(lake: DeliveryLake, cloud: EmbeddedCloud) -> None:
    events = lake.function(answer)
    lake.create(lake.transforming())
    before = cloud.clock.read_seconds()
    lake.put(b"first", b"second")
    lake.settled()
    (event,) = events
    assert event.keys() == {"invocationId", "deliveryStreamArn", "region", "records"}
    assert event["deliveryStreamArn"] == lake.describe()["DeliveryStreamARN"]
    assert event["region"] == "us-east-1"
    assert [text(record) for record in event["records"]] == ["first", "second"]
    assert event["records"][0]["recordId"] != event["records"][1]["recordId"]
    assert abs(event["records"][0]["approximateArrivalTimestamp"] / 1000 - before) < 60


def test_lambda_processor_output_is_delivered(lake: DeliveryLake) -> None:
    lake.function(lambda event: answer(event, data=base64.b64encode(b"changed\n").decode()))
    lake.create(lake.transforming())
    lake.put(b"bars")
    assert lake.delivered() == b"changed\n"


def test_lambda_processor_is_called_when_its_buffer_is_full(lake: DeliveryLake) -> None:
    events = lake.function(answer)
    lake.create(lake.transforming({"BufferSizeInMBs": "0.2", "BufferIntervalInSeconds": "900"}))
    lake.put(*[b"x" * (MEBIBYTE // 5 // 3)] * 6)
    assert lake.settled().delivered_records == 6
    assert [len(event["records"]) for event in events] == [3, 3]


def test_lambda_processor_gets_a_record_over_its_buffer_size_alone(lake: DeliveryLake) -> None:
    events = lake.function(answer)
    lake.create(lake.transforming({"BufferSizeInMBs": "0.2"}))
    lake.put(b"small", b"x" * 1_024_000)
    assert lake.settled().delivered_records == 2
    assert [len(event["records"]) for event in events] == [1, 1]


def test_dropped_record_is_counted_and_not_delivered(lake: DeliveryLake) -> None:
    lake.function(lambda event: answer(event, result="Dropped"))
    lake.create(lake.transforming())
    lake.put(b"ping")
    assert lake.settled().dropped_records == 1
    assert lake.objects() == {}


@pytest.mark.fault(26)
def test_processing_failed_sends_only_its_record_to_error_output(lake: DeliveryLake, cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""

    def second_fails(event: dict[str, Any]) -> dict[str, Any]:
        returned = answer(event)
        returned["records"][1]["result"] = "ProcessingFailed"
        return returned

    lake.function(second_fails)
    lake.create(lake.transforming(Prefix="bars/", ErrorOutputPrefix="errors/"))
    before = cloud.clock.read_milliseconds()
    lake.put(b"good", b"bad", b"good")
    (failure,) = lake.failures("errors/processing-failed/")
    assert lake.delivered("bars/") == b"goodgood"
    after = cloud.clock.read_milliseconds()
    assert before <= failure.pop("arrivalTimestamp") <= failure.pop("attemptEndingTimestamp") <= after
    assert failure == {
        "attemptsMade": 1,
        "errorCode": "Lambda.ProcessingFailedStatus",
        "errorMessage": "ProcessingFailed status set for record",
        "rawData": base64.b64encode(b"bad").decode(),
        "lambdaArn": FUNCTION_ARN,
    }


def test_error_output_without_its_own_prefix_is_below_the_prefix(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html#prefix-rules"""
    lake.function(lambda event: answer(event, result="ProcessingFailed"))
    lake.create(lake.transforming(Prefix="bars/"))
    lake.put(b"bad")
    assert len(lake.failures("bars/processing-failed/2")) == 1


def test_lambda_processor_is_retried_three_times_then_the_batch_fails(lake: DeliveryLake) -> None:
    def crash(_event: dict[str, Any]) -> Any:
        raise ValueError("boom")

    events = lake.function(crash)
    lake.create(lake.transforming())
    lake.put(b"a", b"b")
    failures = lake.failures()
    assert [failure["rawData"] for failure in failures] == ["YQ==", "Yg=="]
    assert {failure["errorCode"] for failure in failures} == {"Lambda.FunctionError"}
    assert {failure["attemptsMade"] for failure in failures} == {4}
    assert len(events) == 4
    assert len({event["invocationId"] for event in events}) == 1


def test_lambda_processor_that_recovers_loses_no_record(lake: DeliveryLake) -> None:
    def crash_once(event: dict[str, Any]) -> Any:
        if len(events) == 1:
            raise ValueError("boom")
        return answer(event)

    events = lake.function(crash_once)
    lake.create(lake.transforming({"NumberOfRetries": "1"}))
    lake.put(b"bars")
    assert lake.delivered() == b"bars"


def test_number_of_retries_of_zero_means_one_attempt(lake: DeliveryLake) -> None:
    def crash(_event: dict[str, Any]) -> Any:
        raise ValueError("boom")

    events = lake.function(crash)
    lake.create(lake.transforming({"NumberOfRetries": "0"}))
    lake.put(b"bars")
    assert lake.failures()[0]["attemptsMade"] == 1
    assert len(events) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError("2026-11-24T10:00:00Z 1b2c Task timed out after 3.00 seconds"), "Lambda.FunctionTimedOut"),
        (ThrottledError(), "Lambda.InvokeLimitExceeded"),
    ],
)
def test_error_output_has_codes_for_timeouts_and_throttling(lake: DeliveryLake, error: Exception, code: str) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html"""

    def fail(_event: dict[str, Any]) -> Any:
        raise error

    lake.function(fail)
    lake.create(lake.transforming({"NumberOfRetries": "1"}))
    lake.put(b"bars")
    (failure,) = lake.failures()
    assert (failure["errorCode"], failure["attemptsMade"]) == (code, 2)


@pytest.mark.fault(29)
def test_lambda_processor_answer_over_6_mb_is_a_function_error(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    lake.function(lambda event: answer(event, padding="x" * 6_300_000))
    lake.create(lake.transforming({"NumberOfRetries": "0"}))
    lake.put(b"bars")
    assert lake.failures()[0]["errorCode"] == "Lambda.FunctionError"


def test_lambda_processor_never_gets_an_event_over_6_mb(lake: DeliveryLake, cloud: EmbeddedCloud) -> None:
    """Base64 and the keys of each record turn three MB of small records into more than six."""
    events = lake.function(answer)
    lake.create(lake.transforming({"BufferSizeInMBs": "3", "BufferIntervalInSeconds": "900", "NumberOfRetries": "0"}))
    records = 3 * MEBIBYTE // 128
    with cloud.clock.held():  # the buffer's interval must not end before it is full
        for first in range(0, records, 500):
            lake.put(*[b"x" * 128] * min(500, records - first))
    assert {failure["errorCode"] for failure in lake.failures()} == {"Lambda.RequestTooLargeException"}
    assert events == []


def _without_the_second(returned: list[dict[str, Any]]) -> None:
    del returned[1]


def _second_twice(returned: list[dict[str, Any]]) -> None:
    returned.append(returned[1])


def _second_under_another_id(returned: list[dict[str, Any]]) -> None:
    returned[1]["recordId"] = "0"


def _second_without_data(returned: list[dict[str, Any]]) -> None:
    returned[1]["data"] = None


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_without_the_second, "Lambda.MissingRecordId"),
        (_second_twice, "Lambda.DuplicatedRecordId"),
        (_second_under_another_id, "Lambda.MissingRecordId"),
        (_second_without_data, "Lambda.InvalidReturnFormat"),
    ],
)
def test_record_not_returned_exactly_once_fails_alone_without_retry(lake: DeliveryLake, spoil: Any, code: str) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html"""

    def spoiled(event: dict[str, Any]) -> dict[str, Any]:
        returned = answer(event)
        spoil(returned["records"])
        return returned

    events = lake.function(spoiled)
    lake.create(lake.transforming(Prefix="bars/", ErrorOutputPrefix="errors/"))
    lake.put(b"a", b"b", b"c")
    (failure,) = lake.failures("errors/")
    assert (failure["errorCode"], failure["rawData"], failure["attemptsMade"]) == (code, "Yg==", 1)
    assert lake.delivered("bars/") == b"ac"
    assert len(events) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"result": "OK"},
        {"result": None},
        {"data": "not base64"},
        {"data": "YQ==Cg=="},  # base64 cannot be extended by appending to it
        {"data": "YQ"},
        {"data": 1},
        {"recordId": 1},
    ],
)
def test_invalid_processor_answer_fails_the_batch_without_retry(lake: DeliveryLake, fields: dict[str, Any]) -> None:
    events = lake.function(lambda event: answer(event, **fields))
    lake.create(lake.transforming())
    lake.put(b"a", b"b")
    failures = lake.failures()
    assert [failure["errorCode"] for failure in failures] == ["Lambda.JsonProcessingException"] * 2
    assert len(events) == 1


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        (None, "Lambda.JsonProcessingException"),
        ("done", "Lambda.JsonProcessingException"),
        ({"records": "done"}, "Lambda.JsonProcessingException"),
        ({}, "Lambda.MissingRecordId"),
        ({"records": []}, "Lambda.MissingRecordId"),
    ],
)
def test_processor_answer_without_records_fails_the_batch(lake: DeliveryLake, returned: Any, code: str) -> None:
    lake.function(lambda _event: returned)
    lake.create(lake.transforming())
    lake.put(b"a", b"b")
    assert [failure["errorCode"] for failure in lake.failures()] == [code] * 2


def test_cloudwatch_logging_names_the_function_of_a_failure(lake: DeliveryLake) -> None:
    lake.function(lambda _event: {})
    lake.create(lake.transforming(CloudWatchLoggingOptions=lake.logging()))
    lake.put(b"a", b"b")
    lake.settled()
    eventually(lake.logged)
    (event,) = lake.logged()
    assert (event["errorCode"], event["processor"]) == ("Lambda.MissingRecordId", FUNCTION_ARN)
