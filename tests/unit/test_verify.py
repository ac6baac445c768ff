"""The parts of ``npm run verify``: its package, its canary's removal, its recording and its table."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from finance_stream.client.console import PlainConsole
from finance_stream.client.deployment import Deployment
from finance_stream.client.verify import canary as canary_module
from finance_stream.client.verify.canary import Canary, CanaryError, choose_day
from finance_stream.client.verify.checks import MAX_NAMED, Check, check_differences, make_table
from finance_stream.client.verify.lake import COLUMNS, check_objects
from finance_stream.client.verify.monitoring import check_alarms
from finance_stream.client.verify.recording import redact
from finance_stream.client.verify.stack import StackChecker
from finance_stream.client.verify.stream import StreamSettings
from finance_stream.client.verify.template import Package
from finance_stream.collect.dead_letter import encode_content
from tests.recordings import compare_recordings, thin_out
from tests.unit.lake import FakeS3

BEGAN = dt.datetime(2026, 11, 23, 21, 0, tzinfo=dt.UTC)
ENDED = BEGAN + dt.timedelta(minutes=3)
FOLDER = "bars/interval=1h/dt=2025-03-03/"
KEY = f"{FOLDER}lake-bars-1-2026-11-23-21-01-02-0e2c5a5f-8a52-4d0c-9b4e-0123456789ab.json.gz"


def bar(hour: int, *, second: int = 30, name: str = "META", interval: str = "1h", date: str = "2025-03-03") -> bytes:
    at = BEGAN + dt.timedelta(seconds=second)
    fields = {"name": name, "ts": f"{date}T{hour:02}:30:00-05:00", "open": 1.0, "high": 2.0, "low": 1.0, "close": 1.5}
    fields |= {"volume": 10, "interval": interval, "collected_at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    return json.dumps(fields).encode()


def delivered(*lines: bytes) -> bytes:
    return gzip.compress(b"".join(line + b"\n" for line in lines))


class DoesNotExistError(Exception):
    """Step Functions' error for an unknown execution."""


class FakeStepFunctions:
    """A canary's execution that has ended, or none."""

    exceptions = SimpleNamespace(ExecutionDoesNotExist=DoesNotExistError)

    def __init__(self, *, started: bool) -> None:
        self._started = started

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        assert executionArn == "arn:aws:states:us-east-1:123456789012:execution:pipeline:verify-a"
        if not self._started:
            raise DoesNotExistError
        return {"status": "SUCCEEDED", "startDate": BEGAN, "stopDate": ENDED}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "get_execution_history"
        place = {"ResultWriterDetails": {"Bucket": "lake", "Key": "map-results/a/manifest.json"}}
        left = {"stateExitedEventDetails": {"name": "CollectBars", "output": json.dumps(place)}}
        return SimpleNamespace(paginate=lambda **_: [{"events": [left]}])


def make_canary(objects: dict[str, bytes], *before: str, started: bool = True) -> tuple[Canary, FakeS3]:
    s3 = FakeS3(objects)
    deployment = SimpleNamespace(
        bucket="lake",
        stream="lake-bars",
        s3=s3,
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:pipeline",
        step_functions=FakeStepFunctions(started=started),
        now=lambda: ENDED,
    )
    canary = Canary(cast(Deployment, deployment), "META", dt.date(2025, 3, 3), name="verify-a")
    canary.folders, canary.before = (FOLDER, "dead-letter/interval=1h/", "processing-failed/"), frozenset(before)
    return canary, s3


def remove(canary: Canary, collected: int | None) -> list[str]:
    return canary.remove(collected, 0, lambda _: None)


# The canary's removal


def test_canary_removes_its_objects_and_results() -> None:
    failed = "processing-failed/dt=2026-11-23/a"
    records = {KEY: delivered(bar(9), bar(10)), failed: encode_content([bar(11)], "code", "said")}
    result = "athena-results/q.csv"
    maps = {f"map-results/{name}": b"" for name in ("a/manifest.json", "a/SUCCEEDED_0.json", "b/manifest.json")}
    canary, s3 = make_canary({**records, result: b"", f"{result}.metadata": b"", "athena-results/p.csv": b"", **maps})
    canary.results = [f"s3://lake/{result}", "s3://other/athena-results/p.csv", ""]
    assert remove(canary, 3) == []
    assert list(s3.objects) == ["athena-results/p.csv", "map-results/b/manifest.json"]


