"""Alarms and dashboard: based on existing metrics, described, and silent while nothing is wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from embedded_cloud.scheduler.expression import Cron
from finance_stream import errors
from tests.conftest import ROOT
from tests.package.stages import of_type, template

# The metrics that services emit with these dimensions, by their documentation.
DOCUMENTED = {
    # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    ("AWS/States", "StateMachineArn"): {
        "ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted",
        "ExecutionThrottled",
    },
    # https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
    ("AWS/Firehose", "DeliveryStreamName"): {
        "DeliveryToS3.DataFreshness", "DeliveryToS3.Records", "DeliveryToS3.ObjectCount", "IncomingBytes",
        "IncomingRecords", "ThrottledRecords",
    },
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    ("AWS/Lambda", "FunctionName"): {"Duration", "Errors", "Invocations"},
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    ("AWS/SQS", "QueueName"): {"ApproximateNumberOfMessagesVisible"},
    # This project's own: tests/unit/test_telemetry.py, tests/local/test_schedule.py
    ("finance-stream-local", "service"): {
        "BarsCollected", "RowsRejected", "RecordsNotTaken", "RecordsRefused",
        *(kind.__name__ for kind in errors.NotCollected.__subclasses__()),
    },
}  # fmt: skip
PERIOD = timedelta(minutes=5)
NEW_YORK = ZoneInfo("America/New_York")
# The starts of two weeks in winter, in summer, and around each clock change in 2027.
FORTNIGHTS = [datetime(2027, month, day, tzinfo=UTC) for month, day in ((1, 4), (3, 8), (7, 5), (11, 1))]


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    found: dict[str, Any] = template("watched")["Resources"]
    return found


@pytest.fixture(scope="module")
def alarms(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(of_type(resources, "AWS::CloudWatch::Alarm"))


@pytest.fixture(scope="module")
def dashboard(resources: dict[str, Any]) -> dict[str, Any]:
    [(_, made)] = of_type(resources, "AWS::CloudWatch::Dashboard")
    text, _ = made["DashboardBody"]["Fn::Sub"]
    body: dict[str, Any] = json.loads(re.sub(r"\$\{[^}]*\}", "", text))
    return body


@pytest.fixture(scope="module")
def widgets(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dashboard["widgets"]
    return found


def test_dashboard_keeps_the_period_of_each_widget(dashboard: dict[str, Any]) -> None:
    """By default CloudWatch adapts periods to the range of time, and a sum is then of another period than it says."""
    assert dashboard["periodOverride"] == "inherit"


def watched(alarms: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield namespace, dimension and name of each metric that an alarm watches."""
    for alarm in alarms.values():
        queries = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
        for metric in queries or [alarm]:
            [dimension] = metric["Dimensions"]
            yield metric["Namespace"], dimension["Name"], metric["MetricName"]


def test_alarms_watch_emitted_metrics(alarms: dict[str, dict[str, Any]]) -> None:
    for namespace, dimension, name in watched(alarms):
        assert name in DOCUMENTED[namespace, dimension]


@pytest.mark.fault(40)
def test_alarms_cover_the_required_metrics(alarms: dict[str, dict[str, Any]]) -> None:
    assert {name for *_, name in watched(alarms)} == {
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsStarted",  # none during a session
        "ApproximateNumberOfMessagesVisible",
        "Errors",
        "RecordsRefused",
        "RecordsNotTaken",
        "DeliveryToS3.DataFreshness",
        "ThrottledRecords",
        "RateLimited",
    }


