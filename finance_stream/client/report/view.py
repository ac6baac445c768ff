"""The texts and proportions of the page, without its layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.price import format_price, format_volume
from finance_stream.client.report.data import Hour, Report, Ticker, measure_seconds
from finance_stream.client.report.execution import Executed, Step
from finance_stream.client.report.sessions import describe_sessions, describe_zones
from finance_stream.exchanges import find_exchange_name

MAX_ALL_CHARTS = 12  # with more tickers, you choose the chart to see
MAX_GAPS_NAMED = 12
MAX_TINT = 85  # percent of a cell's colour, so that its text stays readable
CANDLE_MINUTES = (5, 15, 30, 60)
MAX_CANDLES = 3
NONE = "-"
NO_SESSION = "no session"  # the status of an execution's output


def make_view(report: Report) -> dict[str, Any]:
    """Return the values of the template, by name."""
    subject, executed = report.subject, report.execution
    one_minute = subject.interval == "1m"
    charts = [_make_chart(one) for one in report.tickers if one.name in report.series]
    charted = {chart["name"] for chart in charts}
    names = [one.name for one in report.tickers]
    return {
        "title": f"Bars of {subject.day}, {subject.stage}",
        "day_in_words": f"{subject.day:%A}, {subject.day.day} {subject.day:%B %Y}",
        "subject": f"{len(report.tickers):,} ticker{'s' if len(report.tickers) != 1 else ''} at {subject.interval}.",
        "running": _is_running(report),
        "synthetic": " (SYNTHETIC)" if subject.synthetic else "",
        "bar": "minute" if one_minute else "bar",
        "tiles": list(_list_tiles(report)),
        "zones": describe_zones(subject.day, names),
        "notes": list(describe_sessions(subject.day, names)),
        "many": len(report.tickers) > MAX_ALL_CHARTS,
        "charted": charted,
        "candles": _list_candles(INTERVAL_MINUTES[subject.interval]),
        "heat": _list_heat_tables(report),
        "charts": charts,
        "choose": len(charts) > MAX_ALL_CHARTS,
        "uncharted": sum(1 for one in report.tickers if one.hours) - len(charts),
        "complete": [_describe_completeness(one, report) for one in report.tickers],
        **view_execution(executed, report.made_at),
        "no_session": _list_no_session(report),
        "cost": _describe_cost((executed.output or {}).get("cost") if executed else None),
        "made_at": f"{report.made_at:%Y-%m-%d %H:%M} UTC",
    }


def view_execution(executed: Executed | None, now: datetime) -> dict[str, Any]:
    """Return the values of the template that depend on the execution only."""
    return {
        "execution": f"{executed.id}, begun {executed.started:%Y-%m-%d %H:%M:%S %Z}." if executed else "",
        "steps": _list_steps(executed, now),
        "failures": list(_list_failures(executed)),
    }


def choose_sign(status: str) -> tuple[str, str]:
    """Return the sign and the CSS class of an execution's status."""
    return {"SUCCEEDED": ("✓", "good"), "RUNNING": ("…", "")}.get(status, ("✗", "bad"))


def make_anchor(ticker: str) -> str:
    """Return a ticker as the end of an element's id, the same in a link to it."""
    return quote(ticker, safe="")


def _list_candles(minutes: int) -> list[str]:
    """Return the choices of a candle's length: that of the bars, and the next ones that are whole bars."""
    longer = [size for size in CANDLE_MINUTES if size > minutes and size % minutes == 0]
    return [str(size) for size in (minutes, *longer)][:MAX_CANDLES]


def _make_price_format(one: Ticker) -> Callable[[float | None], str]:
    """Return a function that shows a ticker's prices, each with as many decimals as the others."""
    decimals = one.count_decimals()
    return lambda price: NONE if price is None else format_price(price, decimals)


def format_seconds(value: float | None) -> str:
    if value is None:
        return "still running"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 60 else f"{value // 60:.0f} min {value % 60:.0f} s"


def _list_tiles(report: Report) -> Iterator[dict[str, str]]:
    executed = report.execution
    yield _make_status_tile(report)
    expected = sum(one.expected or 0 for one in report.tickers)
    delivered = sum(one.delivered for one in report.tickers)
    if not expected and not delivered and all(one.expected == 0 for one in report.tickers):
        yield {"label": "Bars delivered", "value": "0", "note": "none expected", "mood": ""}
        return
    short = "" if _is_running(report) else "fair"
    mood = "good" if delivered >= expected else short
    share = f"of {expected:,} expected"
    yield {"label": "Bars delivered", "value": f"{delivered:,}", "note": share, "mood": mood}
    open_ones = [one for one in report.tickers if one.expected]
    whole = sum(one.delivered >= (one.expected or 0) for one in open_ones)
    mood = "good" if whole == len(open_ones) else short
    yield {"label": "Tickers complete", "value": f"{whole:,}", "note": f"of {len(open_ones):,}", "mood": mood}
    if executed:
        yield {"label": "Took", "value": format_seconds(measure_seconds(executed)), "note": "start to end", "mood": ""}
        if cost := (executed.output or {}).get("cost"):
            yield {"label": "Cost", "value": f"${cost['dollars']:.6f}", "note": "estimated", "mood": ""}


