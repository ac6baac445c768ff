"""The dates in the answers of every service, in a cloud whose date is far from this computer's."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from embedded_cloud import moto_dates
from embedded_cloud.cloud import REGION, EmbeddedCloud
from tests.embedded_cloud.apigateway.client import call
from tests.embedded_cloud.lambda_.archive import create_function
from tests.local.roles import make_role
from tests.waiting import eventually

START = datetime(2041, 5, 6, 7, 8, 9, tzinfo=UTC)
SLACK = timedelta(hours=2)  # real time and the waits of the test, in the cloud's time
_ISO_DATE = re.compile(r"\b20\d\d-[01]\d-[0-3]\d")
_COMMON_DATE = re.compile(r"\b\d\d/\w{3}/20\d\d\b")
_SECONDS = range(1_500_000_000, 4_000_000_000)
_MILLISECONDS = range(_SECONDS.start * 1000, _SECONDS.stop * 1000)
# Dates that aren't about the present: versions of policies and formats, and the date of AWS's own policies.
_CONSTANTS = {"2012-10-17", "2008-10-17", "2015-03-31", "2010-05-08", "2006-03-01"}


class Answers:
    """The answers of a cloud to its clients, with the dates that they contain."""

    def __init__(self) -> None:
        self.dates: dict[str, list[datetime]] = {}  # by service and path, such as s3 Buckets.CreationDate

    def watch(self, cloud: EmbeddedCloud, service: str) -> Any:
        """Return a client whose answers are recorded."""
        client = cloud.new_client(service)
        client.meta.events.register("after-call", self._record)
        return client

    def _record(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        headers = parsed["ResponseMetadata"]["HTTPHeaders"]
        self.find(f"{service} header", {name: headers[name] for name in ("date", "last-modified") if name in headers})
        self.find(service, {name: value for name, value in parsed.items() if name != "ResponseMetadata"})

    def find(self, path: str, value: Any) -> None:
        """Record the dates below ``value``."""
        if isinstance(value, Mapping):
            for name, inner in value.items():
                self.find(f"{path} {name}", inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                self.find(path, inner)
        else:
            self.dates.setdefault(path, []).extend(read_dates(value))

    def names(self, service: str) -> set[str]:
        """Return the last parts of a service's paths that have a date."""
        return {path.split()[-1] for path, found in self.dates.items() if found and path.split()[0] == service}


def read_dates(value: Any) -> Iterator[datetime]:
    """Yield the dates that a value is or contains."""
    if isinstance(value, datetime):
        yield value if value.tzinfo else value.replace(tzinfo=UTC)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if int(value) in _SECONDS or int(value) in _MILLISECONDS:
            yield datetime.fromtimestamp(value if int(value) in _SECONDS else value / 1000, UTC)
    elif isinstance(value, str):
        yield from _read_text(value)


def _read_text(text: str) -> Iterator[datetime]:
    if text.endswith(" GMT"):
        yield parsedate_to_datetime(text)
    for found in set(_ISO_DATE.findall(text)) - _CONSTANTS:
        yield datetime.fromisoformat(found).replace(tzinfo=UTC)
    for found in _COMMON_DATE.findall(text):
        yield datetime.strptime(found, "%d/%b/%Y").replace(tzinfo=UTC)
    for number in re.findall(r"(?<![\w.-])\d{10,13}(?![\w-])", text):
        yield from read_dates(int(number))


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(start=START) as running, running.clock.held():
        yield running


