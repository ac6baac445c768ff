"""The progress of a running execution in the terminal: its states, tickers and bars, and the time left in a wait."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from finance_stream.executions import TERMINAL
from finance_stream.progress import MAP_STATE, Progress


def watch(console: Console, steps: Iterable[Progress]) -> None:
    """Show each of ``steps``. A terminal shows the latest one. Elsewhere each change is a new line."""
    if not console.is_terminal:
        log = ProgressLog(console)
        for step in steps:
            log.show(step)
        return
    with Live(console=console, auto_refresh=False) as live:
        for step in steps:
            live.update(render_states(step), refresh=True)


def format_state(step: Progress, name: str) -> str:
    """Return a state's line: its name, and its tickers or bars if known."""
    if name == MAP_STATE and step.tickers_total:
        bars = f", {step.bars_collected:,} bars" if step.bars_collected is not None else ""
        return f"{name}: {step.tickers_done:,} of {step.tickers_total:,} tickers{bars}"
    if name == "CheckDelivery" and step.bars_delivered is not None:
        return f"{name}: {step.bars_delivered:,} of {step.bars_collected:,} bars delivered"
    return name


def choose_mark(step: Progress, left: bool) -> tuple[str, str, str]:
    """Return a state's sign, word and colour. ``left`` says if the execution left it, which never happens to Fail."""
    if left:
        return "✓", "done", "green"
    return ("✗", "failed", "red") if step.status in TERMINAL else ("…", "...", "yellow")


def format_time_left(step: Progress) -> str:
    """Return the time left in the current wait, such as ``: 2:05 left``, or an empty text."""
    if step.wait_left is None:
        return ""
    minutes, seconds = divmod(round(step.wait_left.total_seconds()), 60)
    return f": {minutes}:{seconds:02} left"


def render_states(step: Progress) -> RenderableType:
    """Return a line per state entered so far, for a terminal that redraws them at each step."""
    lines = [
        Text(f"  {sign} {format_state(step, name)}", style=style)
        for name, left in step.states
        for sign, _, style in [choose_mark(step, left)]
    ]
    if lines:
        lines[-1].append(format_time_left(step))
    return Group(*lines)


class ProgressLog:
    """Progress without a terminal: a line each time one changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed: list[str] = []

    def show(self, step: Progress) -> None:
        for place, (name, left) in enumerate(step.states):
            line = f"  {choose_mark(step, left)[1]:<6}  {format_state(step, name)}"
            if place < len(self._printed):
                if self._printed[place] == line:
                    continue
                self._printed[place] = line
            else:
                self._printed.append(line)
            # The time left in a wait is printed once: at each step, it would be a line per second.
            now = place == len(step.states) - 1
            self._console.print(line + (format_time_left(step) if now else ""), highlight=False)
