"""Missing bars of a session: the expected bars, the kinds of gaps, and the counts of executions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

import commands.gaps as gaps_command
from commands.target import TargetError
from finance_stream.client.collected import ExpectedBars, find_collected
from finance_stream.client.gaps import (
    ABSENT,
    LOST,
    LOST_OR_ABSENT,
    NOT_KNOWN,
    POSSIBLE_HALT,
    CollectedBars,
    measure_completeness,
    parse_starts,
)
from finance_stream.client.show import make_gaps_table
from finance_stream.sessions import list_bar_starts, list_expected_starts
from tests.unit.lake import FakeS3, write_map_results

LATER = datetime(2026, 12, 1, tzinfo=UTC)
DAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)
SESSION = list_bar_starts("XNYS", DAY, "1m", LATER)
ALL = CollectedBars(390, DAY, DAY + timedelta(days=1))
LAKE: Any = FakeS3()  # with the results of maps


def without(*numbers: int) -> list[datetime]:
    """Return the starts of the session's bars except those of these numbers."""
    return [start for number, start in enumerate(SESSION) if number not in numbers]


def account(bars: int) -> CollectedBars:
    return CollectedBars(bars, DAY, DAY + timedelta(days=1))


# Expected bars


def clock(starts: Sequence[datetime]) -> list[str]:
    return [start.isoformat()[11:] for start in starts]


def test_list_bar_starts_has_390_minutes_in_new_york() -> None:
    assert len(SESSION) == 390
    assert (SESSION[0].isoformat(), SESSION[-1].isoformat()) == (
        "2026-11-23T09:30:00-05:00",
        "2026-11-23T15:59:00-05:00",
    )


def test_list_bar_starts_ends_a_half_day_at_13() -> None:
    starts = clock(list_bar_starts("XNYS", date(2026, 11, 27), "1m", LATER))
    assert (len(starts), starts[0], starts[-1]) == (210, "09:30:00-05:00", "12:59:00-05:00")


def test_list_bar_starts_skips_tokyos_lunch_break() -> None:
    starts = clock(list_bar_starts("XTKS", date(2026, 11, 24), "1m", LATER))
    assert len(starts) == 330
    assert starts[149:151] == ["11:29:00+09:00", "12:30:00+09:00"]


def test_list_bar_starts_is_empty_on_a_holiday() -> None:
    assert list_bar_starts("XNYS", date(2026, 11, 26), "1m", LATER) == []


def test_list_bar_starts_has_whole_bars_of_an_open_session() -> None:
    now = datetime(2026, 11, 23, 14, 32, 59, tzinfo=UTC)
    assert clock(list_bar_starts("XNYS", DAY, "1m", now)) == ["09:30:00-05:00", "09:31:00-05:00"]


def test_list_bar_starts_follows_the_interval() -> None:
    assert clock(list_bar_starts("XNYS", DAY, "1h", LATER))[-2:] == ["14:30:00-05:00", "15:30:00-05:00"]


# Missing bars


def test_measure_completeness_joins_consecutive_minutes() -> None:
    found = measure_completeness("META", DAY, SESSION, without(3, 4, 5, 9), MINUTE, account(386), LATER)
    assert (found.expected, found.delivered, found.missing, found.lost) == (390, 386, 4, 0)
    assert [(gap.first, gap.last, gap.bars) for gap in found.gaps] == [
        (SESSION[3], SESSION[5], 3),
        (SESSION[9], SESSION[9], 1),
    ]


def test_measure_completeness_splits_a_gap_at_the_lunch_break() -> None:
    tokyo = list_bar_starts("XTKS", date(2026, 11, 24), "1m", LATER)
    found = measure_completeness("7203.T", date(2026, 11, 24), tokyo, tokyo[:148] + tokyo[152:], MINUTE, None, LATER)
    assert [gap.bars for gap in found.gaps] == [2, 2]


def test_measure_completeness_compares_instants() -> None:
    in_utc = [start.astimezone(UTC) for start in SESSION]
    assert measure_completeness("META", DAY, SESSION, in_utc, MINUTE, ALL, LATER).missing == 0