@pytest.fixture
def answers(cloud: EmbeddedCloud) -> Iterator[Answers]:
    """Record the answers of a test, and assert that each date in them is the cloud's."""
    recorded = Answers()
    yield recorded
    early, late = START.replace(hour=0, minute=0, second=0), cloud.clock.now() + SLACK
    found = {path: [date for date in dates if not early <= date < late] for path, dates in recorded.dates.items()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.fixture(scope="module")
def function(cloud: EmbeddedCloud) -> str:
    """Create a function that logs its date and returns its records. Return its ARN."""
    code = """
        import datetime, json
        def handler(event, context):
            print(datetime.datetime.now(datetime.UTC).isoformat())
            if "records" not in event:
                return event
            return {"records": [{name: one[name] for name in ("recordId", "data")} | ok for one in event["records"]]}
        ok = {"result": "Ok"}
    """
    client = create_function(cloud, "dated", code, Timeout=30)
    return str(client.get_function(FunctionName="dated")["Configuration"]["FunctionArn"])


def test_s3(cloud: EmbeddedCloud, answers: Answers) -> None:
    s3 = answers.watch(cloud, "s3")
    s3.create_bucket(Bucket="dated")
    s3.put_bucket_versioning(Bucket="dated", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="dated", Key="k", Body=b"1")
    s3.copy_object(Bucket="dated", Key="copy", CopySource="dated/k")
    upload = s3.create_multipart_upload(Bucket="dated", Key="parts")["UploadId"]
    s3.upload_part(Bucket="dated", Key="parts", UploadId=upload, PartNumber=1, Body=b"1")
    s3.list_buckets()
    s3.list_objects_v2(Bucket="dated")
    s3.list_object_versions(Bucket="dated")
    s3.list_parts(Bucket="dated", Key="parts", UploadId=upload)
    s3.head_object(Bucket="dated", Key="k")
    s3.get_object(Bucket="dated", Key="k")
    assert answers.names("s3") >= {"CreationDate", "LastModified", "date", "last-modified"}


def test_iam_and_sts(cloud: EmbeddedCloud, answers: Answers) -> None:
    iam, sts = answers.watch(cloud, "iam"), answers.watch(cloud, "sts")
    role = make_role(cloud, "dated-iam", "lambda")
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    policy = iam.create_policy(PolicyName="dated", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_user(UserName="dated")
    iam.create_access_key(UserName="dated")
    iam.create_group(GroupName="dated")
    iam.get_role(RoleName="dated-iam")
    iam.get_policy_version(PolicyArn=policy, VersionId="v1")
    iam.list_access_keys(UserName="dated")
    sts.assume_role(RoleArn=role, RoleSessionName="dated")
    sts.get_caller_identity()
    assert answers.names("iam") >= {"CreateDate", "UpdateDate"}
    assert answers.names("sts") >= {"Expiration"}


def test_sqs_and_sns(cloud: EmbeddedCloud, answers: Answers) -> None:
    sqs, sns = answers.watch(cloud, "sqs"), answers.watch(cloud, "sns")
    url = sqs.create_queue(QueueName="dated")["QueueUrl"]
    topic = sns.create_topic(Name="dated")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{cloud.account_id}:dated")
    sns.publish(TopicArn=topic, Message="m")
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    [message] = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    answers.find("sns delivered", json.loads(message["Body"]))
    assert answers.names("sqs") >= {"CreatedTimestamp", "LastModifiedTimestamp", "SentTimestamp"}
    assert answers.names("sns") >= {"Timestamp", "date"}


def test_kms_glue_and_cloudwatch(cloud: EmbeddedCloud, answers: Answers) -> None:
    kms, glue, cloudwatch = (answers.watch(cloud, service) for service in ("kms", "glue", "cloudwatch"))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.describe_key(KeyId=key)
    deleted = cloud.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)["DeletionDate"]
    assert timedelta() <= deleted - START - timedelta(days=7) < SLACK
    glue.create_database(DatabaseInput={"Name": "dated"})
    glue.create_table(DatabaseName="dated", TableInput={"Name": "t", "StorageDescriptor": {"Columns": []}})
    glue.get_database(Name="dated")
    glue.get_tables(DatabaseName="dated")
    cloudwatch.put_dashboard(DashboardName="dated", DashboardBody='{"widgets": []}')
    cloudwatch.list_dashboards()
    alarm = {"MetricName": "m", "Namespace": "n", "Period": 60, "EvaluationPeriods": 1, "Statistic": "Sum"}
    compared = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 1}
    cloudwatch.put_metric_alarm(AlarmName="dated", **alarm, **compared)
    cloudwatch.set_alarm_state(AlarmName="dated", StateValue="ALARM", StateReason="r")
    cloudwatch.describe_alarms()
    cloudwatch.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}])
    window = {"StartTime": START - timedelta(hours=1), "EndTime": START + SLACK}
    points = cloudwatch.get_metric_statistics(Namespace="n", MetricName="m", Period=3600, Statistics=["Sum"], **window)[
        "Datapoints"
    ]
    assert points
    assert answers.names("kms") >= {"CreationDate"}
    assert answers.names("glue") >= {"CreateTime"}
    assert answers.names("cloudwatch") >= {
        "LastModified",
        "AlarmConfigurationUpdatedTimestamp",
        "StateUpdatedTimestamp",
    }


def test_lambda_and_logs(cloud: EmbeddedCloud, answers: Answers, function: str) -> None:
    lambda_, logs = answers.watch(cloud, "lambda"), answers.watch(cloud, "logs")
    lambda_.get_function(FunctionName=function)
    lambda_.publish_version(FunctionName="dated")
    answer = lambda_.invoke(FunctionName=function, LogType="Tail", Payload=b"{}")
    assert answer["StatusCode"] == 200
    group = "/aws/lambda/dated"
    eventually(lambda: logs.filter_log_events(logGroupName=group)["events"])
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    answers.find("logs stream", stream.replace("/", "-"))
    logs.get_log_events(logGroupName=group, logStreamName=stream)
    logs.describe_log_groups()
    assert answers.names("lambda") >= {"LastModified"}
    assert answers.names("logs") >= {"creationTime", "ingestionTime", "timestamp", "message", "stream"}


