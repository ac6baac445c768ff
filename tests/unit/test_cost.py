"""Costs: each formula against a number worked out by hand, and the figures that it uses."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
from typing import Any

import pytest

from finance_stream import cost, measured, prices
from finance_stream.client.estimate import (
    BARS_PER_SESSION,
    STATES_PER_COMPACTION,
    BilledStack,
    Poll,
    Work,
    estimate_compaction,
    estimate_month,
    estimate_poll,
)
from finance_stream.collect.frame import to_bars
from finance_stream.cost import Usage
from local.yahoo.synthetic import make_synthetic_session
from tests.conftest import ROOT

MEMORY_MB = dict.fromkeys(cost.FUNCTIONS, 512)
RUNS = 21 * 390  # each minute of 21 sessions
ALL_DAY = Work(10, "1m", 21)


def stack(poll: Poll | None = None) -> BilledStack:
    return BilledStack(MEMORY_MB, "arm64", alarm_metrics=9, dashboards=1, keys=1, poll=poll)


@pytest.mark.parametrize(
    ("used", "service", "by_hand"),
    [
        (Usage(transitions=14 * RUNS), "Step Functions", 2.8665),  # 114,660 at $0.025 per thousand
        (Usage(lambda_requests=10 * RUNS, lambda_gb_seconds=0.5 * 10 * RUNS), "Lambda", 0.5624),
        (Usage(lambda_requests=8_000 * RUNS, lambda_gb_seconds=0.5 * 8_000 * RUNS), "Lambda", 449.9),
        (cost.count_queries([0] * RUNS), "Athena", 0.3905),  # 10 MB each
        (cost.count_queries([3e12]), "Athena", 13.6424),
        (Usage(log_bytes=3 * 2**30), "CloudWatch", 1.5),
        (Usage(metric_months=10), "CloudWatch", 3.0),  # one metric per ticker, for ten tickers
        (Usage(s3_puts=2_000, s3_gets=10_000, s3_gb_months=10), "S3", 0.244),
        (Usage(scheduled_starts=1_000_000), "EventBridge", 1.0),
    ],
)
def test_sum_dollars_prices_each_use(used: Usage, service: str, by_hand: float) -> None:
    assert used.sum_dollars()[service] == pytest.approx(by_hand, rel=1e-3)


@pytest.mark.parametrize(
    ("count", "record_bytes", "by_hand"),
    [
        (81_900, 127, 0.01133),  # one bar per record, billed as 5,120 bytes
        (100 * 21, 4_970, 0.00029),  # ten tickers' sessions of 49.7 KB, packed
        (1, 5_121, 10_240 / 2**30 * 0.029),
    ],
)
def test_count_records_bills_in_steps_of_5_kib(count: int, record_bytes: int, by_hand: float) -> None:
    billed = Usage(firehose_bytes=cost.count_records(count, record_bytes).firehose_bytes)
    assert billed.sum_dollars()["Firehose"] == pytest.approx(by_hand, rel=1e-2)


def test_count_express_bills_tenths_of_a_second_and_64_mb() -> None:
    assert cost.count_express(1, 4.51).sum_dollars()["Step Functions"] == pytest.approx(1e-6 + 4.6 * 0.0625 * 1.667e-5)


def test_sum_dollars_charges_a_quarter_more_for_x86() -> None:
    used = Usage(lambda_gb_seconds=1_000)
    assert used.sum_dollars("x86_64")["Lambda"] / used.sum_dollars("arm64")["Lambda"] == pytest.approx(1.25, rel=1e-3)


def test_estimate_collector_seconds_scales_only_cpu_time_by_memory() -> None:
    whole, half = (measured.estimate_collector_seconds(mb, 5, yahoo_seconds=10) - 10 for mb in (1_769, 1_769 / 2))
    assert half == pytest.approx(2 * whole)
    assert measured.estimate_seconds("collector", 3_000) == measured.CPU_SECONDS["collector"]


def answering_states(definition: dict[str, Any]) -> tuple[str, ...]:
    """Return the longest path to a state that ends with an answer, without repeated states."""

    def ways(name: str, passed: tuple[str, ...]) -> list[tuple[str, ...]]:
        state, passed = definition["States"][name], (*passed, name)
        if state.get("End"):
            return [passed]
        named = [state.get("Next"), state.get("Default"), *(choice["Next"] for choice in state.get("Choices", ()))]
        return [way for one in named if one and one not in passed for way in ways(one, passed)]

    found: list[tuple[str, ...]] = ways(definition["StartAt"], ())
    return max(found, key=len)


def test_states_per_answer_match_the_state_machine() -> None:
    states = answering_states(json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text()))
    assert len(states) == cost.STATES_PER_ANSWER
    assert len(states[states.index("AwaitDelivery") : states.index("Report")]) == cost.STATES_PER_REPEAT


def test_count_answer_bills_states_tickers_and_queries() -> None:
    once, twice = (cost.count_answer({390: 10}, [0] * asked, MEMORY_MB) for asked in (1, 2))
    assert (once.transitions, twice.transitions) == (10 + 10, 10 + 10 + 4)
    assert (once.express_requests, once.lambda_requests) == (10, 1 + 10 + 1 + 1 + 1)
    assert twice.athena_bytes == 2 * once.athena_bytes == 2 * 10 * 2**20
    assert twice.lambda_requests == once.lambda_requests + 1
    # The map's results: a manifest and a file, which the counter reads once and the checker for each query.
    assert (once.s3_puts, once.s3_gets) == (2 + 2 + 1 + 2, 2 * 2)
    assert (twice.s3_puts, twice.s3_gets) == (once.s3_puts + 2 + 2, 3 * 2)
    # A query lists the objects of each date in two tables.
    assert cost.count_answer({390: 10}, [0], MEMORY_MB, dates=8).s3_puts == once.s3_puts + 7 * 2
    assert once.traces == 1 + 1  # the execution's, and one per call of the transformer


def test_count_delivery_calls_the_transformer_for_each_buffer() -> None:
    by_time, by_size = cost.count_delivery(1_000, 61, 512), cost.count_delivery(3.5 * 2**20, 1, 512)
    assert (by_time.lambda_requests, by_time.traces) == (7, 7)
    assert (by_size.lambda_requests, by_size.traces) == (4, 4)
    assert cost.count_delivery(0, 60, 512) == Usage()


def test_collectors_at_once_match_the_state_machine() -> None:
    machine = json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text())
    assert machine["States"]["CollectBars"]["MaxConcurrency"] == cost.COLLECTORS_AT_ONCE


def test_count_answer_bills_no_record_for_a_failed_ticker() -> None:
    assert (
        cost.count_answer({390: 1, 0: 1}, [0], MEMORY_MB).firehose_bytes
        == cost.count_ticker_records(390).firehose_bytes
    )
    assert cost.count_answer({0: 2}, [0], MEMORY_MB).partitioned_objects == 0


def test_summarize_dollars_adds_up_and_stays_short() -> None:
    said = cost.summarize_dollars(cost.count_answer({390: 10}, [0], MEMORY_MB).sum_dollars())
    assert said["dollars"] == pytest.approx(sum(said["by_service"].values()), abs=1e-5)
    assert 0.0005 < said["dollars"] < 0.002
    assert len(json.dumps(said)) < 300


def test_measured_sizes_match_packed_synthetic_bars() -> None:
    tickers = ["META", "SHOP", "BYND", "NFLX"]
    replay = make_synthetic_session(dt.date(2026, 11, 23), tickers)
    records: list[bytes] = []
    for ticker, one in replay.instruments.items():
        frame = one.bars.rename(columns=str.capitalize).tz_convert(one.zone)
        bars = to_bars(frame, ticker, ("2026-11-23", "2026-11-24"), "1m", "2026-11-24T01:00:00.000000Z")
        records += bars.pack_records()
    lines = b"\n".join(records) + b"\n"
    assert len(lines) / lines.count(b"\n") == pytest.approx(measured.BAR_BYTES, rel=0.04)
    assert len(lines) / len(gzip.compress(lines, 1)) >= measured.GZIP_RATIO
    reckoned = cost.count_ticker_records(BARS_PER_SESSION).firehose_bytes * len(tickers)
    assert sum(math.ceil(len(record) / 5_120) * 5_120 for record in records) == reckoned


def test_estimate_month_has_an_execution_per_minute() -> None:
    used = estimate_month(stack(), ALL_DAY)
    assert used.transitions == RUNS * (10 + 10 + 4)
    assert used.scheduled_starts == RUNS
    assert used.athena_bytes == pytest.approx(2 * RUNS * 10 * 2**20)


def test_estimate_month_has_21_daily_executions() -> None:
    used = estimate_month(stack(), Work(10, "1d", 21))
    assert (used.transitions, used.scheduled_starts, used.partitioned_objects) == (21 * 24, 21, 21)
    assert used.sum_dollars()["Step Functions"] == pytest.approx(0.0130, rel=0.03)


def test_fixed_bills_alarms_dashboards_and_keys_per_month() -> None:
    assert {line.what: line.dollars for line in stack().list_fixed()} == {
        "metrics of alarms": pytest.approx(0.90),
        "dashboards": 3.0,
        "keys": 1.0,
    }
    assert BilledStack(MEMORY_MB, "arm64", 0, 0, 0).list_fixed() == []


@pytest.mark.parametrize(("tickers", "collectors"), [(10, 10), (100, 100), (101, 2), (8_000, 80)])
def test_poll_cost_has_fewer_pollers_for_a_long_list(tickers: int, collectors: int) -> None:
    used = estimate_poll(Poll(100, 5, 16, 512), MEMORY_MB, Work(tickers, "1m", 21))
    assert used.express_requests == 1
    assert used.transitions == 0
    rounds = math.ceil(collectors / 5)
    seconds = rounds * measured.estimate_collector_seconds(512, 5, 100 if tickers > 100 else 1, 16)
    by_size, by_time = tickers * 5 * measured.BAR_BYTES / 2**20, seconds / cost.TRANSFORMER_BUFFER_SECONDS
    assert used.lambda_requests == 1 + collectors + math.ceil(max(by_size, by_time))


def test_states_per_compaction_match_the_state_machine() -> None:
    machine = json.loads((ROOT / "statemachine" / "compact.asl.json").read_text())
    inner = machine["States"]["CompactDates"]["ItemProcessor"]
    for states in (machine["States"], inner["States"]):  # a Succeed state ends a path as End does
        for state in states.values():
            if state["Type"] == "Succeed":
                state["End"] = True
    green = [*answering_states(machine), *answering_states(inner)]
    assert "CompactionFailed" not in green
    assert len(green) == STATES_PER_COMPACTION


def test_compaction_cost_has_two_queries_over_every_object() -> None:
    used = estimate_compaction(stored_bytes=30 * 2**20, bars=2**20, objects=390)
    assert (used.s3_gets, used.s3_puts, used.transitions) == (781, 2 * (2 + 2) + 3, 13)
    parquet = 2**20 * measured.PARQUET_BAR_BYTES
    assert used.athena_bytes == 2 * 30 * 2**20 + parquet
    assert used.s3_gb_months * 2**30 == pytest.approx(8 / 30 * 30 * 2**20 + parquet)


def test_estimate_month_adds_less_than_3_cents_for_compaction() -> None:
    poll = Poll(100, 5, 16, 512)
    compacting = BilledStack(MEMORY_MB, "arm64", 0, 0, 0, poll, compacts=True)
    more, less = (sum(estimate_month(one, ALL_DAY).sum_dollars().values()) for one in (compacting, stack(poll)))
    assert 0 < more - less < 0.03
    once_a_day = Work(10, "1d", 21)
    assert estimate_month(compacting, once_a_day) == estimate_month(stack(poll), once_a_day)  # nothing to compact


@pytest.mark.parametrize(
    "price",
    [
        prices.LAMBDA_GB_SECOND["arm64"],
        prices.LAMBDA_REQUEST,
        prices.STANDARD_TRANSITION,
        prices.EXPRESS_REQUEST,
        prices.EXPRESS_GB_SECOND,
        prices.FIREHOSE_GB,
        prices.PARTITIONING_GB,
        prices.PARTITIONING_OBJECT,
    ],
)
def test_dashboard_estimates_with_the_same_prices(price: float) -> None:
    """Compare the prices, which CloudWatch's expressions repeat because they can't read them."""
    text = (ROOT / "resources" / "dashboard.yml").read_text()
    expressions = "".join(line for line in text.splitlines() if '"expression"' in line)
    assert f" {price:.10f}".rstrip("0") in expressions