def test_alarms_treat_missing_data_and_notify_the_mail_topic(alarms: dict[str, dict[str, Any]]) -> None:
    mail = {"Fn::If": ["Mailed", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    for alarm in alarms.values():
        assert alarm["TreatMissingData"] == "notBreaching"
        assert (alarm["AlarmActions"], alarm["OKActions"]) == (mail, mail)


def test_alarms_are_explained_in_the_operations_guide(alarms: dict[str, dict[str, Any]]) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = guide.split("\n## Alarms\n")[1].split("\n## ")[0]
    explained = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    names = [alarm["AlarmName"].removeprefix("finance-stream-local-") for alarm in alarms.values()]
    assert sorted(explained) == sorted(names)
    assert all(name in alarm["AlarmDescription"] for name, alarm in zip(names, alarms.values(), strict=True))


@pytest.mark.parametrize("stage", ["local", "dev"])
def test_stage_without_schedule_or_mail_has_no_alarms_or_dashboard(stage: str) -> None:
    found = template(stage)
    assert found["Conditions"]["Watched"] == {"Fn::Or": [{"Condition": "Scheduled"}, {"Condition": "Mailed"}]}
    assert found["Parameters"]["AlarmEmail"]["Default"] == ""
    conditional = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic", "AWS::KMS::Key")
    conditions = {r.get("Condition") for r in found["Resources"].values() if r["Type"] in conditional}
    assert conditions == {"Watched", "Scheduled", "Mailed"}


def test_dashboard_rows_show_emitted_metrics(widgets: list[dict[str, Any]]) -> None:
    rows = [w["properties"]["markdown"] for w in widgets if w["properties"].get("markdown", "").startswith("# ")]
    assert rows == ["# Is it running?", "# Is it fresh?", "# What failed?", "# What does it cost?"]
    shown = [row for widget in widgets if widget["type"] == "metric" for row in widget["properties"]["metrics"]]
    metrics = [row for row in shown if len(row) > 1]
    assert len(metrics) > 20
    for namespace, name, dimension, *_ in metrics:
        assert name in DOCUMENTED[namespace, dimension]
    counted = {name for namespace, name, *_ in metrics if namespace == "finance-stream-local"}
    assert counted == DOCUMENTED["finance-stream-local", "service"]


def test_dashboard_cost_estimate_uses_only_its_own_metrics(widgets: list[dict[str, Any]]) -> None:
    [estimate] = [widget["properties"] for widget in widgets if "Estimate" in widget["properties"].get("title", "")]
    ids = {row[-1]["id"] for row in estimate["metrics"]}
    expressions = [row[0]["expression"] for row in estimate["metrics"] if len(row) == 1]
    assert len(expressions) == 4
    used = {name for text in expressions for name in re.findall(r"\b[a-z]+\b", re.sub(r"'[^']*'", "", text))}
    assert used <= ids


def test_dashboard_cost_estimate_counts_the_states_of_an_execution(
    resources: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    states = resources["Pipeline"]["Properties"]["Definition"]["States"]
    on_the_way = [name for name, state in states.items() if state["Type"] not in ("Fail", "Succeed")]
    assert f"{len(on_the_way)} * FILL(executions, 0)" in json.dumps(widgets)


def no_execution(alarms: dict[str, dict[str, Any]], started: int, period: datetime) -> bool:
    """Evaluate the alarm's metric math in Python, and return true if a period with so many starts counts towards it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    alarm = alarms["NoExecutionAlarm"]
    [expression] = [query["Expression"] for query in alarm["Metrics"] if query["ReturnData"]]
    functions = {
        "IF": lambda condition, yes, no: yes if condition else no,
        "DAY": lambda _: period.isoweekday(),
        "HOUR": lambda _: period.hour,
        "MINUTE": lambda _: period.minute,
    }
    value = eval(expression.replace(" AND ", " and "), {}, {**functions, "started": started})  # noqa: S307 - the template's
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    return bool(value < alarm["Threshold"])


def fortnight(start: datetime) -> list[datetime]:
    return [start + n * PERIOD for n in range(timedelta(days=14) // PERIOD)]


def starts(resources: dict[str, Any], start: datetime) -> Counter[datetime]:
    """Count the executions that the schedules start in each period of a fortnight."""
    crons = [Cron.parse(one["ScheduleExpression"]) for _, one in of_type(resources, "AWS::Scheduler::Schedule")]
    counted: Counter[datetime] = Counter()
    for minute in (start + timedelta(minutes=n) for n in range(14 * 24 * 60)):
        local = minute.astimezone(NEW_YORK)
        counted[start + (minute - start) // PERIOD * PERIOD] += sum(cron.fires_at(local) for cron in crons)
    return counted


@pytest.mark.parametrize("start", FORTNIGHTS, ids=str)
def test_no_execution_alarm_counts_no_period_while_schedules_fire(
    resources: dict[str, Any], alarms: dict[str, dict[str, Any]], start: datetime
) -> None:
    started = starts(resources, start)
    assert [period for period in fortnight(start) if no_execution(alarms, started[period], period)] == []


@pytest.mark.parametrize("start", FORTNIGHTS, ids=str)
def test_no_execution_alarm_fires_within_each_session_only(alarms: dict[str, dict[str, Any]], start: datetime) -> None:
    counting = [period.astimezone(NEW_YORK) for period in fortnight(start) if no_execution(alarms, 0, period)]
    periods: dict[str, int] = Counter(str(period.date()) for period in counting)
    assert len(periods) == 10  # weekdays
    assert min(periods.values()) >= alarms["NoExecutionAlarm"]["EvaluationPeriods"]
    assert min(period.strftime("%H:%M") for period in counting) >= "09:31"
    assert max((period + PERIOD).strftime("%H:%M") for period in counting) <= "16:00"