@pytest.mark.parametrize(
    "content",
    [
        delivered(bar(9), bar(9, name="NFLX")),
        delivered(bar(9), bar(9, second=-1)),
        delivered(bar(9), bar(9, second=181)),
        delivered(bar(9), bar(10, second=31)),
        delivered(bar(9), b"no bar"),
        b"no gzip",
    ],
    ids=["another ticker", "collected before", "collected after", "two collections", "no bar", "no gzip"],
)
def test_canary_keeps_and_names_objects_with_other_lines(content: bytes) -> None:
    canary, s3 = make_canary({KEY: content})
    assert remove(canary, 0) == [f"s3://lake/{KEY}, not only the canary's"]
    assert s3.changes == []


@pytest.mark.parametrize(
    "content",
    [delivered(bar(9, interval="5m")), delivered(bar(9, date="2025-03-04")), delivered(bar(9, name="NFLX"))],
)
def test_canary_ignores_objects_without_its_bars(content: bytes) -> None:
    canary, s3 = make_canary({KEY: content})
    assert (remove(canary, 0), s3.changes) == ([], [])


def test_canary_keeps_objects_from_before_and_counts_missing_bars() -> None:
    canary, s3 = make_canary({KEY: delivered(bar(9))}, KEY)
    assert remove(canary, 7) == ["7 bars that the stream hasn't delivered"]
    assert remove(canary, None) == []
    assert s3.changes == []


def test_canary_that_never_started_removes_nothing() -> None:
    canary, s3 = make_canary({KEY: delivered(bar(9))}, started=False)
    assert remove(canary, None) == [f"s3://lake/{KEY}, not only the canary's"]
    assert s3.changes == []


# The objects in the lake


def check(content: bytes, key: str = KEY, collected: int = 2) -> dict[str, str]:
    canary, _ = make_canary({key: content})
    checks = check_objects(canary, canary.read_new(), collected, lambda *_: None)
    return {one.name: one.found for one in checks if not one.passes}


def test_check_objects_accepts_documented_ones() -> None:
    assert check(delivered(bar(9), bar(10))) == {}


def test_check_objects_names_each_fault() -> None:
    two = bar(9) + b"\n" + bar(10)
    key = f"{FOLDER}other.json.gz"
    assert check(gzip.compress(two)) == {"end of each record": f"{KEY} doesn't end with one"}
    assert check(delivered(two), key) == {"object's key": f"s3://.../{key}"}
    assert check(delivered(two), collected=7) == {"bars in the objects": "2 collected"}
    glued = check(gzip.compress(bar(9) + bar(10) + b"\n"))
    assert glued["fields of each bar"].startswith('not JSON: {"name": "META"')
    assert check(two + b"\n")["object's compression"] == f"{KEY} is not gzip"
    swapped = json.dumps(dict(reversed(json.loads(bar(9)).items()))).encode()
    assert check(delivered(swapped))["fields of each bar"].startswith("collected_at, interval, ")


def test_columns_are_those_of_a_bar_and_its_partition() -> None:
    assert COLUMNS.keys() == {*json.loads(bar(9)), "dt"}


def test_stream_settings_render_a_folder_up_to_the_first_unknown_expression() -> None:
    day = dt.date(2025, 3, 3)
    own = "!{partitionKeyFromLambda:interval}/dt=!{partitionKeyFromLambda:dt}/"
    assert StreamSettings(f"bars/interval={own}", 180).render_folder("1h", day) == FOLDER
    assert StreamSettings("bars/!{timestamp:yyyy}/dt=", 180).render_folder("1h", day) == "bars/"


# The package


