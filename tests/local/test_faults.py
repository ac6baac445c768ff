"""The faults of a plan, as real clients in the embedded cloud see them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from local.faults.injection import FaultInjector
from local.faults.plan import FaultPlan, Rule
from local.yahoo.chart import make_chart
from local.yahoo.rows import SPOILT_ROWS
from local.yahoo.synthetic import make_synthetic_session
from tests.embedded_cloud.firehose.lake import DeliveryLake
from tests.embedded_cloud.lambda_.archive import call, create_function
from tests.local.roles import make_role

COUNTS = """
    import pathlib
    def handler(event, context):
        with pathlib.Path(event["file"]).open("a") as file:
            file.write("done ")
        return "answer"
"""


def arm(cloud: EmbeddedCloud, **rule: Any) -> FaultInjector:
    injector = FaultInjector(FaultPlan(faults=(Rule(**rule),)))
    cloud.faults = injector
    return injector


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [("denied", "AccessDenied", 403), ("throttled", "SlowDown", 503), ("unavailable", "InternalError", 500)],
)
def test_s3_fault_refuses_a_role_but_not_the_administrator(
    cloud: EmbeddedCloud, fault: str, code: str, status: int
) -> None:
    cloud.client("s3").create_bucket(Bucket="lake")
    client = cloud.client("s3", make_role(cloud, "writer", "firehose"))
    arm(cloud, call="s3:PutObject", of="bars/*", times=None, fault=fault)
    client.put_object(Bucket="lake", Key="other/1", Body=b"x")
    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket="lake", Key="bars/1", Body=b"x")
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    cloud.client("s3").put_object(Bucket="lake", Key="bars/1", Body=b"x")  # the plan doesn't apply to the administrator


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("denied", "AccessDeniedException", 403),
        ("throttled", "TooManyRequestsException", 429),
        ("unavailable", "ServiceException", 500),
    ],
)
def test_lambda_fault_refuses_a_role(cloud: EmbeddedCloud, fault: str, code: str, status: int) -> None:
    arm(cloud, call="lambda:InvokeFunction", of="function:collector", times=None, fault=fault)
    client = cloud.client("lambda", make_role(cloud, "caller", "states"))
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName="collector", Payload=b"{}")
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_athena_fault_throttles_a_role(cloud: EmbeddedCloud) -> None:
    injector = arm(cloud, call="athena:StartQueryExecution", times=None, fault="throttled")
    client = cloud.client("athena", make_role(cloud, "asker", "states"))
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.start_query_execution(QueryString="SELECT 1", WorkGroup="primary")
    assert injector.injected[0][0] == "athena:StartQueryExecution"


@pytest.mark.parametrize(
    ("fault", "kind", "done"),
    [
        ("crash", "Runtime.ExitError", ""),
        ("crash-after", "Runtime.ExitError", "done "),
        ("out-of-memory", "Runtime.OutOfMemory", ""),
        ("timeout", "Sandbox.Timedout", ""),
    ],
)
def test_function_fault_ends_a_function_before_or_after_its_work(
    cloud: EmbeddedCloud, tmp_path: Any, fault: str, kind: str, done: str
) -> None:
    client = create_function(cloud, "stage-collector", COUNTS)
    file = tmp_path / "done"
    file.touch()
    arm(cloud, call="lambda:function", of="collector", fault=fault)
    answer, error = call(client, "stage-collector", {"file": str(file)})
    assert (answer["errorType"], error) == (kind, "Unhandled")
    assert file.read_text() == done
    assert call(client, "stage-collector", {"file": str(file)}) == ("answer", None)
    assert file.read_text() == done + "done "


def test_firehose_fault_delivers_an_object_twice(cloud: EmbeddedCloud) -> None:
    lake = DeliveryLake(cloud)
    lake.create(lake.configuration())
    arm(cloud, call="firehose:delivery", fault="twice")
    lake.put(b"bar\n")
    lake.settled()
    assert list(lake.objects().values()) == [b"bar\n"] * 2


@pytest.mark.parametrize(
    ("name", "rows", "times"),
    [
        ("null-rows", 60, 60),
        ("crossed-rows", 60, 60),
        ("repeated-rows", 61, 60),
        ("unsorted-rows", 60, 60),
        ("late-rows", 30, 30),
        ("halted", 50, 50),
    ],
)
def test_spoilt_rows_change_a_chart_in_one_way_each(name: str, rows: int, times: int) -> None:
    replay = make_synthetic_session(dt.date(2025, 11, 26), ["META"])
    window = {"period1": "1764167400", "period2": "1764171000", "interval": "1m"}  # its first hour
    right = make_chart(replay, "META", window)["chart"]["result"][0]
    spoilt = SPOILT_ROWS[name].spoil_chart(make_chart(replay, "META", window))["chart"]["result"][0]
    assert (len(spoilt["timestamp"]), len(set(spoilt["timestamp"]))) == (rows, times)
    quotes = [one["indicators"]["quote"][0] for one in (right, spoilt)]
    assert json.dumps(quotes[0]) != json.dumps(quotes[1])
    assert {len(column) for column in quotes[1].values()} == {rows}
    nulls = sum(high is None for high in quotes[1]["high"])
    crossed = sum(h is not None and h < low for h, low in zip(quotes[1]["high"], quotes[1]["low"], strict=True))
    assert (nulls, crossed) == (9 if name == "null-rows" else 0, 6 if name == "crossed-rows" else 0)
