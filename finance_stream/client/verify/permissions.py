"""The actions that each role of the stack must be allowed, and actions that it must be refused.

docs/permissions.md describes the roles. Tests compare the allowed actions with the template's, one by one, and with
those that a local run needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TRACES = ("xray:PutTraceSegments xray:PutTelemetryRecords", "*")
MACHINE_LOGS_AND_TRACES = (
    "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries "
    "logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups "
    "xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets",
    "*",
)
# ARNs. StackArns has the fields.
BUCKET = "arn:{partition}:s3:::{bucket}"
BARS = BUCKET + "/bars/interval=1m/dt=2026-11-23/a.json.gz"
HOURLY_BARS = BUCKET + "/bars/interval=1h/dt=2026-11-23/a.json.gz"
COMPACTED = BUCKET + "/compacted/interval=1m/dt=2026-11-23/a"
RESULT = BUCKET + "/athena-results/a.csv"
MAP_RESULT = BUCKET + "/map-results/a/SUCCEEDED_0.json"
DEAD_LETTER = BUCKET + "/dead-letter/interval=1m/dt=2026-11-23/a.json.gz"
REFUSED_RECORD = BUCKET + "/processing-failed/dt=2026-11-23/a"
STREAM = "arn:{partition}:firehose:{region}:{account}:deliverystream/{stream}"
FUNCTION = "arn:{{partition}}:lambda:{{region}}:{{account}}:function:{{stack}}-{0}"
MACHINE = "arn:{{partition}}:states:{{region}}:{{account}}:stateMachine:{{stack}}-{0}"
EXECUTION = "arn:{partition}:states:{region}:{account}:execution:{stack}-pipeline:a"
MAP_ITEM = "arn:{partition}:states:{region}:{account}:execution:{stack}-pipeline/CollectBars:a"
MAP_RUN = "arn:{partition}:states:{region}:{account}:mapRun:{stack}-pipeline/CollectBars:a"
WORKGROUP = "arn:{partition}:athena:{region}:{account}:workgroup/{workgroup}"
OTHER_WORKGROUP = "arn:{partition}:athena:{region}:{account}:workgroup/primary"
DATA_CATALOG = "arn:{partition}:athena:{region}:{account}:datacatalog/AwsDataCatalog"
GLUE = "arn:{partition}:glue:{region}:{account}:"
DATABASE, DEFAULT_DATABASE = GLUE + "database/{database}", GLUE + "database/default"
VIEW, COMPACTED_TABLE = GLUE + "table/{database}/bars", GLUE + "table/{database}/compacted_bars"
QUEUE = "arn:{partition}:sqs:{region}:{account}:{stack}-schedule-dead-letters"

PUT_IN_PARTS = "s3:PutObject s3:GetObject s3:AbortMultipartUpload s3:ListMultipartUploadParts"
LIST_BUCKET = "s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads"
READ_CATALOG = "glue:GetDatabase glue:GetTable glue:GetPartitions"
WRITE_PARTITIONS = (
    "glue:GetPartition glue:BatchGetPartition glue:CreatePartition glue:BatchCreatePartition glue:UpdatePartition"
)

PIPELINE_FUNCTIONS = ("planner", "collector", "counter", "checker")


def _log_stream(group: str) -> str:
    return "arn:{partition}:logs:{region}:{account}:log-group:" + group + ":log-stream:a"


def _function_may(name: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    log = ("logs:CreateLogStream logs:PutLogEvents", _log_stream(f"/aws/lambda/{{stack}}-{name}"))
    return (TRACES, log, *more)


@dataclass(frozen=True)
class RolePermissions:
    """Actions, separated by spaces, each on one resource."""

    may: tuple[tuple[str, str], ...]
    may_not: tuple[tuple[str, str], ...]


# No role of the stack may do these.
NOBODY_MAY = (
    ("iam:PassRole iam:PutRolePolicy", "*"),
    ("s3:DeleteObjectVersion", BARS),
    ("s3:DeleteBucket s3:PutBucketPolicy", BUCKET),
    ("glue:UpdateTable glue:DeleteTable", VIEW),
    ("firehose:UpdateDestination firehose:DeleteDeliveryStream", STREAM),
)
_READS_NO_BARS = ("s3:GetObject s3:PutObject s3:DeleteObject", BARS)
_STARTS_NOTHING = ("states:StartExecution", MACHINE.format("pipeline"))
_PUTS_RECORDS = (
    ("firehose:PutRecordBatch", STREAM),
    ("s3:PutObject", DEAD_LETTER),
)
_KEEPS_RECORDS_ONLY = (_READS_NO_BARS, ("s3:GetObject s3:DeleteObject", DEAD_LETTER), _STARTS_NOTHING)
_ASKS_ATHENA = (
    ("athena:GetDataCatalog", DATA_CATALOG),
    ("glue:GetDatabase", DEFAULT_DATABASE),
    (READ_CATALOG, VIEW),
    ("glue:GetDatabase", DATABASE),
    (LIST_BUCKET, BUCKET),
    ("s3:GetObject", BARS),
    (PUT_IN_PARTS, RESULT),
    MACHINE_LOGS_AND_TRACES,
)

ROLES = {
    "PlannerRole": RolePermissions(
        _function_may("planner"), (_READS_NO_BARS, ("firehose:PutRecordBatch", STREAM), _STARTS_NOTHING)
    ),
    "TransformerRole": RolePermissions(
        _function_may("transformer"), (_READS_NO_BARS, ("firehose:PutRecordBatch", STREAM), _STARTS_NOTHING)
    ),
    "CollectorRole": RolePermissions(_function_may("collector", *_PUTS_RECORDS), _KEEPS_RECORDS_ONLY),
    "PollerRole": RolePermissions(_function_may("poller", *_PUTS_RECORDS), _KEEPS_RECORDS_ONLY),
    "CounterRole": RolePermissions(
        _function_may("counter", ("s3:GetObject", MAP_RESULT)),
        (_READS_NO_BARS, ("s3:PutObject s3:DeleteObject", MAP_RESULT), _STARTS_NOTHING),
    ),
    "CheckerRole": RolePermissions(
        _function_may("checker", ("s3:GetObject", RESULT), ("s3:GetObject", MAP_RESULT)),
        (_READS_NO_BARS, ("s3:PutObject s3:DeleteObject", RESULT), _STARTS_NOTHING),
    ),
    "StarterRole": RolePermissions(
        _function_may(
            "starter",
            ("states:StartExecution", MACHINE.format("pipeline")),
            ("states:DescribeExecution", EXECUTION),
        ),
        (_READS_NO_BARS, ("states:StopExecution", EXECUTION), ("states:StartExecution", MACHINE.format("compact"))),
    ),
    "FollowerRole": RolePermissions(
        _function_may(
            "follower",
            ("states:DescribeExecution states:GetExecutionHistory states:ListMapRuns", EXECUTION),
            ("states:DescribeMapRun", MAP_RUN),
        ),
        (_READS_NO_BARS, ("states:StopExecution", EXECUTION), _STARTS_NOTHING),
    ),
    "PipelineRole": RolePermissions(
        (
            *(("lambda:InvokeFunction", FUNCTION.format(name)) for name in PIPELINE_FUNCTIONS),
            (PUT_IN_PARTS, MAP_RESULT),
            ("states:StartExecution", MACHINE.format("pipeline")),
            ("states:DescribeExecution states:StopExecution", MAP_ITEM),
            (
                "athena:StartQueryExecution athena:GetQueryExecution athena:StopQueryExecution "
                "athena:GetPreparedStatement",
                WORKGROUP,
            ),
            *_ASKS_ATHENA,
            ("s3:GetObject", COMPACTED),
        ),
        (
            ("lambda:InvokeFunction", FUNCTION.format("poller")),
            ("s3:PutObject s3:DeleteObject", BARS),
            ("s3:PutObject s3:DeleteObject", COMPACTED),
            ("athena:StartQueryExecution", OTHER_WORKGROUP),
        ),
    ),
    "PollRole": RolePermissions(
        (
            *(("lambda:InvokeFunction", FUNCTION.format(name)) for name in ("planner", "poller")),
            MACHINE_LOGS_AND_TRACES,
        ),
        (
            _READS_NO_BARS,
            ("lambda:InvokeFunction", FUNCTION.format("collector")),
            ("athena:StartQueryExecution", WORKGROUP),
            _STARTS_NOTHING,
        ),
    ),
    "CompactRole": RolePermissions(
        (
            (
                "athena:StartQueryExecution athena:GetQueryExecution athena:GetQueryResults "
                "athena:StopQueryExecution athena:GetPreparedStatement",
                WORKGROUP,
            ),
            *_ASKS_ATHENA,
            (WRITE_PARTITIONS, COMPACTED_TABLE),
            ("s3:DeleteObject", BARS),
            (PUT_IN_PARTS, COMPACTED),
        ),
        (
            ("s3:DeleteObject", HOURLY_BARS),
            ("s3:DeleteObject", COMPACTED),
            ("s3:PutObject", BARS),
            ("lambda:InvokeFunction", FUNCTION.format("collector")),
            ("athena:StartQueryExecution", OTHER_WORKGROUP),
        ),
    ),
    "DeliveryStreamRole": RolePermissions(
        (
            ("lambda:InvokeFunction lambda:GetFunctionConfiguration", FUNCTION.format("transformer")),
            (LIST_BUCKET, BUCKET),
            ("s3:PutObject s3:GetObject s3:AbortMultipartUpload", BARS),
            ("s3:PutObject", REFUSED_RECORD),
            ("logs:PutLogEvents", _log_stream("/aws/kinesisfirehose/{stream}")),
        ),
        (
            ("lambda:InvokeFunction", FUNCTION.format("planner")),
            ("s3:PutObject", COMPACTED),
            ("s3:PutObject", RESULT),
            ("s3:PutObject", DEAD_LETTER),
            ("s3:DeleteObject", BARS),
        ),
    ),
    "ScheduleRole": RolePermissions(
        (
            *(("states:StartExecution", MACHINE.format(name)) for name in ("pipeline", "poll", "compact")),
            ("sqs:SendMessage", QUEUE),
        ),
        (
            ("states:StopExecution", EXECUTION),
            ("lambda:InvokeFunction", FUNCTION.format("collector")),
            ("sqs:ReceiveMessage", QUEUE),
            _READS_NO_BARS,
        ),
    ),
}


def list_allowed_actions() -> Iterator[tuple[str, str]]:
    """Yield each role with each action that it must be allowed."""
    for role, permissions in ROLES.items():
        for actions, _ in permissions.may:
            for action in actions.split():
                yield role, action