def make_package(**values: str) -> Package:
    parameters = {"On": {"Default": "no"}, "Mail": {"Default": ""}}
    parameters |= {name: {"Default": value} for name, value in values.items()}
    conditions = {
        "IsOn": {"Fn::Equals": [{"Ref": "On"}, "yes"]},
        "Mailed": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Mail"}, ""]}]},
        "Watched": {"Fn::Or": [{"Condition": "IsOn"}, {"Condition": "Mailed"}]},
        "Both": {"Fn::And": [{"Condition": "IsOn"}, {"Condition": "Mailed"}]},
    }
    resources = {name: {"Type": "T", "Condition": name} for name in conditions} | {"Always": {"Type": "T"}}
    return Package({"Parameters": parameters, "Conditions": conditions, "Resources": resources}, {})


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, {"Always"}),
        ({"On": "yes"}, {"Always", "IsOn", "Watched"}),
        ({"Mail": "a@b.cd"}, {"Always", "Mailed", "Watched"}),
        ({"On": "yes", "Mail": "a@b.cd"}, {"Always", "IsOn", "Mailed", "Watched", "Both"}),
    ],
)
def test_package_has_the_resources_whose_conditions_hold(values: dict[str, str], names: set[str]) -> None:
    assert make_package(**values).resources.keys() == names


@pytest.mark.parametrize(
    ("template", "actual", "mismatches"),
    [
        ({"A": 60}, {"A": 60.0, "B": 1}, []),
        ({"A": True}, {"A": "true"}, []),
        ({"A": {"Ref": "On"}}, {"A": "no"}, []),
        ({"A": {"Ref": "On"}}, {"A": "yes"}, ["/A is yes"]),
        ({"A": {"Ref": "Bucket"}}, {"A": "any"}, []),
        ({"A": {"Fn::Sub": "s3://${Bucket}/bars/"}}, {"A": "s3://lake/bars/"}, []),
        ({"A": {"Fn::Sub": "s3://${Bucket}/bars/"}}, {"A": "s3://lake/barz/"}, ["/A is s3://lake/barz/"]),
        ({"A": ["x", {"B": 1}]}, {"A": ["x", {"B": 2}]}, ["/A/1/B is 2"]),
        ({"A": ["x"]}, {"A": []}, ["/A is []"]),
        ({"A": []}, {}, []),
        ({"A": {"B": "x"}}, {}, ["/A/B is null"]),
    ],
)
def test_package_finds_values_that_differ_from_the_template(template: Any, actual: Any, mismatches: list[str]) -> None:
    assert list(make_package().find_mismatches(template, actual)) == mismatches


# Alarms


ALARM = {"Period": 300, "Threshold": 1}


def check_stage_alarms(found: dict[str, Any], mail: str) -> tuple[str, str]:
    """Check the alarms of a template with one, ``failed``, that exists if somebody gets its mail."""
    properties = {**ALARM, "AlarmName": "failed", "AlarmActions": {"Fn::If": ["Mailed", [{"Ref": "Topic"}], []]}}
    package = make_package(Mail=mail)
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Condition": "Mailed", "Properties": properties}
    cloudwatch = FakePages({"MetricAlarms": [{"AlarmName": name, **fields} for name, fields in found.items()]})
    stack = SimpleNamespace(
        package=Package({**package.template, "Resources": {"Failed": alarm}}, {}),
        session=SimpleNamespace(client=lambda _: cloudwatch),
    )
    [checked] = check_alarms(cast(StackChecker, stack))
    assert checked.passes is (checked.expected == checked.found)
    return checked.expected, checked.found


class FakePages:
    """A client whose every paginator yields one page."""

    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page

    def get_paginator(self, operation: str) -> FakePages:
        assert operation == "describe_alarms"
        return self

    def paginate(self, *, AlarmNames: list[str], AlarmTypes: list[str]) -> list[dict[str, Any]]:  # noqa: N803
        assert (AlarmNames, AlarmTypes) == (["failed"], ["MetricAlarm"])
        return [self._page]


GOOD = {"failed": {**ALARM, "Threshold": 1.0, "ActionsEnabled": True}}


@pytest.mark.parametrize(
    ("found", "mail", "expected"),
    [
        ({}, "", ("none in this stage", "none in this stage")),
        (GOOD, "", ("none in this stage", "failed isn't of this stage")),
        (GOOD, "a@b.cd", ("1", "1")),
        ({}, "a@b.cd", ("1", "failed is missing")),
        ({"failed": {**GOOD["failed"], "Threshold": 2}}, "a@b.cd", ("1", "failed/Threshold is 2")),
        ({"failed": {**GOOD["failed"], "ActionsEnabled": False}}, "a@b.cd", ("1", "failed has its actions disabled")),
    ],
)
def test_check_alarms_compares_them_with_the_stage(found: Any, mail: str, expected: tuple[str, str]) -> None:
    assert check_stage_alarms(found, mail) == expected


