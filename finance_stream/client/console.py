"""The terminal of a command: texts of users, files, AWS and Yahoo are shown as they are, and obeyed by nothing."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from finance_stream.errors import make_printable


class PlainConsole(Console):
    """A console that takes no text for markup or emoji, and lets no control character through.

    Rich renders each text that is printed, or stands in a table, by ``render_str``. Colours come from styles.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"highlight": False, **options, "markup": False, "emoji": False})

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the text with its lines, each of which is printable."""
        return super().render_str(_make_lines_printable(text), **options)


def complain(error: object) -> None:
    """Print an error to stderr."""
    click.echo(_make_lines_printable(str(error)), err=True)


def _make_lines_printable(text: str) -> str:
    return "\n".join(map(make_printable, text.split("\n")))
