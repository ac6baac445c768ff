"""Lambda's limits: a call over a limit is refused, never queued or truncated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.backend import EmbeddedLambdaBackend
from tests.embedded_cloud.lambda_.archive import archive, call, create_function
from tests.waiting import eventually

# Runs until the file ``go`` exists.
GATE = """
    import os, time
    def handler(event, context):
        open(event["here"] + "/" + context.aws_request_id, "w").close()
        while not os.path.exists(event["go"]):
            time.sleep(0.01)
        return "done"
"""


@pytest.fixture
def narrow() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(function_concurrency=3) as cloud:
        yield cloud


class HeldFunctions:
    """Invocations that run until :meth:`open`."""

    def __init__(self, cloud: EmbeddedCloud, folder: Path) -> None:
        self.client = cloud.client("lambda", config=Config(retries={"max_attempts": 0}))
        self._here, self._go = folder / "here", folder / "go"
        self._here.mkdir()
        self._threads = ThreadPoolExecutor(8)

    def enter(self, name: str) -> Any:
        before = len(list(self._here.iterdir()))
        answer = self._threads.submit(self.invoke, name)
        while len(list(self._here.iterdir())) == before:
            assert not answer.done(), answer.result()
        return answer

    def invoke(self, name: str) -> Any:
        event = json.dumps({"here": str(self._here), "go": str(self._go)})
        return json.loads(self.client.invoke(FunctionName=name, Payload=event)["Payload"].read())

    def open(self) -> None:
        self._go.touch()


def test_invoke_rejects_a_call_over_the_account_concurrency(narrow: EmbeddedCloud, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    create_function(narrow, "gate", GATE, Timeout=60)
    gate = HeldFunctions(narrow, tmp_path)
    under_way = [gate.enter("gate") for _ in range(3)]
    with pytest.raises(ClientError) as refused:
        gate.invoke("gate")
    gate.open()
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert _reason(refused.value) == "ConcurrentInvocationLimitExceeded"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert [answer.result() for answer in under_way] == ["done"] * 3
    assert gate.invoke("gate") == "done"


def test_reserved_concurrency_limits_its_function_and_the_others(narrow: EmbeddedCloud, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    client = create_function(narrow, "reserved", GATE, Timeout=60)
    create_function(narrow, "other", GATE, Timeout=60)
    client.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=1)
    gate = HeldFunctions(narrow, tmp_path)
    under_way = [gate.enter("reserved"), gate.enter("other"), gate.enter("other")]
    for name, reason in (
        ("reserved", "ReservedFunctionConcurrentInvocationLimitExceeded"),
        ("other", "ConcurrentInvocationLimitExceeded"),
    ):
        with pytest.raises(ClientError) as refused:
            gate.invoke(name)
        assert _reason(refused.value) == reason
    gate.open()
    assert [answer.result() for answer in under_way] == ["done"] * 3


def test_put_function_concurrency_rejects_more_than_the_account_has(narrow: EmbeddedCloud) -> None:
    client = create_function(narrow, "greedy", GATE)
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="UnreservedConcurrentExecution"):
        client.put_function_concurrency(FunctionName="greedy", ReservedConcurrentExecutions=4)


def test_reserved_concurrency_of_zero_disables_the_function(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "off", GATE)
    client.put_function_concurrency(FunctionName="off", ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        call(cloud.client("lambda", config=Config(retries={"max_attempts": 0})), "off")


ECHO = "def handler(event, context): return event if isinstance(event, str) else 'x' * event['answer']"


def test_invoke_rejects_a_request_or_answer_over_6_mb(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    client = create_function(cloud, "echo", ECHO, Timeout=30)
    most = 6_291_456
    text = "x" * (most - 2)
    assert call(client, "echo", text) == (text, None)
    with pytest.raises(client.exceptions.RequestTooLargeException, match=f"{most + 1} byte payload is too large"):
        call(client, "echo", text + "x")
    answer, error = call(client, "echo", {"answer": 6_291_556 - 2})
    assert (len(answer), error) == (6_291_554, None)
    answer, error = call(client, "echo", {"answer": 6_291_556 - 1})
    assert (answer["errorType"], error) == ("Function.ResponseSizeTooLarge", "Unhandled")


def test_invoke_rejects_an_asynchronous_event_over_1_mb(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "later", ECHO)
    text = json.dumps("x" * (1_048_576 - 2))
    assert client.invoke(FunctionName="later", InvocationType="Event", Payload=text)["StatusCode"] == 202
    with pytest.raises(client.exceptions.RequestTooLargeException, match="Event invocation type"):
        client.invoke(FunctionName="later", InvocationType="Event", Payload=text[:-1] + 'x"')


def test_invoke_rejects_a_payload_that_is_not_json(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "strict", ECHO)
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName="strict", Payload=b"not json")


def test_invoke_with_dry_run_runs_nothing(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "dry", "raise SystemExit")
    assert client.invoke(FunctionName="dry", InvocationType="DryRun")["StatusCode"] == 204
    assert cloud.client("logs").describe_log_groups()["logGroups"] == []


def test_invoke_retries_an_asynchronous_event_twice_then_keeps_it(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    sqs = cloud.client("sqs")
    queue = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    code = "def handler(event, context): print('attempt'); raise ValueError"
    client = create_function(cloud, "fails", code, DeadLetterConfig={"TargetArn": arn})
    sent = cloud.clock.now()
    client.invoke(FunctionName="fails", InvocationType="Event", Payload=b'{"n": 1}')
    (letter,) = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    assert cloud.clock.now() - sent >= timedelta(minutes=1 + 2)
    assert json.loads(letter["Body"]) == {"n": 1}
    events = cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/fails")["events"]
    assert [event["message"] for event in events].count("attempt") == 3


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({"Timeout": 901}, "timeout"),
        ({"MemorySize": 10_241}, "memorySize"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "AWS_REGION"),
        ({"Environment": {"Variables": {"A": "x" * 4_096}}}, "4KB limit"),
        ({"Runtime": "nodejs22.x"}, "nodejs22.x"),
        ({"LoggingConfig": {"LogFormat": "JSON"}}, "JSON"),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "SnapStart"),
    ],
)
def test_create_function_rejects_unsupported_configurations(
    cloud: EmbeddedCloud, configuration: dict[str, Any], message: str
) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    with pytest.raises(ClientError, match=message):
        create_function(cloud, "refused", ECHO, **configuration)


def test_update_function_code_rejects_a_missing_archive(cloud: EmbeddedCloud) -> None:
    cloud.client("s3").create_bucket(Bucket="archives")
    client = create_function(cloud, "there", ECHO)
    for bucket, code in (("archives", "NoSuchKey"), ("nowhere", "NoSuchBucket")):
        with pytest.raises(client.exceptions.InvalidParameterValueException, match=code):
            client.update_function_code(FunctionName="there", S3Bucket=bucket, S3Key="none.zip")


def test_create_function_rejects_a_broken_archive(cloud: EmbeddedCloud) -> None:
    with pytest.raises(ClientError, match="Could not unzip uploaded file"):
        create_function(cloud, "torn", archive(ECHO)[:-10])


def test_invoke_runs_several_events_at_once(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    """Two events wait for each other. If they ran one after the other, both would time out."""
    code = """
        import os, time
        def handler(event, context):
            open(event["mine"], "w").close()
            while not os.path.exists(event["other"]):
                time.sleep(0.01)
            return "met"
    """
    client = create_function(cloud, "meet", code, Timeout=20)
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    events = [{"mine": one, "other": two}, {"mine": two, "other": one}]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda event: call(client, "meet", event), events))
    assert answers == [("met", None)] * 2


def _reason(refused: ClientError) -> Any:
    return cast(dict[str, Any], refused.response)["Reason"]


def test_invoke_reports_a_cloud_that_is_stopping(narrow: EmbeddedCloud) -> None:
    """A stream that still delivers gets an error of Lambda. Nothing is printed."""
    create_function(narrow, "late", "def handler(event, context): return 1")
    EmbeddedLambdaBackend.pool.stop()
    client = narrow.client("lambda", config=Config(retries={"max_attempts": 0}))
    with pytest.raises(ClientError, match="is stopping") as refused:
        client.invoke(FunctionName="late")
    assert refused.value.response["Error"]["Code"] == "ServiceException"
