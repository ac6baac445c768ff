"""What a person sees of an execution while it runs: its states, tickers and bars, and what is left of a wait."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from finance_stream.client.execution import TERMINAL
from finance_stream.progress import MAP_STATE, Progress


def watch(console: Console, steps: Iterable[Progress]) -> None:
    """Show each of ``steps``: on a terminal in the place of the one before, elsewhere what is new in it."""
    if not console.is_terminal:
        log = ProgressLog(console)
        for step in steps:
            log.show(step)
        return
    with Live(console=console, auto_refresh=False) as live:
        for step in steps:
            live.update(render_states(step), refresh=True)


def format_state(step: Progress, name: str) -> str:
    """A state's line, with what is known of its work."""
    if name == MAP_STATE and step.tickers_total:
        bars = f", {step.bars_collected:,} bars" if step.bars_collected is not None else ""
        return f"{name}: {step.tickers_done:,} of {step.tickers_total:,} tickers{bars}"
    if name == "CheckDelivery" and step.bars_delivered is not None:
        return f"{name}: {step.bars_delivered:,} of {step.bars_collected:,} bars delivered"
    return name


def choose_mark(step: Progress, left: bool) -> tuple[str, str, str]:
    """How a state is marked that was left or not: a sign, a word, a colour. No Fail state is ever left."""
    if left:
        return "✓", "done", "green"
    return ("✗", "failed", "red") if step.status in TERMINAL else ("…", "...", "yellow")


def format_time_left(step: Progress) -> str:
    """What is left of the wait, as ``: 2:05 left``; empty outside of one."""
    if step.wait_left is None:
        return ""
    minutes, seconds = divmod(round(step.wait_left.total_seconds()), 60)
    return f": {minutes}:{seconds:02} left"


def render_states(step: Progress) -> RenderableType:
    """Every state entered so far, done or under way; for a terminal, drawn anew at each step."""
    lines = [
        Text(f"  {sign} {format_state(step, name)}", style=style)
        for name, left in step.states
        for sign, _, style in [choose_mark(step, left)]
    ]
    if lines:
        lines[-1].append(format_time_left(step))
    return Group(*lines)


class ProgressLog:
    """Progress where there is no terminal to redraw: a line whenever one would read differently."""

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
            # What is left of a wait is said once: at each step it would be a line a second.
            now = place == len(step.states) - 1
            self._console.print(line + (format_time_left(step) if now else ""), highlight=False)