def test_measure_completeness_compares_starts_and_not_numbers() -> None:
    late = SESSION[-1] + MINUTE
    found = measure_completeness("META", DAY, SESSION, [*without(0), late], MINUTE, account(390), LATER)
    assert (found.delivered, found.missing, found.unexpected) == (389, 1, [late])
    now = late + timedelta(seconds=59)  # the bar has not ended
    assert measure_completeness("META", DAY, SESSION, [late], MINUTE, None, now).unexpected == []


@pytest.mark.parametrize(
    ("missing", "of_execution", "kinds"),
    [
        ([10], account(389), [ABSENT]),
        ([10, 11, 12, 13], account(386), [ABSENT]),
        ([10, 11, 12, 13, 14], account(385), [POSSIBLE_HALT]),
        ([10, 20, 21, 22, 23, 24], account(384), [ABSENT, POSSIBLE_HALT]),
        ([10, 11, 12, 13, 14], account(390), [LOST]),
        ([10, 20], account(389), [LOST_OR_ABSENT, LOST_OR_ABSENT]),
        ([10, 11, 12, 13, 14], None, [NOT_KNOWN]),
        ([10], account(100), [ABSENT]),  # a later execution added the other bars
    ],
)
def test_measure_completeness_tells_lost_bars_from_absent_ones(
    missing: list[int], of_execution: CollectedBars | None, kinds: list[str]
) -> None:
    found = measure_completeness("META", DAY, SESSION, without(*missing), MINUTE, of_execution, LATER)
    assert [gap.kind for gap in found.gaps] == kinds


def test_measure_completeness_takes_5_minutes_for_a_possible_halt() -> None:
    fives = list_bar_starts("XNYS", DAY, "5m", LATER)
    [gap] = measure_completeness("META", DAY, fives, fives[1:], timedelta(minutes=5), account(77), LATER).gaps
    assert gap.kind == POSSIBLE_HALT


def test_lost_ignores_bars_of_other_dates() -> None:
    day_before = [start - timedelta(days=1) for start in SESSION[:7]]
    assert account(390).count_lost([*without(1, 2), *day_before]) == 2
    lookback = CollectedBars(10, DAY, DAY + timedelta(days=1), since=SESSION[-10])
    assert lookback.count_lost(SESSION[:-1]) == 1


def test_starts_are_grouped_by_ticker_over_dates() -> None:
    rows = [
        {"ticker": "META", "session": "2026-11-22", "bars": 1, "starts": "18:00:00-05:00"},
        {"ticker": "META", "session": "2026-11-23", "bars": 2, "starts": "09:30:00-05:00 09:31:00-05:00"},
    ]
    assert [start.isoformat() for start in parse_starts(rows)["META"]] == [
        "2026-11-22T18:00:00-05:00",
        "2026-11-23T09:30:00-05:00",
        "2026-11-23T09:31:00-05:00",
    ]


@pytest.mark.usefixtures("mumbai_ends")
def test_measure_completeness_expects_nothing_without_a_calendar() -> None:
    tickers = ["RELIANCE.NS", "IMOEX.ME", "BRK.B"]
    assert list_expected_starts(tickers, date(2027, 1, 25), "1m", LATER) == dict.fromkeys(tickers)
    found = measure_completeness("META", DAY, None, [*SESSION[:7], SESSION[0] - timedelta(days=1)], MINUTE, None, LATER)
    assert (found.expected, found.delivered, found.missing, found.gaps) == (None, 7, 0, [])
    assert found.to_dict()["expected"] is None


def test_make_gaps_table_shows_each_gap_with_its_kind() -> None:
    found = measure_completeness("META", DAY, SESSION, without(3, 4, 9), MINUTE, account(387), LATER)
    console = Console(width=100)
    with console.capture() as printed:
        console.print(make_gaps_table([found], "Bars", MINUTE))
    assert f"09:33-09:34 {ABSENT}" in printed.get()
    assert f"09:39 {ABSENT}" in printed.get()


