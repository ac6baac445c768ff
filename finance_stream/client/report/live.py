"""The live page: a form that starts executions, their list, and the shown execution's progress and report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.report.data import Report
from finance_stream.client.report.execution import Executed
from finance_stream.client.report.page import ECHARTS, dump_data, load_template, read_part
from finance_stream.client.report.page import SCRIPTS as PAGE_SCRIPTS
from finance_stream.client.report.view import NO_SESSION, choose_sign, make_view, view_execution
from finance_stream.client.watch import choose_mark, format_state, format_time_left
from finance_stream.errors import quote_value
from finance_stream.progress import Progress
from finance_stream.request import MAX_LOOKBACK_MINUTES

# The scripts that the page loads from its server, in the order they run.
SCRIPTS = (ECHARTS.name, *PAGE_SCRIPTS, "live.js")
MAX_TICKERS_NAMED = 3
MAX_CHARACTERS = 30  # per value of an execution's input

# The form's fields: those of an execution's input. Each hint says what happens if the field is empty.
FIELDS: Sequence[Mapping[str, Any]] = (
    {
        "name": "tickers",
        "label": "Tickers",
        "type": "text",
        "hint": "Yahoo symbols, comma-separated (default: the stage's)",
    },
    {"name": "start", "label": "Start", "type": "date", "hint": "default: the latest session"},
    {"name": "end", "label": "End", "type": "date", "hint": "not included (default: the date after)"},
    {"name": "interval", "label": "Interval", "options": list(INTERVAL_MINUTES), "hint": "length of a bar"},
    {
        "name": "lookback_minutes",
        "label": "Lookback minutes",
        "type": "text",
        "mode": "numeric",
        "hint": f"instead of dates, 1 to {MAX_LOOKBACK_MINUTES:,}",
    },
)


@dataclass(frozen=True)
class Listed:
    """An execution in the list. Its input may be any JSON value."""

    name: str
    status: str
    started: datetime
    execution_input: Any


@dataclass(frozen=True)
class Live:
    """The content of the page: the list, and the shown execution with its progress and report, if it has them."""

    stage: str
    source: str
    synthetic: bool
    listed: Sequence[Listed]
    executed: Executed | None = None
    step: Progress | None = None
    report: Report | None = None


def render_live(live: Live, now: datetime) -> str:
    """Return the page. Its scripts come from its server, and keep it up to date."""
    of_report = make_view(live.report) if live.report else {}
    if live.executed and not live.report:
        of_report = {**view_execution(live.executed, now), "no_session": ""}
    return load_template("live.html").render(
        subject={"stage": live.stage, "source": live.source, "synthetic": live.synthetic}
        | ({"day": live.report.subject.day} if live.report else {}),
        view=of_report,
        live=_describe_live(live),
        css=read_part("page.css"),
        live_css=read_part("live.css"),
        data=dump_data(live.report),
        scripts=SCRIPTS,
    )


def _describe_live(live: Live) -> dict[str, Any]:
    step = live.step
    return {
        "fields": [{"options": None, "mode": None, **field} for field in FIELDS],
        "executions": [_describe_listed(one, live.executed) for one in live.listed],
        "said": _summarize_progress(live),
        "states": [_describe_state(step, name, left) for name, left in step.states] if step else [],
        "meters": list(_list_meters(live)) if step and step.status == "RUNNING" else [],
    }


def _describe_listed(one: Listed, executed: Executed | None) -> dict[str, Any]:
    sign, mood = choose_sign(one.status)
    return {
        "name": one.name,
        "shown": executed is not None and one.name == executed.id,
        "started": f"{one.started.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "begun": f"{one.started.astimezone(UTC):%b %d, %H:%M:%S} UTC",
        "sign": sign,
        "mood": mood or "running",  # live.js refreshes more often if it finds this class
        "status": one.status.lower().replace("_", " "),
        "input": _summarize_input(one.execution_input),
    }


def _summarize_input(given: Any) -> str:
    """Return an execution's input in a few words. It may be any JSON value."""
    if not isinstance(given, dict):
        return _shorten(given)
    tickers = "the stage's tickers" if given.get("tickers") is None else given["tickers"]
    named = tickers[:MAX_TICKERS_NAMED] if isinstance(tickers, list) else [tickers]
    more = len(tickers) - len(named) if isinstance(tickers, list) else 0
    words = [", ".join(map(_shorten, named)) + (f" and {more:,} more" if more else "")]
    for field, before in (
        ("start", "of"),
        ("end", "to"),
        ("lookback_minutes", "of the last minutes:"),
        ("interval", "at"),
    ):
        if (value := given.get(field)) is not None:
            words.append(f"{before} {_shorten(value)}")
    return " ".join(words)


def _shorten(value: Any) -> str:
    return value[:MAX_CHARACTERS] if isinstance(value, str) else quote_value(value)


def _summarize_progress(live: Live) -> str:
    """Return the status and the current state, for screen readers. Tickers and bars would change too often."""
    step = live.step
    if step is None:
        return "No execution yet"
    status = f"Execution {step.status.lower().replace('_', ' ')}"
    if live.executed and (live.executed.output or {}).get("status") == NO_SESSION:
        return f"{status}: no session, so no bars"
    return f"{status}: {name_state(step.states[-1][0])}" if step.states and step.status == "RUNNING" else status


def name_state(name: str) -> str:
    """Return a state's name in words: ``Await delivery`` for AwaitDelivery."""
    words = re.sub("(?<=[a-z])(?=[A-Z])", " ", name)
    return words[:1] + words[1:].lower()


def _describe_state(step: Progress, name: str, left: bool) -> dict[str, str]:
    sign, word, colour = choose_mark(step, left)
    now = step.states[-1] == (name, left)
    return {
        "sign": sign,
        "word": "under way" if colour == "yellow" else word,
        "mood": {"green": "good", "yellow": "fair", "red": "bad"}[colour],
        "line": format_state(step, name).replace(name, name_state(name), 1),
        "left": format_time_left(step) if now else "",
    }


def _list_meters(live: Live) -> Iterator[dict[str, Any]]:
    """Yield the meters: the tickers and bars so far, of all that are expected."""
    plan, step = live.executed.plan if live.executed else None, live.step
    if plan is None or step is None:
        return
    expected = plan["bars_expected"]
    delivered = sum(one.delivered for one in live.report.tickers) if live.report else 0
    for label, value, whole, unit in (
        ("Tickers done", step.tickers_done, len(plan["tickers"]), ""),
        ("Bars collected", step.bars_collected, expected, " expected"),
        ("Bars in the lake", delivered, expected, " expected"),
    ):
        if value is not None:
            share = round(min(value / whole, 1) * 100, 1) if whole else 0
            yield {"label": label, "value": f"{value:,}", "note": f"of {whole:,}{unit}", "share": share}