def test_firehose(cloud: EmbeddedCloud, answers: Answers, function: str) -> None:
    firehose, s3 = answers.watch(cloud, "firehose"), answers.watch(cloud, "s3")
    s3.create_bucket(Bucket="dated-lake")
    processor = {"Type": "Lambda", "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": function}]}
    destination = {
        "RoleARN": make_role(cloud, "dated-delivery", "firehose"),
        "BucketARN": "arn:aws:s3:::dated-lake",
        "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
        "ProcessingConfiguration": {"Enabled": True, "Processors": [processor]},
        "Prefix": "year=!{timestamp:yyyy-MM-dd}/",
        "ErrorOutputPrefix": "failed/!{firehose:error-output-type}/",
    }
    firehose.create_delivery_stream(DeliveryStreamName="dated", ExtendedS3DestinationConfiguration=destination)
    firehose.describe_delivery_stream(DeliveryStreamName="dated")
    firehose.put_record(DeliveryStreamName="dated", Record={"Data": b"{}\n"})
    [put] = eventually(lambda: s3.list_objects_v2(Bucket="dated-lake").get("Contents", []))
    assert put["Key"].startswith(f"year={START.date()}/dated-1-{START.date()}-")
    assert answers.names("firehose") >= {"CreateTimestamp", "date"}


def test_step_functions(cloud: EmbeddedCloud, answers: Answers, function: str) -> None:
    workflows = answers.watch(cloud, "stepfunctions")
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": function}}
    wait = {
        "Type": "Wait",
        "Seconds": 60,
        "Output": "{% $now() & $string($millis()) & $states.context.State.EnteredTime %}",
    }
    branch, item = ({"StartAt": one, "States": {one: {"Type": "Pass", "End": True}}} for one in ("Branch", "Item"))
    states: dict[str, Any] = {
        "Task": {**task, "Next": "Wait"},
        "Wait": {**wait, "Next": "Parallel"},
        "Parallel": {"Type": "Parallel", "Branches": [branch], "Next": "Map"},
        "Map": {
            "Type": "Map",
            "Items": [1],
            "ItemProcessor": item,
            "Output": "{% [$dates, $states.context] %}",
            "End": True,
        },
    }
    states["Map"]["Output"] = "{% [$dates, $states.context] %}"
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Task", "States": states})
    role = make_role(cloud, "dated-machine", "states")
    machine = workflows.create_state_machine(name="dated", definition=definition, roleArn=role)["stateMachineArn"]
    workflows.update_state_machine(stateMachineArn=machine, definition=definition)
    execution = workflows.start_execution(stateMachineArn=machine)["executionArn"]

    def describe() -> dict[str, Any]:
        return dict(workflows.describe_execution(executionArn=execution))

    assert eventually(describe, lambda found: found["status"] != "RUNNING")["status"] == "SUCCEEDED"
    workflows.get_execution_history(executionArn=execution)
    workflows.describe_state_machine(stateMachineArn=machine)
    workflows.list_executions(stateMachineArn=machine)
    workflows.list_state_machines()
    names = {"creationDate", "updateDate", "startDate", "stopDate", "timestamp", "output"}
    assert answers.names("stepfunctions") >= names


def test_athena(cloud: EmbeddedCloud, answers: Answers) -> None:
    athena, s3 = answers.watch(cloud, "athena"), answers.watch(cloud, "s3")
    s3.create_bucket(Bucket="dated-results")
    athena.create_work_group(Name="dated")
    athena.create_prepared_statement(StatementName="dated", WorkGroup="dated", QueryStatement="SELECT 1")
    athena.get_prepared_statement(StatementName="dated", WorkGroup="dated")
    athena.get_work_group(WorkGroup="dated")
    query = athena.start_query_execution(
        QueryString="SELECT current_date, now()", ResultConfiguration={"OutputLocation": "s3://dated-results/"}
    )["QueryExecutionId"]

    def describe() -> str:
        return str(athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"])

    assert eventually(describe, lambda state: state in ("SUCCEEDED", "FAILED")) == "SUCCEEDED"
    athena.get_query_results(QueryExecutionId=query)
    s3.list_objects_v2(Bucket="dated-results")
    names = {"CreationTime", "LastModifiedTime", "SubmissionDateTime", "CompletionDateTime", "VarCharValue"}
    assert answers.names("athena") >= names


def test_scheduler_and_events(cloud: EmbeddedCloud, answers: Answers) -> None:
    scheduler, events = answers.watch(cloud, "scheduler"), answers.watch(cloud, "events")
    scheduler.create_schedule_group(Name="dated")
    machine = f"arn:aws:states:{REGION}:{cloud.account_id}:stateMachine:m"
    target = {"Arn": machine, "RoleArn": make_role(cloud, "dated-schedule", "scheduler")}
    scheduler.create_schedule(
        Name="dated",
        GroupName="dated",
        ScheduleExpression="cron(0 0 1 1 ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    scheduler.get_schedule(Name="dated", GroupName="dated")
    scheduler.get_schedule_group(Name="dated")
    events.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}])
    events.list_event_buses()
    assert answers.names("scheduler") >= {"CreationDate", "LastModificationDate"}
    assert answers.names("events") >= {"date"}