def _is_running(report: Report) -> bool:
    return report.execution is not None and report.execution.status == "RUNNING"


def _make_status_tile(report: Report) -> dict[str, str]:
    executed = report.execution
    if executed is None:
        return {"label": "Execution", "value": NONE, "note": "none known", "mood": ""}
    said = (executed.output or {}).get("status") or executed.error or executed.status.lower()
    sign, mood = choose_sign(executed.status)
    if said == NO_SESSION:
        sign, mood = "-", ""
    if said == "answered, some tickers failed":
        sign, mood = "!", "fair"
    return {"label": "Execution", "value": f"{sign} {executed.status.lower()}", "note": str(said), "mood": mood}


def _list_heat_tables(report: Report) -> list[dict[str, Any]]:
    """Return a table per exchange, because exchanges have different hours."""
    groups: dict[str, list[Ticker]] = {}
    for one in report.tickers:
        if one.hours:
            groups.setdefault(find_exchange_name(one.name), []).append(one)
    return [_make_heat_table(name if len(groups) > 1 else "", own) for name, own in groups.items()]


def _make_heat_table(exchange: str, tickers: Sequence[Ticker]) -> dict[str, Any]:
    hours = sorted({hour.hour for one in tickers for hour in one.hours})
    rows = []
    for one in tickers:
        by_hour = {hour.hour: hour for hour in one.hours}
        low, top = min(hour.high for hour in one.hours), max(hour.high for hour in one.hours)
        price = _make_price_format(one)
        rows.append(
            {
                "name": one.name,
                "anchor": make_anchor(one.name),
                "cells": [_make_cell(by_hour.get(hour), low, top, price) for hour in hours],
            }
        )
    return {"exchange": exchange, "hours": [f"{hour:02}:00" for hour in hours], "rows": rows}


def _make_cell(
    hour: Hour | None, low: float, top: float, price: Callable[[float | None], str]
) -> dict[str, Any] | None:
    if hour is None:
        return None
    tint = round((hour.high - low) / (top - low) * MAX_TINT) if top > low else MAX_TINT
    is_top = hour.high == top
    return {"high": hour.high, "shown": price(hour.high), "at": hour.high_at[11:16], "tint": tint, "top": is_top}


def _make_chart(one: Ticker) -> dict[str, Any]:
    price = _make_price_format(one)
    first, last, high = one.hours[0].open, one.hours[-1].close, one.high
    top = next(hour for hour in one.hours if hour.high == high)
    low = min(hour.low for hour in one.hours)
    move = f"high {price(high)} at {top.high_at[11:16]} · low {price(low)}"
    if first and last is not None:
        move = f"{'▲' if last >= first else '▼'} {(last / first - 1) * 100:+.2f} % · {move}"
    volumes = [hour.volume for hour in one.hours if hour.volume is not None]
    traded = f", {format_volume(sum(volumes))} traded" if volumes else ""
    bars = sum(hour.bars for hour in one.hours)
    alt = (
        f"{one.name}: from {price(first)} to {price(last)}, highest {price(high)}, first at {top.high_at[11:16]}, "
        f"lowest {price(low)}{traded}, {bars:,} bars. The numbers are in the tables below."
    )
    return {
        "name": one.name,
        "anchor": make_anchor(one.name),
        "move": move,
        "alt": alt,
        "rows": [_make_row(hour, price) for hour in one.hours],
    }


def _make_row(hour: Hour, price: Callable[[float | None], str]) -> list[str]:
    prices = (price(hour.open), price(hour.high), hour.high_at[11:16], price(hour.low), price(hour.close))
    volume = NONE if hour.volume is None else format_volume(hour.volume)
    return [f"{hour.hour:02}:00", *prices, volume, f"{hour.bars:,}"]


