"""The tables and lines of an execution that has ended."""

from __future__ import annotations

import io
from typing import Any

import pytest

from finance_stream.client.console import PlainConsole
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.show import list_totals, show_answer


def highs(ticker: str, high: float, hours: range = range(9, 16)) -> list[dict[str, Any]]:
    return [
        {
            "ticker": ticker,
            "session": "2026-11-23",
            "hour": hour,
            "high": high,
            "high_at": f"2026-11-23T{hour:02}:30:00-05:00",
            "minutes_at_high": 1,
        }
        for hour in hours
    ]


def shown(*rows: list[dict[str, Any]], width: int = 80) -> str:
    console = PlainConsole(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    show_answer(console, [row for own in rows for row in own], "")
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_show_answer_never_cuts_a_price_or_a_ticker(width: int) -> None:
    text = shown(highs("BRK-A", 1_415_123.25), highs("A-LONG-SYMBOL.DE", 0.6785, range(9, 12)), width=width)
    assert text.count("1,415,123.25") == 7
    assert text.count("0.6785") == 3
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_show_answer_prints_a_table_per_exchange() -> None:
    text = shown(highs("META", 362.58), highs("7203.T", 1415.0), highs("BTC-USD", 86011.72, range(24)))
    titles = [line for line in text.splitlines() if line.startswith("Hourly highs")]
    assert [title.strip() for title in titles] == [
        f"Hourly highs of 2026-11-23, {exchange}" for exchange in ("XNYS", "XTKS", "24/7")
    ]


def ended(expected: int, delivered: int, date: str, incomplete: list[dict[str, Any]]) -> ExecutionEnd:
    tickers = {"planned": 2, "complete": 2 - len(incomplete), "incomplete": incomplete, "failed": [], "failed_count": 0}
    tickers |= {"failed_others": [], "no_session": [], "no_session_count": 0}
    output = {
        "status": "answered",
        "sessions": [{"exchange": "XNYS", "date": date, "bars": 390}],
        "complete": not incomplete,
        "bars": {"expected": expected, "collected": delivered, "delivered": delivered},
        "tickers": tickers,
    }
    return ExecutionEnd("arn", "SUCCEEDED", output, None, None)


def test_list_totals_names_a_half_day() -> None:
    [line] = list_totals(ended(420, 420, "2026-11-27", []))
    assert line == "Complete: 420 of 420 bars (half day: New York closed at 13:00)"


def test_list_totals_names_the_tickers_that_lack_bars() -> None:
    lacking = {"ticker": "NFLX", "expected": 390, "collected": 389, "delivered": 389}
    assert list_totals(ended(780, 779, "2026-11-23", [lacking])) == [
        "Not complete: 779 of 780 bars",
        "Bars are missing: NFLX 389 of 390",
    ]


def test_list_totals_of_a_window_without_listed_sessions() -> None:
    end = ended(780, 780, "2026-11-23", [])
    assert end.output
    end.output["sessions"] = None
    assert list_totals(end) == ["Complete: 780 of 780 bars"]


def test_list_totals_counts_the_other_half_days() -> None:
    end = ended(420, 420, "2026-11-27", [])
    assert end.output
    end.output["sessions"] += [{"exchange": "XNYS", "date": date, "bars": 210} for date in ("2026-12-23", "2026-12-24")]
    assert list_totals(end) == ["Complete: 420 of 420 bars (half day: New York closed at 13:00 and 1 more)"]


def test_list_totals_says_which_sessions_are_not_known() -> None:
    end = ended(390, 780, "2026-11-23", [])
    assert end.output
    end.output["complete"] = None
    end.output["tickers"]["not_known"] = 1
    assert list_totals(end) == [
        "Delivered: 780 bars, all that are known to be expected",
        "No calendar knows the sessions of 1 ticker, so no bars are expected there.",
    ]
