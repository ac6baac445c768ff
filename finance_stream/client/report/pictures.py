"""The hourly highs as pictures: lines with a common axis, lines with an axis per ticker, and grouped bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from finance_stream.client.output_file import replacing
from finance_stream.client.report.data import NothingToReportError, Report, Ticker

# Distinguishable without colour: https://matplotlib.org/stable/api/markers_api.html
MARKERS = "osD^v<>PX*ph"
DASHES = ("-", "--", "-.", ":")
HATCHES = ("", "//", "\\\\", "xx", "..", "||", "--", "oo", "++", "**")
# The palette of Okabe and Ito, for colour-blind readers too: https://jfly.uni-koeln.de/color/
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7a7a7a")
MAX_TICKERS = 20  # more lines would be hard to distinguish
MAX_HOURS_NAMED = 12
COLUMNS = 2
DOTS_PER_INCH = 150


def draw(report: Report, folder: Path, kind: str) -> list[Path]:
    """Write highs-common, highs-own and highs-bars into ``folder`` as ``kind`` (png, svg), and return their paths.

    Raises
    ------
    NothingToReportError
        When the lake has no bar of the date.
    """
    tickers = [one for one in report.tickers if one.hours][:MAX_TICKERS]
    if not tickers:
        raise NothingToReportError(f"date: no bar of {report.subject.day} to draw: collect some, or name another date")
    written = []
    for name, paint in (("highs-common", _paint_common), ("highs-own", _paint_own), ("highs-bars", _paint_bars)):
        path = folder / f"{name}.{kind}"
        with replacing(path) as file:
            _make_figure(report, tickers, paint).savefig(file, format=kind, dpi=DOTS_PER_INCH)
        written.append(path)
    return written


def _make_figure(
    report: Report, tickers: Sequence[Ticker], paint: Callable[[Figure, Sequence[Ticker]], None]
) -> Figure:
    subject = report.subject
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    FigureCanvasAgg(figure)
    paint(figure, tickers)
    shown = sum(1 for one in report.tickers if one.hours)
    first = f", the first {len(tickers)} of {shown:,} tickers" if shown > len(tickers) else ""
    synthetic = "\nSYNTHETIC data: randomly generated prices" if subject.synthetic else ""
    figure.suptitle(f"Highest price by hour, {subject.day}{first}{synthetic}", x=0.01, ha="left", fontsize=13)
    return figure


def _paint_common(figure: Figure, tickers: Sequence[Ticker]) -> None:
    axes = figure.subplots()
    for place, one in enumerate(tickers):
        _draw_line(axes, place, one)
    _label_axes(axes, _list_hours(tickers))
    figure.legend(loc="outside right upper", frameon=False)


def _paint_own(figure: Figure, tickers: Sequence[Ticker]) -> None:
    rows = math.ceil(len(tickers) / COLUMNS)
    figure.set_figheight(max(4.0, 1.9 * rows + 1))
    grid = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for place, one in enumerate(tickers):
        axes = grid[place]
        _draw_line(axes, place, one)
        _label_axes(axes, _list_hours([one]))
        axes.set_ylabel("")
        axes.set_xlabel("")
        axes.set_title(one.name, loc="left", fontsize=10)
    for axes in grid[len(tickers) :]:  # the empty places of the last row
        axes.remove()


def _paint_bars(figure: Figure, tickers: Sequence[Ticker]) -> None:
    axes = figure.subplots()
    hours = _list_hours(tickers)
    width = 0.84 / len(tickers)
    for place, one in enumerate(tickers):
        at = [hours.index(hour.hour) + (place - (len(tickers) - 1) / 2) * width for hour in one.hours]
        axes.bar(
            at,
            [hour.high for hour in one.hours],
            width * 0.92,
            label=one.name,
            color=_pick_style(COLOURS, place),
            hatch=_pick_style(HATCHES, place),
            edgecolor="white",
            linewidth=0.3,
        )
    _label_axes(axes, list(range(len(hours))))
    axes.set_xticks(range(len(hours)), [f"{hour:02}h" for hour in hours])
    figure.legend(loc="outside right upper", frameon=False)


def _draw_line(axes: Any, place: int, one: Ticker) -> None:
    style = {
        "marker": _pick_style(MARKERS, place),
        "linestyle": _pick_style(DASHES, place),
        "color": _pick_style(COLOURS, place),
    }
    hours, highs = [hour.hour for hour in one.hours], [hour.high for hour in one.hours]
    axes.plot(hours, highs, label=one.name, linewidth=1.6, markersize=6, **style)


def _label_axes(axes: Any, hours: Sequence[int]) -> None:
    shown = hours[:: math.ceil(len(hours) / MAX_HOURS_NAMED)]
    axes.set_xticks(shown, [f"{hour:02}h" for hour in shown])
    axes.set_xlabel("hour, in the exchange's time")
    axes.set_ylabel("highest price, quote currency")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", linewidth=0.5, alpha=0.5)
    axes.set_axisbelow(True)


def _list_hours(tickers: Sequence[Ticker]) -> list[int]:
    return sorted({hour.hour for one in tickers for hour in one.hours})


def _pick_style(styles: Sequence[str], place: int) -> str:
    return styles[place % len(styles)]