def _describe_completeness(one: Ticker, report: Report) -> dict[str, Any]:
    failed = {failure["what"] for failure in _list_failures(report.execution)}
    awaited = _is_running(report) and one.delivered < (one.expected or 0)
    sign, mood = ("✓ complete", "good") if one.delivered >= (one.expected or 0) else ("! gaps", "fair")
    if awaited:
        sign, mood = "… awaited", ""
    if not one.expected:
        sign, mood = ("? not known", "") if one.expected is None else ("- closed", "")
    elif one.name in failed:
        sign, mood = "✗ failed", "bad"
    return {
        "name": one.name,
        "anchor": make_anchor(one.name),
        "sign": sign,
        "mood": mood,
        "expected": NONE if one.expected is None else f"{one.expected:,}",
        "collected": NONE if one.collected is None else f"{one.collected:,}",
        "delivered": f"{one.delivered:,}",
        "gaps": _locate_gaps(one, report),
        "missing": "" if awaited else _describe_missing(one),
    }


def _locate_gaps(one: Ticker, report: Report) -> list[tuple[float, float]]:
    """Return the begin and width of each gap, in thousandths of the session from its first to its last expected bar."""
    if not one.gaps:
        return []
    starts = report.expected[one.name] or ()
    place = {start.isoformat(): number for number, start in enumerate(starts)}
    share = 1000 / len(starts)
    return [(round(place[gap["first"]] * share, 1), round(max(gap["bars"] * share, 2), 1)) for gap in one.gaps]


def _describe_missing(one: Ticker) -> str:
    """Return the gaps by kind, the first of them with their times, and the unexpected bars."""
    unexpected = [f"unexpected: {', '.join(one.unexpected[:MAX_GAPS_NAMED])}"] if one.unexpected else []
    if not one.gaps:
        return "; ".join(["none", *unexpected]) if one.expected else "".join(unexpected)
    runs: dict[str, list[str]] = {}
    for gap in one.gaps[:MAX_GAPS_NAMED]:
        first, last = gap["first"][11:16], gap["last"][11:16]
        runs.setdefault(gap["kind"], []).append(first if gap["bars"] == 1 else f"{first} to {last}")
    lost = [f"{one.lost:,} lost"] if one.lost else []
    more = len(one.gaps) - MAX_GAPS_NAMED
    named = [f"{kind}: {', '.join(own)}" for kind, own in runs.items()]
    return "; ".join([*lost, *named, *([f"and {more:,} more gaps"] if more > 0 else []), *unexpected])


def _list_steps(executed: Executed | None, now: datetime) -> list[dict[str, Any]]:
    if executed is None:
        return []
    over = executed.stopped or now
    whole = max((over - executed.started).total_seconds(), 0.001)
    # A Choice takes no time, and its name says nothing to a reader.
    steps = [step for step in executed.steps if step.kind != "Choice"]
    return [_describe_step(step, executed.started, over, whole) for step in steps]


def _describe_step(step: Step, began: Any, over: Any, whole: float) -> dict[str, Any]:
    begins = (step.entered - began).total_seconds()
    lasts = ((step.left or over) - step.entered).total_seconds()
    retries = max(0, step.tries - 1)
    tries = f"{step.tries}" if step.tries else ""
    if step.errors:
        tries = f"{step.tries}: {', '.join(step.errors)}"
    return {
        "state": step.state,
        "kind": step.kind,
        "begins": f"+{begins:.1f} s",
        "lasts": format_seconds(measure_seconds(step)),
        "from": round(begins / whole * 100, 2),
        "span": round(lasts / whole * 100, 2),
        "retried": bool(retries),
        "tries": tries,
    }


def _list_failures(executed: Executed | None) -> Iterator[dict[str, str]]:
    if executed is None:
        return
    if executed.error or executed.cause:
        yield {"what": "The execution", "error": executed.error or "", "reason": executed.cause or ""}
    tickers = (executed.output or {}).get("tickers", {})
    for one in tickers.get("failed", []):
        yield {"what": one["ticker"], "error": one["error"], "reason": one["reason"]}
    for name in tickers.get("failed_others", []):
        yield {"what": name, "error": "", "reason": ""}


def _list_no_session(report: Report) -> str:
    return ", ".join(one.name for one in report.tickers if one.expected == 0 and not one.hours)


def _describe_cost(cost: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    services: Sequence[tuple[str, float]] = sorted(cost["by_service"].items(), key=lambda one: -one[1])
    whole = cost["dollars"] or 1
    rows = [
        {
            "service": service,
            "dollars": f"{dollars:.6f}",
            "share": round(dollars / whole * 100, 1),
            "percent": f"{dollars / whole * 100:.0f}",
        }
        for service, dollars in services
    ]
    return {"at": cost["estimated_at"], "dollars": f"{cost['dollars']:.6f}", "rows": rows}