# Counts of executions


class Executions:
    """The calls to Step Functions that the code needs. It takes executions in the order of their start."""

    def __init__(self, *executions: dict[str, Any]) -> None:
        self.executions = {f"arn:{number}": one for number, one in enumerate(executions)}
        self.read: list[str] = []

    def get_paginator(self, operation: str) -> Any:
        return type("Pages", (), {"paginate": getattr(self, f"_{operation}")})

    def _list_executions(self, **_: Any) -> list[dict[str, Any]]:
        ended = [
            {"executionArn": arn, "name": one.get("name", arn), "status": "SUCCEEDED", "startDate": one["began"]}
            for arn, one in self.executions.items()
        ]
        return [{"executions": ended[::-1]}]  # the newest first, as AWS lists them

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return {"input": json.dumps(self.executions[executionArn]["input"])}

    def _get_execution_history(self, *, executionArn: str, **_: Any) -> list[dict[str, Any]]:  # noqa: N803
        self.read.append(executionArn)
        return [{"events": self.executions[executionArn]["events"]}]


def execution(began: datetime, counts: dict[str, int], collected: bool = True, **given: Any) -> dict[str, Any]:
    plan = {"start": "2026-11-23", "end": "2026-11-24", "since": None, "interval": "1m"} | given
    plan["planned_at"] = began.isoformat()
    events = [leave("Plan", plan)]
    if collected:
        outputs = [{"ticker": ticker, "bars": bars} for ticker, bars in counts.items()]
        place = write_map_results(LAKE, str(len(LAKE.objects)), SUCCEEDED=[outputs])
        events.append(leave("CollectBars", {"ResultWriterDetails": place}))
    return {"began": began, "input": {"interval": plan["interval"]}, "events": events}


def leave(state: str, output: Any) -> dict[str, Any]:
    return {"stateExitedEventDetails": {"name": state, "output": json.dumps(output)}}


def told(*executions: dict[str, Any]) -> dict[str, int]:
    asked = ExpectedBars(DAY, "1m", {"META": SESSION, "NFLX": SESSION})
    of_executions = find_collected(Executions(*executions), LAKE, "arn", asked)  # type: ignore[arg-type]
    return {ticker: one.bars for ticker, one in of_executions.items()}


CLOSE = SESSION[-1] + MINUTE


def test_find_collected_uses_the_first_execution_of_a_whole_session() -> None:
    assert told(execution(CLOSE, {"META": 389}), execution(CLOSE + MINUTE, {"META": 390, "NFLX": 385})) == {
        "META": 389,
        "NFLX": 385,
    }


@pytest.mark.parametrize(
    "told_nothing",
    [
        execution(SESSION[100], {"META": 100}),
        execution(CLOSE, {"META": 390}, collected=False),
        execution(CLOSE, {"META": 0}),
        execution(CLOSE, {"META": 78}, interval="5m"),
        execution(CLOSE, {"META": 390}, start="2026-11-20", end="2026-11-23"),
        execution(CLOSE, {"META": 5}, since=SESSION[-5].isoformat()),
        execution(CLOSE, {"META": 390}) | {"name": "verify-a"},
    ],
    ids=["before the close", "never came to count", "failed", "another interval", "another date", "a poll", "a canary"],
)
def test_find_collected_skips_executions_without_the_whole_session(told_nothing: dict[str, Any]) -> None:
    assert told(told_nothing) == {}


def test_find_collected_skips_executions_whose_results_have_expired() -> None:
    expired = execution(CLOSE, {"META": 390})
    expired["events"][1] = leave("CollectBars", {"ResultWriterDetails": {"Bucket": "lake", "Key": "map-results/x"}})
    assert told(expired, execution(CLOSE + MINUTE, {"META": 389})) == {"META": 389}


def test_find_collected_accepts_a_lookback_over_the_whole_session() -> None:
    assert told(execution(CLOSE, {"META": 390}, since=SESSION[0].isoformat())) == {"META": 390}