def test_cloudformation(cloud: EmbeddedCloud, answers: Answers) -> None:
    stacks = answers.watch(cloud, "cloudformation")
    queue: dict[str, Any] = {"Type": "AWS::SQS::Queue"}
    stacks.create_stack(StackName="dated", TemplateBody=json.dumps({"Resources": {"Q": queue}}))
    body = json.dumps({"Resources": {"Q": {**queue, "Properties": {"DelaySeconds": 1}}}})
    stacks.create_change_set(StackName="dated", ChangeSetName="c", TemplateBody=body)
    stacks.describe_change_set(StackName="dated", ChangeSetName="c")
    stacks.execute_change_set(StackName="dated", ChangeSetName="c")
    detection = stacks.detect_stack_drift(StackName="dated")["StackDriftDetectionId"]
    stacks.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    stacks.describe_stack_resource_drifts(StackName="dated")
    stacks.describe_stacks(StackName="dated")
    stacks.describe_stack_events(StackName="dated")
    stacks.describe_stack_resources(StackName="dated")
    stacks.describe_stack_resource(StackName="dated", LogicalResourceId="Q")
    stacks.delete_stack(StackName="dated")
    stacks.list_stacks()
    names = {"CreationTime", "LastUpdatedTime", "Timestamp", "LastUpdatedTimestamp", "DeletionTime"}
    assert answers.names("cloudformation") >= names


def test_api_gateway(cloud: EmbeddedCloud, answers: Answers, function: str) -> None:
    apis, logs = answers.watch(cloud, "apigatewayv2"), answers.watch(cloud, "logs")
    logs.create_log_group(logGroupName="dated-access")
    made = apis.create_api(Name="dated", ProtocolType="HTTP")
    how = {"IntegrationType": "AWS_PROXY", "IntegrationUri": function, "PayloadFormatVersion": "2.0"}
    integration = apis.create_integration(ApiId=made["ApiId"], **how)["IntegrationId"]
    apis.create_route(ApiId=made["ApiId"], RouteKey="GET /", Target=f"integrations/{integration}")
    group = f"arn:aws:logs:{REGION}:{cloud.account_id}:log-group:dated-access"
    line = json.dumps({"time": "$context.requestTime", "epoch": "$context.requestTimeEpoch"})
    log = {"DestinationArn": group, "Format": line}
    apis.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True, AccessLogSettings=log)
    cloud.client("lambda").add_permission(
        FunctionName="dated", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    answered = call("GET", f"{made['ApiEndpoint']}/")
    answers.find("execute-api header", answered.headers["date"])
    answers.find("execute-api event", answered.json()["requestContext"])
    events = eventually(lambda: logs.filter_log_events(logGroupName="dated-access")["events"])
    assert len(list(read_dates(events[0]["message"]))) == 2
    apis.get_apis()
    apis.get_stages(ApiId=made["ApiId"])
    assert answers.names("apigatewayv2") >= {"CreatedDate", "LastUpdatedDate"}
    assert answers.names("execute-api") >= {"header", "time", "timeEpoch"}


# Services that the embedded cloud doesn't offer. moto's Lambda and Systems Manager import their modules.
NOT_OFFERED = ("moto.apigateway.", "moto.ecr.", "moto.moto_api.", "moto.secretsmanager.")
_MODULES = {"datetime", "date", "time"}
_PRESENT = {"now", "utcnow", "today", "time", "time_ns"}


def test_modules_of_moto_read_the_clouds_date() -> None:
    found = {
        f"{name}: {ast.unparse(read)}"
        for name, module in sys.modules.items()
        if name.startswith("moto.") and not name.startswith(NOT_OFFERED) and module.__file__
        for read in reads_of_the_present(Path(module.__file__).read_text(encoding="utf-8"))
        if not is_stand_in(vars(module).get(find_root(read)))
    }
    assert found == set()


def reads_of_the_present(source: str) -> Iterator[ast.Attribute]:
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in _PRESENT and find_root(called) in _MODULES:
            yield called


def find_root(read: ast.expr) -> str:
    """Return the name that an expression begins with: ``datetime`` of ``datetime.datetime.now``."""
    return ast.unparse(read).partition(".")[0]


def is_stand_in(value: object) -> bool:
    return value in (moto_dates.DATETIME, moto_dates.TIME, moto_dates.CloudDatetime)
