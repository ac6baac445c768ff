"""The report of a date: its data, its page and its pictures."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from finance_stream.client.report.data import MAX_CHARTED, NothingToReportError, Subject, collect
from finance_stream.client.report.execution import Step, find_newest_date, list_steps
from finance_stream.client.report.lake import BarReader
from finance_stream.client.report.page import ECHARTS, SCRIPTS, render
from finance_stream.client.report.pictures import draw
from finance_stream.client.report.sessions import describe_sessions, describe_zones, explain_closure
from finance_stream.client.report.view import make_view
from tests.unit.report import BEGAN, DAY, LATER, FakeAthena, executed, report, rows

HOSTILE = "</script><img src=x onerror=alert(1)>"


def data_of(page: str) -> Any:
    """Return the JSON data of a page's charts."""
    [text] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def own(page: str) -> str:
    """Return a page without the chart library."""
    return page.replace(ECHARTS.read_text(encoding="utf-8"), "")


# The data


def test_collect_finds_each_hours_high_and_its_first_minute() -> None:
    [meta] = report(rows("META")).tickers
    assert [hour.hour for hour in meta.hours] == [9, 10, 11, 12, 13, 14, 15]
    assert (meta.hours[0].high, meta.hours[0].high_at) == (106.5, "2026-11-24T09:36:00-05:00")
    assert (meta.hours[0].minutes_at_high, meta.hours[0].bars, meta.hours[0].volume) == (4, 30, 300)


def test_make_view_names_missing_bars_and_leaves_them_empty() -> None:
    found = report(rows("META", without=[3, 4]), executed(["META"], {"META": 390}))
    [meta] = found.tickers
    assert (meta.expected, meta.collected, meta.delivered, meta.lost) == (390, 390, 388, 2)
    assert found.series["META"].high[2:6] == [102.5, None, None, 105.5]
    assert len(found.axes[0]) == 390
    [row] = make_view(found)["complete"]
    assert (row["sign"], row["missing"]) == ("! gaps", "2 lost; lost: 09:33 to 09:34")
    assert row["gaps"] == [(7.7, 5.1)]


def test_collect_expects_the_bars_of_the_hours_that_yahoo_told() -> None:
    output = json.dumps({"hours": ["XNYS 2026-11-24 09:30-13:00"]})
    events = [{"stateExitedEventDetails": {"name": "CountCollected", "output": output}}]
    found = report(rows("META"), executed(["META"], {"META": 390}, events=events))
    [meta] = found.tickers
    assert (meta.expected, meta.delivered, meta.unexpected) == (210, 210, ["13:00-15:59"])
    [row] = make_view(found)["complete"]
    assert (row["sign"], row["missing"]) == ("✓ complete", "none; unexpected: 13:00-15:59")


def test_collect_shares_an_axis_among_tickers_of_the_same_hours() -> None:
    found = report([*rows("7203.T"), *rows("BTC-USD"), *rows("META"), *rows("NFLX")])
    axes = {name: found.axes[one.axis] for name, one in found.series.items()}
    assert (axes["7203.T"][0], axes["7203.T"][149:151], axes["7203.T"][-1]) == ("09:00", ["11:29", "12:30"], "15:29")
    assert (axes["BTC-USD"][0], axes["BTC-USD"][-1], len(axes["BTC-USD"])) == ("00:00", "23:58", 1439)
    assert (axes["META"][0], found.series["META"].axis) == ("09:30", found.series["NFLX"].axis)
    assert [table["exchange"] for table in make_view(found)["heat"]] == ["XTKS", "24/7", "XNYS"]


@pytest.mark.parametrize(("interval", "bars", "hours"), [("5m", 78, 7), ("30m", 13, 7), ("1h", 7, 7)])
def test_collect_counts_the_bars_of_every_interval(interval: str, bars: int, hours: int) -> None:
    [meta] = report(rows("META", interval), interval=interval).tickers
    assert (meta.expected, meta.delivered, len(meta.hours)) == (bars, bars, hours)


