"""``npm run cost``: a stage's estimated cost per month, line by line, from its packaged template."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from deployment.package import TEMPLATE, PackageError, package_without_libraries
from embedded_cloud.cloudformation.intrinsic import Scope
from finance_stream import measured, prices
from finance_stream.client.console import PlainConsole, complain
from finance_stream.client.estimate import EVERY, BilledStack, Poll, Work, estimate_month
from finance_stream.client.show import make_cost_table, summarize_cost
from finance_stream.cost import FUNCTIONS, BillLine
from finance_stream.request import MAX_TICKERS

BAD_INPUT = 2
MAX_DAYS = 31


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--tickers", type=click.IntRange(1, MAX_TICKERS), default=10, show_default=True, help="Number of tickers."
)
@click.option("--every", type=click.Choice(EVERY), default="1m", show_default=True, help="Minute or day.")
@click.option("--days", type=click.IntRange(1, MAX_DAYS), default=21, show_default=True, help="Sessions per month.")
@click.option(
    "-s", "--stage", default="prod", show_default=True, help="Stage of the template. In prod, the schedule is on."
)
@click.option(
    "--yahoo-seconds",
    type=click.FloatRange(0, 40),
    default=measured.YAHOO_SECONDS,
    show_default=True,
    help="Seconds per ticker for Yahoo's answer: assumed, not measured.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
def main(tickers: int, every: str, days: int, stage: str, yahoo_seconds: float, as_json: bool) -> None:
    """Estimate a stage's cost per month, from its template and measured sizes.

    The prices are list prices without free tiers. You need no credentials. Exit codes: 0 for an estimate, 2 invalid
    input.

    \b
    npm run cost -- --tickers 10 --every 1m
    npm run cost -- --tickers 8000 --every 1m --days 21 --json
    """
    try:
        stack = read_packaged_stack(package_without_libraries(stage))
    except PackageError as error:
        complain(f"stage: '{stage}' cannot be packaged: {' '.join(str(error).split())}")
        sys.exit(BAD_INPUT)
    work = Work(tickers, every, days, yahoo_seconds)
    by_use, fixed = estimate_month(stack, work).list_lines(stack.architecture), stack.list_fixed()
    if as_json:
        click.echo(json.dumps(_make_document(stage, work, by_use, fixed)))
        return
    title = f"{tickers:,} tickers, every {every}, {days} sessions per month, stage {stage}"
    console = PlainConsole()
    console.print(make_cost_table(by_use, fixed, title))
    console.print(summarize_cost(by_use, fixed))
    console.print(f"List prices of {prices.REGION}, {prices.AS_OF}, without free tiers: an estimate, not a bill.")


def _make_document(stage: str, work: Work, by_use: Sequence[BillLine], fixed: Sequence[BillLine]) -> dict[str, Any]:
    used, monthly = sum(line.dollars for line in by_use), sum(line.dollars for line in fixed)
    return {
        "stage": stage,
        **asdict(work),
        "prices": {"region": prices.REGION, "as_of": prices.AS_OF},
        "by_use": [asdict(line) for line in by_use],
        "alarms_and_keys": [asdict(line) for line in fixed],
        "dollars": {"by_use": used, "alarms_and_keys": monthly, "total": used + monthly},
    }


def read_packaged_stack(folder: Path) -> BilledStack:
    """Read the facts that the cost depends on from a package."""
    return read_stack(json.loads((folder / TEMPLATE).read_text()))


def read_stack(template: Mapping[str, Any]) -> BilledStack:
    """Read the facts that the cost depends on from a template, with its parameters' defaults."""
    resources = dict(_list_resources(template))
    by_type: dict[str, list[dict[str, Any]]] = {}
    for resource in resources.values():
        by_type.setdefault(resource["Type"], []).append(resource.get("Properties", {}))
    functions = {name: resources[f"{name.capitalize()}LambdaFunction"]["Properties"] for name in FUNCTIONS}
    return BilledStack(
        memory_mb={name: function["MemorySize"] for name, function in functions.items()},
        architecture=functions["collector"]["Architectures"][0],
        alarm_metrics=sum(map(_count_metrics, by_type.get("AWS::CloudWatch::Alarm", []))),
        dashboards=len(by_type.get("AWS::CloudWatch::Dashboard", [])),
        keys=len(by_type.get("AWS::KMS::Key", [])),
        poll=_read_poll(resources),
        compacts="CompactSchedule" in resources,
    )


def _read_poll(resources: Mapping[str, Any]) -> Poll | None:
    """Read the state machine that the schedules of each minute start, or None if it isn't Express."""
    machine = resources[resources["SessionSchedule"]["Properties"]["Target"]["Arn"]["Ref"]]["Properties"]
    if machine["StateMachineType"] != "EXPRESS":
        return None
    [map_state] = [state for state in machine["Definition"]["States"].values() if state["Type"] == "Map"]
    poller = resources["PollerLambdaFunction"]["Properties"]
    return Poll(
        tickers_per_poller=int(machine["DefinitionSubstitutions"]["TickersPerPoller"]),
        pollers_at_once=map_state["MaxConcurrency"],
        tickers_at_once=int(poller["Environment"]["Variables"]["TICKERS_AT_ONCE"]),
        poller_mb=poller["MemorySize"],
    )


def _list_resources(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the resources whose condition is true, by logical ID."""
    values = {name: parameter.get("Default") for name, parameter in template.get("Parameters", {}).items()}
    scope = Scope(values, {}, template.get("Conditions", {}), {})
    for logical_id, resource in template["Resources"].items():
        if "Condition" not in resource or scope.decide_condition(resource["Condition"]):
            yield logical_id, resource


def _count_metrics(alarm: Mapping[str, Any]) -> int:
    """Count the metrics of an alarm. Each is billed."""
    return sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1
