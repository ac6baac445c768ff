"""The comparison of collected bars with Yahoo's hours, and the collector's summary of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from finance_stream.collect import collection
from finance_stream.collect.expected import Comparison, compare_starts
from finance_stream.collect.yahoo import History
from finance_stream.errors import NoData, UnknownTicker, WindowNotAvailable
from finance_stream.hours import Hours, describe_hours, make_hours, parse_hours
from handlers import collector
from tests.unit.test_dead_letter import Clock

TOKYO = ZoneInfo("Asia/Tokyo")
KOLKATA = ZoneInfo("Asia/Kolkata")
LATER = datetime(2026, 12, 1, tzinfo=UTC).timestamp()


def at(clock: str, zone: ZoneInfo = TOKYO, day: str = "2026-10-05") -> int:
    return int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).timestamp())


SESSION = make_hours("XTKS", at("09:00"), at("15:30"))
WHOLE_DAY = (at("00:00"), at("00:00") + 86_400)


def test_compare_starts_finds_what_an_unexpected_bar_hides() -> None:
    starts = [start for start in SESSION.list_starts("1m") if start != at("10:00")] + [at("11:30")]
    found = compare_starts([SESSION], starts, "1m", WHOLE_DAY, LATER, whole=False)
    assert (found.expected, len(starts)) == (330, 330)
    assert found.describe("1m", TOKYO, dated=False) == "10:00 missing, 11:30 unexpected"
    assert found.describe("1m", TOKYO, dated=True) == "2026-10-05 10:00 missing, 2026-10-05 11:30 unexpected"


def test_compare_starts_expects_bars_of_the_plans_time() -> None:
    starts = SESSION.list_starts("1m")[:62]  # Yahoo answers two minutes after the plan
    found = compare_starts([SESSION], starts, "1m", WHOLE_DAY, at("10:00"), whole=False)
    assert (found.expected, found.missing, found.unexpected) == (60, [], [])
    lookback = compare_starts([SESSION], starts, "1m", (at("09:55"), WHOLE_DAY[1]), at("10:00") + 30, whole=True)
    assert (lookback.expected, lookback.missing) == (5, [])


def test_describe_names_three_gaps() -> None:
    missing = [at("10:00"), at("10:01"), at("10:05"), at("10:09"), at("10:20"), at("10:30")]
    found = Comparison(330, missing, [])
    assert found.describe("1m", TOKYO, dated=False) == "10:00-10:01 10:05 10:09 and 2 more gaps missing"


def test_parse_hours_reads_each_range() -> None:
    days = [date(2026, 10, number) for number in (5, 6, 7, 9)]
    opens = [at("10:00", day=day.isoformat()) for day in days]
    told = [Hours(one, one + 3_600 * (2 if day.day == 9 else 1)) for one, day in zip(opens, days, strict=True)]
    text = describe_hours(told, "XTKS")
    assert text == "XTKS 2026-10-05/2026-10-07 10:00-11:00 2026-10-09 10:00-12:00"
    assert [parse_hours(text, day) for day in days] == [Hours(one.opens, one.closes) for one in told[:3]] + [
        make_hours("XTKS", told[3].opens, told[3].closes)
    ]
    assert parse_hours(text, date(2026, 10, 8)) is None
    assert parse_hours("nonsense 2026-10-05 10:00-11:00", days[0]) is None


def test_parse_hours_reads_a_close_after_midnight() -> None:
    hours = make_hours(
        "CMES", at("00:00", ZoneInfo("America/New_York")), at("00:00", ZoneInfo("America/New_York")) + 86_400
    )
    assert parse_hours(describe_hours([hours], "CMES"), date(2026, 10, 5)) == hours


# The collector


def frame(starts: list[int], zone: ZoneInfo) -> pd.DataFrame:
    index = pd.DatetimeIndex(pd.to_datetime(starts, unit="s", utc=True)).tz_convert(zone)
    prices = {"Open": 10.0, "High": 11.0, "Low": 9.0, "Close": 10.5, "Volume": 100}
    return pd.DataFrame(prices, index=index)


def collect(monkeypatch: pytest.MonkeyPatch, answer: Any, **event: Any) -> dict[str, Any]:
    """Return the collector's bars and differences for an answer of Yahoo's, after JSON."""

    def fetch(*_: Any) -> History:
        if isinstance(answer, Exception):
            raise answer
        history: History = answer
        return history

    def put(**call: Any) -> Any:
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"} for _ in call["Records"]]}

    monkeypatch.setattr(collection, "fetch_history", fetch)
    monkeypatch.setattr(collection, "_get_firehose", lambda: SimpleNamespace(put_record_batch=put))
    asked = {"start": "2026-11-08", "end": "2026-11-09", "interval": "1m", "since": None}
    planned = {"planned_at": "2026-11-30T00:00:00.000000Z", "bars_by_exchange": {"XBOM": 0, "XNYS": 390}}
    collected = json.loads(json.dumps(collector.handler({**asked, **planned, **event}, Clock().context())))
    assert collected["ticker"] == event["ticker"]
    return {name: collected[name] for name in FOUND if name in collected}


FOUND = ("bars", "missing", "unexpected", "differences", "hours")
MUHURAT = make_hours("XBOM", at("18:15", KOLKATA, "2026-11-08"), at("19:15", KOLKATA, "2026-11-08"))


@pytest.mark.present
def test_collector_reports_hours_that_no_calendar_has(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(frame(MUHURAT.list_starts("1m"), KOLKATA), (MUHURAT,))
    found = collect(monkeypatch, history, ticker="RELIANCE.NS")
    assert found == {"bars": 60, "hours": "XBOM 2026-11-08 18:15-19:15"}


@pytest.mark.present
def test_collector_leaves_out_hours_that_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MAX_HOURS_CHARACTERS", 20)
    history = History(frame(MUHURAT.list_starts("1m"), KOLKATA), (MUHURAT,))
    assert collect(monkeypatch, history, ticker="RELIANCE.NS") == {"bars": 60}


@pytest.mark.present
def test_collector_reports_only_the_number_of_planned_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(frame(MUHURAT.list_starts("1m"), KOLKATA), (MUHURAT,))
    assert collect(monkeypatch, history, ticker="RELIANCE.NS", bars_by_exchange={"XBOM": 60}) == {"bars": 60}
    assert collect(monkeypatch, history, ticker="RELIANCE.NS", bars_by_exchange={"XBOM": None}) == {"bars": 60}


@pytest.mark.present
@pytest.mark.parametrize("error", [NoData, WindowNotAvailable])
def test_collector_reports_no_session_where_neither_plan_nor_yahoo_has_one(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    assert collect(monkeypatch, error("no"), ticker="RELIANCE.NS") == {"bars": 0}
    with pytest.raises(error):
        collect(monkeypatch, error("no"), ticker="META")


@pytest.mark.present
def test_collector_fails_for_an_unknown_ticker_on_a_closed_date(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownTicker):
        collect(monkeypatch, UnknownTicker("no"), ticker="RELIANCE.NS")


@pytest.mark.present
def test_collector_reports_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(frame(MUHURAT.list_starts("1m")[:-1], KOLKATA), (MUHURAT,))
    found = collect(monkeypatch, history, ticker="RELIANCE.NS", bars_by_exchange={"XBOM": 60})
    assert found == {"bars": 59, "missing": 1, "unexpected": 0, "differences": "19:14 missing"}