def test_collect_finds_losses_over_a_window_of_dates() -> None:
    """Collect the previous date as well, with no bar of it in the lake."""
    days = executed(["META"], {"META": 780})
    days = replace(days, plan={**(days.plan or {}), "start": "2026-11-23"})
    [meta] = report(rows("META"), days).tickers
    assert (meta.delivered, meta.collected, meta.lost) == (390, None, 390)


def test_collect_charts_a_futures_session_by_its_date() -> None:
    found = report(rows("ES=F"))
    [future] = found.tickers
    assert future.expected == future.delivered > 1_000
    assert found.axes[0][0] == "00:00"


def test_collect_accepts_bars_without_open_close_and_volume() -> None:
    found = report(rows("META", bare=True))
    assert found.series["META"].open[:2] == [None, None]
    assert data_of(render(found))["series"]["META"]["volume"][:1] == [None]


def test_render_reports_a_date_without_an_execution() -> None:
    page = render(report(rows("META")))
    assert "No execution of this date is known" in page
    assert "The cost is unknown." in page


def test_collect_explains_a_date_without_bars_and_execution() -> None:
    with pytest.raises(
        NothingToReportError, match=r'no bar of 2026-11-24 at 1m .* start one with {"start": "2026-11-24"}'
    ):
        report([])


def test_render_shows_a_failed_execution() -> None:
    red = executed(["NOSUCH"], None, status="FAILED", output=None, error="CollectionFailed", cause="1 of 1 failed")
    page = render(report([], red))
    assert "✗ failed" in page
    assert "<code>CollectionFailed</code> 1 of 1 failed" in page
    assert "The lake has no bar of this date." in page


def test_make_view_names_failed_tickers() -> None:
    output = {
        "status": "answered, some tickers failed",
        "tickers": {"failed": [{"ticker": "GONE", "error": "NoData", "reason": "delisted"}], "failed_others": ["LATE"]},
    }
    found = make_view(report(rows("META"), executed(["META", "GONE"], {"META": 390, "GONE": 0}, output=output)))
    assert [one["what"] for one in found["failures"]] == ["GONE", "LATE"]
    assert [(one["name"], one["sign"]) for one in found["complete"]] == [("META", "✓ complete"), ("GONE", "✗ failed")]
    assert found["tiles"][0]["value"] == "! succeeded"


def test_list_steps_lists_each_state_with_its_attempts() -> None:
    def event(kind: str, second: int, **details: Any) -> dict[str, Any]:
        return {"type": kind, "timestamp": BEGAN + timedelta(seconds=second), **details}

    history = [
        event("ExecutionStarted", 0),
        event("TaskStateEntered", 0, stateEnteredEventDetails={"name": "Plan"}),
        event("TaskScheduled", 0),
        event("TaskFailed", 1, taskFailedEventDetails={"error": "Lambda.ServiceException"}),
        event("TaskScheduled", 3),
        event("TaskStateExited", 4, stateExitedEventDetails={"name": "Plan"}),
        event("WaitStateEntered", 4, stateEnteredEventDetails={"name": "AwaitDelivery"}),
        event("ExecutionTimedOut", 9),
    ]
    plan, wait = list_steps(history)
    assert plan == Step("Plan", "Task", BEGAN, BEGAN + timedelta(seconds=4), 2, ["Lambda.ServiceException"])
    assert (wait.kind, wait.left) == ("Wait", BEGAN + timedelta(seconds=9))
    [shown] = make_view(report(rows("META"), executed(["META"], steps=[plan])))["steps"]
    assert (shown["tries"], shown["retried"], shown["from"], shown["span"]) == (
        "2: Lambda.ServiceException",
        True,
        0.0,
        4.0,
    )


def test_find_newest_date_is_that_of_the_last_session() -> None:
    assert find_newest_date(executed(["META"])) == DAY
    assert find_newest_date(
        executed([], plan=None, execution_input={"start": "2026-11-20", "end": "2026-11-22"})
    ) == DAY - timedelta(3)
    assert find_newest_date(executed([], plan=None, execution_input={})) is None