# The table


def test_make_table_shows_each_check_without_colour_elsewhere_than_on_a_terminal() -> None:
    checks = [Check("one", "1", "1", True, "a.md"), Check("two", "2", "3", False, "b.md")]
    shown = {}
    for terminal in (True, False):
        file = io.StringIO()
        PlainConsole(file=file, width=80, force_terminal=terminal).print(make_table(checks, "Checks"))
        shown[terminal] = file.getvalue()
    assert "\x1b[32m" in shown[True]
    assert "\x1b" not in shown[False]
    rows = [line.split() for line in shown[False].splitlines() if line.strip()]
    assert rows[-2:] == [["✓", "one", "1", "as", "expected", "a.md"], ["✗", "two", "2", "3", "b.md"]]


def test_check_differences_names_the_first_ones() -> None:
    many = check_differences("name", "none", [str(number) for number in range(MAX_NAMED + 2)], "a.md")
    assert (many.passes, many.found) == (False, "0; 1; 2; 3; 4; and 2 more")
    assert check_differences("name", "none", [], "a.md").passes


# Recordings


def test_redact_hides_account_caller_addresses_and_ids() -> None:
    said = {
        "Arn": "arn:aws:iam::210987654321:role/x",
        "Message": "User: arn:aws:sts::210987654321:assumed-role/admin/me@example.org is not authorized",
        "User": "arn:aws:iam::210987654321:user/me",
        "210987654321": ["me@example.org", "AROAQWERTYUIOPASDFGH", "ASIAQWERTYUIOPASDFGH:x", 7, None],
    }
    assert redact(said, "210987654321") == {
        "Arn": "arn:aws:iam::123456789012:role/x",
        "Message": "User: arn:aws:sts::123456789012:assumed-role/admin/someone is not authorized",
        "User": "arn:aws:iam::123456789012:user/someone",
        "123456789012": ["someone@example.com", "UNIQUEID", "UNIQUEID:x", 7, None],
    }


def call(answer: Any, operation: str = "ListObjectsV2", status: int = 200) -> dict[str, Any]:
    return {"service": "s3", "operation": operation, "request": {}, "status": status, "answer": answer}


def test_compare_recordings_names_fields_types_statuses_and_operations() -> None:
    theirs = [call({"Contents": [{"Key": "a", "Size": 1}]}), call({}, "HeadObject", 404)]
    ours = [call({"Contents": [{"Key": "b", "Size": "1"}]}), call({}, "HeadObject", 403)]
    assert compare_recordings(theirs, theirs) == []
    assert compare_recordings(theirs, ours) == [
        "s3 HeadObject 403: only in the second recording",
        "s3 HeadObject 404: only in the first recording",
        "s3 ListObjectsV2 200: Contents[].Size is int: only in the first recording",
        "s3 ListObjectsV2 200: Contents[].Size is str: only in the second recording",
    ]


def test_compare_recordings_ignores_the_keys_of_maps() -> None:
    theirs, ours = (call({"Environment": {"Variables": {name: "x"}}}) for name in "ab")
    assert compare_recordings([theirs], [ours]) == []


def test_thin_out_keeps_every_field_and_type() -> None:
    items = [{"Key": "a"}, {"Key": "b"}, {"Key": "c", "Size": 1}]
    calls = [call({"Contents": items}), call({"Contents": items}), call({"Contents": [], "Name": "lake"})]
    thin = thin_out(calls)
    assert [one["answer"] for one in thin] == [
        {"Contents": [{"Key": "a"}, {"Key": "c", "Size": 1}]},
        {"Contents": [], "Name": "lake"},
    ]
    assert compare_recordings(calls, thin) == []


def test_choose_day_refuses_tables_that_begin_after_its_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary_module, "read_first_date", lambda _: dt.date(2026, 11, 1))
    with pytest.raises(CanaryError) as refused:
        choose_day(cast(Deployment, None), "META", dt.datetime(2026, 11, 28, tzinfo=dt.UTC))
    assert str(refused.value) == (
        "date: the stage's tables begin on 2026-11-01 (firstDate): name a later session with --date"
    )