def test_find_collected_reads_no_history_of_a_poll() -> None:
    poll = execution(CLOSE, {"META": 5}) | {"input": {"lookback_minutes": 5}}
    executions = Executions(poll, execution(CLOSE + MINUTE, {"META": 390}))
    find_collected(executions, LAKE, "arn", ExpectedBars(DAY, "1m", {"META": SESSION}))  # type: ignore[arg-type]
    assert executions.read == ["arn:1"]


def test_find_collected_stops_when_every_ticker_is_known() -> None:
    executions = Executions(*(execution(CLOSE + n * MINUTE, {"META": 390}) for n in range(3)))
    find_collected(executions, LAKE, "arn", ExpectedBars(DAY, "1m", {"META": SESSION}))  # type: ignore[arg-type]
    assert executions.read == ["arn:0"]


# Hours that Yahoo told


def telling(text: str, counts: dict[str, int], **given: Any) -> dict[str, Any]:
    """Return an execution whose collectors reported Yahoo's hours."""
    told = execution(CLOSE, counts)
    output = json.dumps({"bars_collected": 1, "hours": [text]})
    told["events"].insert(1, {"stateExitedEventDetails": {"name": "CountCollected", "output": output}})
    return told | {"input": {"interval": "1m", **given}}


def test_find_collected_gives_the_starts_of_yahoos_hours() -> None:
    asked = ExpectedBars(DAY, "1m", {"META": SESSION})
    executions: Any = Executions(telling("XNYS 2026-11-23 09:30-13:00", {"META": 210}))
    found = find_collected(executions, LAKE, "arn", asked)["META"]
    assert found.expected == SESSION[:210]


def test_find_collected_finds_a_session_that_no_calendar_has() -> None:
    asked = ExpectedBars(DAY, "1m", {"RELIANCE.NS": []})
    unnamed, named = (
        telling("XBOM 2026-11-23 18:15-19:15", {"RELIANCE.NS": 60}, **given) for given in ({}, {"start": "2026-11-23"})
    )
    executions: Any = Executions(unnamed, named)
    expected = find_collected(executions, LAKE, "arn", asked)["RELIANCE.NS"].expected
    assert expected is not None
    assert (len(expected), clock(expected)[0]) == (60, "18:15:00+05:30")
    assert executions.read == ["arn:1"]


def test_find_collected_knows_that_yahoo_has_no_session() -> None:
    asked = ExpectedBars(DAY, "1m", {"META": SESSION})
    executions: Any = Executions(telling("XNYS 2026-11-24 09:30-16:00", {"META": 390}))
    assert find_collected(executions, LAKE, "arn", asked)["META"].expected == []


# The date without --date


@pytest.mark.parametrize(
    ("executed", "in_lake", "found"),
    [(date(2026, 11, 24), date(2026, 11, 23), "2026-11-24"), (None, date(2026, 11, 23), "2026-11-23")],
    ids=["of the newest execution, which delivered nothing", "of the lake"],
)
def test_gaps_takes_the_newest_date(
    monkeypatch: pytest.MonkeyPatch, executed: date | None, in_lake: date | None, found: str
) -> None:
    monkeypatch.setattr(gaps_command, "find_newest", lambda *_: executed)
    monkeypatch.setattr(gaps_command, "find_newest_date", lambda of: of)
    monkeypatch.setattr(gaps_command, "find_newest_in_lake", lambda *_: in_lake)
    deployment: Any = SimpleNamespace(step_functions=None, state_machine_arn="arn")
    assert gaps_command._find_newest_date(deployment, "1m") == found


def test_gaps_names_a_missing_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_command, "find_newest", lambda *_: None)
    monkeypatch.setattr(gaps_command, "find_newest_in_lake", lambda *_: None)
    deployment: Any = SimpleNamespace(step_functions=None, state_machine_arn="arn")
    with pytest.raises(TargetError, match="--date: missing, and neither an execution nor the lake has one"):
        gaps_command._find_newest_date(deployment, "1m")