# The page


def test_render_makes_a_page_that_loads_nothing_else() -> None:
    page = render(report(rows("META")))
    assert ECHARTS.read_text(encoding="utf-8") in page
    assert not re.search(r'(src|href)="(?!data:|#)', own(page))
    assert "default-src 'none'; script-src 'sha256-" in html.unescape(page)


def test_render_escapes_hostile_data() -> None:
    failed = [{"ticker": HOSTILE, "error": HOSTILE, "reason": HOSTILE}]
    output = {"status": HOSTILE, "tickers": {"failed": failed, "failed_others": [HOSTILE]}}
    hostile = [{**row, "name": HOSTILE} for row in rows("META")]
    page = own(render(report(hostile, executed([HOSTILE], output=output, id=HOSTILE), source=HOSTILE)))
    assert "<img" not in page
    assert page.count("</script>") == len(SCRIPTS) + 2  # with the chart library and the data
    assert HOSTILE in data_of(page)["series"]
    assert html.escape(HOSTILE) in page


def test_render_labels_synthetic_data() -> None:
    made_up = report(rows("META"), source="SYNTHETIC session of 2026-11-24, seed 1")
    assert "<strong>SYNTHETIC data</strong> Randomly generated prices" in render(made_up)
    assert data_of(render(made_up))["subject"]["synthetic"]
    assert "SYNTHETIC" not in render(report(rows("META"))).replace('text: "SYNTHETIC"', "")


def test_render_lists_1000_tickers_and_charts_the_first_100() -> None:
    session = rows("META", "5m")
    names = [f"T{number:04}" for number in range(1000)]
    many = report([{**row, "name": name} for name in names for row in session], interval="5m")
    page = render(many)
    assert len(many.series) == MAX_CHARTED
    assert "The first 100 tickers have charts. 900 more are in the tables." in page
    assert page.count('<th scope="row">T0999</th>') == 2
    assert page.index('id="charts"') < page.index('id="highs"')
    assert len(data_of(page)["highs"]) == 1000
    assert '<select id="ticker">' in page
    assert len(page) < 5_000_000


def test_render_links_each_ticker_with_its_chart_and_back() -> None:
    page = render(report([*rows("META"), *({**row, "name": "^GSPC"} for row in rows("META"))]))
    for anchor, name in (("META", "META"), ("%5EGSPC", "^GSPC")):
        assert page.count(f'<a href="#chart-{anchor}">{name}</a>') == 2
        assert f'id="chart-{anchor}"' in page
        assert f'href="#row-{anchor}"' in page
        assert f'id="row-{anchor}"' in page
    assert page.index('id="highs"') < page.index('id="charts"')


def test_render_has_the_highs_and_decimals_of_each_ticker_for_its_scripts() -> None:
    data = data_of(render(report(rows("META"))))
    assert data["highs"]["META"][0] == [9, 106.5, "2026-11-24T09:36:00-05:00", 4]
    assert data["decimals"] == {"META": 2}


@pytest.mark.parametrize(
    ("interval", "candles"),
    [("1m", ["1", "5", "15"]), ("2m", ["2", "30", "60"]), ("15m", ["15", "30", "60"]), ("1h", ["60"])],
)
def test_make_view_offers_candles_of_whole_bars(interval: str, candles: list[str]) -> None:
    assert make_view(report(rows("META", interval), interval=interval))["candles"] == candles


def test_make_view_leaves_out_choices_of_the_state_machine() -> None:
    steps = [Step("Plan", "Task", BEGAN), Step("HasSession", "Choice", BEGAN), Step("Report", "Pass", BEGAN)]
    found = make_view(report(rows("META"), executed(["META"], steps=steps)))
    assert [step["state"] for step in found["steps"]] == ["Plan", "Report"]


# The sessions of the date


