"""Custom prefixes, by the rules and the examples of https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose.prefix import Prefix
from tests.embedded_cloud.firehose.lake import STREAM, DeliveryLake

TEN_THIRTY = datetime(2018, 8, 7, 10, 30, 5, tzinfo=UTC)
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> DeliveryLake:
    return DeliveryLake(cloud)


@pytest.mark.parametrize(
    ("text", "evaluated"),
    [
        ("", ""),
        ("legacy/", "legacy/"),
        ("!{timestamp:yyyy/MM/dd}", "2018/08/07"),
        ("y=!{timestamp:yy}/m=!{timestamp:M}/d=!{timestamp:d}/h=!{timestamp:H}", "y=18/m=8/d=7/h=10"),
        ("!{timestamp:HH:mm:ss}", "10:30:05"),
        ("!{timestamp:yyyy-DDD}", "2018-219"),
        ("!{timestamp:'year='yyyy'/month='MM'/day='dd'/hour='HH}/", "year=2018/month=08/day=07/hour=10/"),
        ("!{timestamp:H''m}", "10'30"),
        ("!{timestamp:'o''clock'HH}", "o'clock10"),
    ],
)
def test_prefix_evaluates_timestamps_outside_of_quotes(text: str, evaluated: str) -> None:
    assert Prefix.parse(text, "Prefix").evaluate(TEN_THIRTY) == evaluated


def test_random_string_has_11_characters_and_is_new_each_time() -> None:
    first, second = (
        Prefix.parse("!{firehose:random-string}/!{firehose:random-string}", "Prefix").evaluate(TEN_THIRTY).split("/")
    )
    assert (len(first), len(second)) == (11, 11)
    assert first != second


def test_fill_partition_keys_equates_prefixes_with_the_same_text() -> None:
    prefix = Prefix.parse("!{partitionKeyFromLambda:a}!{partitionKeyFromLambda:b}/!{timestamp:yyyy}", "Prefix")
    assert prefix.fill_partition_keys({"a": "xy", "b": "z"}) == prefix.fill_partition_keys({"a": "x", "b": "yz"})
    assert prefix.fill_partition_keys({"a": "xy", "b": "z"}) != prefix.fill_partition_keys({"a": "x", "b": "y"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Prefix": "!{timestamp:yyyy}/"},
            "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions",
        ),
        (
            {"Prefix": "a/", "ErrorOutputPrefix": "!{timestamp:yyyy}/"},
            "ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}",
        ),
        (
            {"Prefix": "!{firehose:error-output-type}/", "ErrorOutputPrefix": "!{firehose:error-output-type}/"},
            "Prefix must not contain any occurrence of !{firehose:error-output-type}",
        ),
        (
            {"ErrorOutputPrefix": "!{firehose:error-output-type}/!{partitionKeyFromLambda:dt}/"},
            "Dynamic Partitioning Namespaces can't be part of an error prefix expression",
        ),
        ({"Prefix": "!{date:yyyy}/"}, "Namespace to the left of colon (date) is an invalid keyword!"),
        ({"Prefix": "a!{b/"}, "Invalid expression usage in Prefix"),
        ({"Prefix": "!{timestamp}/"}, "Invalid expression usage in Prefix"),
        ({"Prefix": "!{firehose:random}/"}, "Invalid conversion character used in the value of the expression"),
        ({"Prefix": "!{timestamp:YYYY}/"}, "Invalid conversion character used in the value of the expression"),
        ({"Prefix": "!{timestamp:yyyy'T}/"}, "Invalid conversion character used in the value of the expression"),
        ({"Prefix": "a" * 513}, "Length of evaluated prefix cannot be greater than 512"),
        ({"ErrorOutputPrefix": "a" * 513}, "Length of evaluated ErrorOutputPrefix cannot be greater than 512"),
    ],
)
def test_create_delivery_stream_rejects_an_invalid_prefix(
    lake: DeliveryLake, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=re.escape(message)) as refused:
        lake.create(lake.configuration(**changes))
    assert refused.value.response["Error"]["Code"] == "InvalidArgumentException"


def test_prefix_without_an_expression_gets_the_hour_appended(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(Prefix="bars-"))
    lake.put(b"x")
    lake.settled()
    (key,) = lake.objects()
    assert re.fullmatch(rf"bars-\d{{4}}/\d\d/\d\d/\d\d/{STREAM}-1-\d{{4}}(-\d\d){{5}}-{UUID}", key)


def test_prefix_with_an_expression_gets_nothing_appended(lake: DeliveryLake) -> None:
    lake.create(
        lake.configuration(Prefix="r=!{firehose:random-string}/", ErrorOutputPrefix="!{firehose:error-output-type}/")
    )
    lake.put(b"x")
    lake.settled()
    (key,) = lake.objects()
    assert re.fullmatch(rf"r=[0-9a-f-]{{11}}/{STREAM}-1-\d{{4}}(-\d\d){{5}}-{UUID}", key)


def test_custom_time_zone_applies_to_prefix_and_object_name(lake: DeliveryLake, cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html"""
    lake.create(
        lake.configuration(
            Prefix="!{timestamp:yyyy-MM-dd-HH-mm-ss}/",
            ErrorOutputPrefix="!{firehose:error-output-type}/",
            CustomTimeZone="Asia/Kathmandu",  # 5:45 ahead of UTC
        )
    )
    before = cloud.clock.now()
    lake.put(b"x")
    lake.settled()
    (key,) = lake.objects()
    folder, name = key.split("/")
    arrived = datetime.strptime(folder + "+0545", "%Y-%m-%d-%H-%M-%S%z")
    assert abs((arrived - before).total_seconds()) < 60
    assert name.startswith(f"{STREAM}-1-{folder}-")
