"""``npm run cost``: its estimate from the packaged template."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from commands.cost import main, read_stack
from finance_stream.client.show import make_cost_table
from finance_stream.cost import BillLine
from tests.package.stages import template


def cost(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--stage", "prod", *arguments])


def test_stack_of_counts_alarms_and_keys_of_a_watched_stage() -> None:
    watched, local = read_stack(template("watched")), read_stack(template("local"))
    assert (watched.alarm_metrics, watched.dashboards, watched.keys) == (13, 1, 1)
    assert watched.compacts
    assert (local.alarm_metrics, local.dashboards, local.keys) == (0, 0, 0)


def test_stack_of_reads_memory_and_processor_from_the_template() -> None:
    found = template("prod")
    found["Resources"]["CollectorLambdaFunction"]["Properties"] |= {"MemorySize": 1024, "Architectures": ["x86_64"]}
    stack = read_stack(found)
    assert (stack.memory_mb["collector"], stack.memory_mb["planner"], stack.architecture) == (1024, 512, "x86_64")


def dollars_by_use(tickers: int) -> float:
    ran = cost("--tickers", str(tickers), "--every", "1m", "--json")
    assert ran.exit_code == 0, ran.output
    return float(json.loads(ran.stdout)["dollars"]["by_use"])


# A dollar for ten tickers. The three cents more are the traces, lists and second queries that the estimate counts too.
@pytest.mark.parametrize(("tickers", "at_most"), [(10, 1.03), (8_000, 150.0)])
def test_cost_of_every_minute_stays_within_the_promised_dollars(tickers: int, at_most: float) -> None:
    assert dollars_by_use(tickers) <= at_most


def test_cost_json_adds_up() -> None:
    ran = cost("--tickers", "10", "--every", "1d", "--json")
    assert ran.exit_code == 0, ran.output
    bill = json.loads(ran.stdout)
    assert bill["dollars"]["by_use"] == pytest.approx(sum(line["dollars"] for line in bill["by_use"]))
    assert bill["dollars"]["alarms_and_keys"] == pytest.approx(4.3)
    assert bill["dollars"]["total"] == pytest.approx(bill["dollars"]["by_use"] + bill["dollars"]["alarms_and_keys"])
    assert {line["service"] for line in bill["by_use"]} == {
        "Lambda", "Step Functions", "Firehose", "S3", "Athena", "CloudWatch", "EventBridge",
    }  # fmt: skip


def test_cost_table_ends_with_use_alarms_and_total() -> None:
    ran = cost("--tickers", "8000", "--every", "1d", "--days", "5")
    assert ran.exit_code == 0, ran.output
    title, *rows = [line.split() for line in ran.stdout.splitlines() if line.strip()]
    assert " ".join(title) == "8,000 tickers, every 1d, 5 sessions per month, stage prod"
    dollars = {
        " ".join(row[:-1]): float(row[-1].replace(",", "")) for row in rows if row[0] in ("by", "alarms", "total")
    }
    assert dollars["alarms and keys"] == 4.3
    assert dollars["total"] == pytest.approx(dollars["by use"] + 4.3, abs=1e-3)
    assert f"${dollars['total']:,.2f} per month, of which ${dollars['by use']:,.2f} by use.\n" in ran.stdout


@pytest.mark.parametrize(
    ("quantity", "printed"),
    [
        (41_515.4, "41,515"),
        (3_804_220.0, "3,804,220"),
        (999.96, "1000"),
        (288.44, "288.4"),
        (13.0, "13"),
        (0.0003157, "0.0003157"),
        (0.00000123, "0.00000123"),
        (0.0, "0"),
    ],
)
def test_make_cost_table_has_plain_numbers(quantity: float, printed: str) -> None:
    table = make_cost_table([BillLine("S3", "objects", quantity, 0.5)], [], "One line")
    assert list(table.columns[2].cells)[:1] == [printed]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tickers", "0"), "'--tickers': 0 is not in the range 1<=x<=10000"),
        (("--tickers", "10001"), "'--tickers': 10001 is not in the range 1<=x<=10000"),
        (("--every", "5m"), "'--every': '5m' is not one of '1m', '1d'"),
        (("--days", "32"), "'--days': 32 is not in the range 1<=x<=31"),
        (("--yahoo-seconds", "-1"), "'--yahoo-seconds': -1.0 is not in the range 0<=x<=40"),
        (("--stages", "prod"), "No such option '--stages'"),
    ],
)
def test_cost_names_bad_input_and_allowed_values(arguments: tuple[str, ...], said: str) -> None:
    ran = cost(*arguments)
    assert ran.exit_code == 2
    assert said in ran.stderr