def test_make_view_names_half_days_holidays_and_zones() -> None:
    found = make_view(
        replace(report(rows("META")), subject=replace(report(rows("META")).subject, day=date(2026, 11, 27)))
    )
    assert found["notes"] == ["Half day in New York (Black Friday): closed at 13:00."]
    assert found["zones"] == "Times are those of New York (UTC-05:00), unless marked UTC."


@pytest.mark.parametrize(
    ("day", "tickers", "notes"),
    [
        (date(2026, 11, 24), ["META", "7203.T"], []),
        (date(2026, 11, 26), ["META", "7203.T"], ["No session in New York: Thanksgiving."]),
        (date(2026, 11, 21), ["META", "BTC-USD"], ["No session in New York: Saturday."]),
        (date(2018, 12, 5), ["META"], ["No session in New York: holiday."]),
        (date(2026, 12, 24), ["AZN.L"], ["Half day in London (Christmas Eve): closed at 12:30."]),
        (date(2026, 11, 24), ["^NOSUCH"], []),
    ],
)
def test_describe_sessions_has_a_sentence_per_closed_exchange(day: date, tickers: list[str], notes: list[str]) -> None:
    assert list(describe_sessions(day, tickers)) == notes


def test_describe_zones_names_each_zone_once() -> None:
    said = describe_zones(DAY, ["META", "NFLX", "7203.T", "AZN.L"])
    assert (
        said == "Times are those of New York (UTC-05:00), Tokyo (UTC+09:00) and London (UTC+00:00), unless marked UTC."
    )
    assert describe_zones(DAY, ["^NOSUCH"]) == "Times are in each exchange's time zone."


@pytest.mark.parametrize(
    ("day", "tickers", "said"),
    [
        (
            date(2026, 11, 21),
            ["META", "NFLX"],
            "no bar of 2026-11-21, since New York has no session (Saturday): the nearest sessions are 2026-11-20 and"
            " 2026-11-23",
        ),
        (
            date(2026, 11, 28),
            ["META"],
            "no bar of 2026-11-28, since New York has no session (Saturday): the nearest session is 2026-11-27",
        ),
        (date(2026, 11, 23), ["META", "7203.T"], None),
        (date(2026, 11, 21), ["META", "BTC-USD"], None),
        (date(2026, 11, 21), ["META", "^NOSUCH"], None),
    ],
)
def test_explain_closure_names_the_nearest_sessions_until_today(
    day: date, tickers: list[str], said: str | None
) -> None:
    found = explain_closure(day, tickers, date(2026, 11, 29))
    assert (found and found.removeprefix("date: ")) == said


def test_make_view_of_a_closed_date_expects_no_bars() -> None:
    closed = executed(["META"], output={"status": "no session", "tickers": {}})
    saturday = Subject(date(2026, 11, 21), "1m", ["META"], "finance-stream-dev", "Yahoo Finance", False)
    athena: Any = FakeAthena([])
    found = make_view(collect(BarReader(athena), closed, saturday, LATER))
    assert [(tile["value"], tile["note"], tile["mood"]) for tile in found["tiles"]] == [
        ("- succeeded", "no session", ""),
        ("0", "none expected", ""),
    ]
    assert found["notes"] == ["No session in New York: Saturday."]


# The pictures


def test_draw_writes_three_svgs_with_tickers_and_label(tmp_path: Path) -> None:
    found = report([*rows("META"), *rows("NFLX"), *rows("BTC-USD")], source="SYNTHETIC session")
    written = draw(found, tmp_path / "new", "svg")
    assert [path.name for path in written] == ["highs-common.svg", "highs-own.svg", "highs-bars.svg"]
    for path in written:
        said = re.findall(r"<!-- (.*?) -->", path.read_text())
        assert {"META", "NFLX", "BTC-USD", "SYNTHETIC data: randomly generated prices"} <= set(said)


def test_draw_rejects_a_date_without_bars(tmp_path: Path) -> None:
    with pytest.raises(NothingToReportError, match="no bar of 2026-11-24 to draw"):
        draw(report([], executed(["META"])), tmp_path, "png")
