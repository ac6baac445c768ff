"""The terminal of a command. It shows texts of users, files, AWS and Yahoo as they are, and interprets none of them."""

from __future__ import annotations

import textwrap
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from finance_stream.errors import make_printable

# Wider than any table.
MAX_WIDTH = 10_000


class PlainConsole(Console):
    """A console that takes no text for markup or emoji, and lets no control character through.

    Rich renders each text that is printed, or stands in a table, by ``render_str``. Colours come from styles.
    On a terminal, lines break between words. A word that is wider than the terminal, such as a URL, stays whole.
    Lines into a pipe or a file never break.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"highlight": False, **options, "markup": False, "emoji": False})
        self.soft_wrap = options.get("soft_wrap", not self.is_terminal)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as :meth:`rich.console.Console.print` does. With ``soft_wrap``, lines stay whole on a terminal too."""
        texts = [one for one in objects if isinstance(one, str)]
        if not self.soft_wrap and "soft_wrap" not in options and len(texts) == len(objects):
            objects, options = (
                (_wrap_words(options.get("sep", " ").join(texts), self.width),),
                {**options, "soft_wrap": True},
            )
        super().print(*objects, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the text with each of its lines made printable."""
        return super().render_str(_make_lines_printable(text), **options)


def measure_width(table: Table) -> int:
    """Return the columns that a table takes if nothing limits it."""
    return PlainConsole(width=MAX_WIDTH).measure(table).maximum


def complain(error: object) -> None:
    """Print an error to stderr."""
    click.echo(_make_lines_printable(str(error)), err=True)


def _wrap_words(text: str, width: int) -> str:
    """Break lines between words. A wrapped line keeps the indent of its first line, and a longer word its letters."""
    return "\n".join(
        textwrap.fill(
            line,
            width,
            subsequent_indent=line[: len(line) - len(line.lstrip())],
            break_long_words=False,
            break_on_hyphens=False,
            expand_tabs=False,
            replace_whitespace=False,
        )
        for line in text.split("\n")
    )


def _make_lines_printable(text: str) -> str:
    return "\n".join(map(make_printable, text.split("\n")))
