"""Texts of users, files, AWS and Yahoo, shown in a terminal and a spreadsheet without being interpreted."""

from __future__ import annotations

import ast
import csv
import io

import pytest
from rich.table import Table

from finance_stream.client.answer import COLUMNS, write_csv
from finance_stream.client.console import PlainConsole, complain
from finance_stream.errors import make_printable
from tests.conftest import ROOT

HOSTILE = "[bold]x[/red] :smile: \x1b[31m\x07\u202e\udcff"
URL = "file:///home/you/finance-stream/out/report.html"
LINE = f"The report of 2026-11-23 is at {URL} until the next run"
SHOWN = "[bold]x[/red] :smile: \\x1b[31m\\x07\\u202e\\udcff"


def printed(*things: object) -> str:
    said = io.StringIO()
    console = PlainConsole(file=said, width=200, force_terminal=True, color_system=None)
    console.print(*things, style="bold")
    return said.getvalue()


@pytest.mark.fault(55)
def test_plain_console_escapes_hostile_text() -> None:
    table = Table(HOSTILE, title=HOSTILE, caption=HOSTILE)
    table.add_row(HOSTILE)
    said = printed(HOSTILE, table)
    assert said.count(SHOWN) == 5
    assert all(letter.isprintable() or letter == "\n" for letter in said)


@pytest.mark.parametrize(
    ("is_terminal", "lines"),
    [(True, ["The report of 2026-11-23 is at", URL, "until the next run"]), (False, [LINE])],
    ids=["terminal", "pipe"],
)
def test_plain_console_breaks_lines_between_words_on_a_terminal_only(is_terminal: bool, lines: list[str]) -> None:
    said = io.StringIO()
    PlainConsole(file=said, width=30, force_terminal=is_terminal, color_system=None).print(LINE)
    assert [line.rstrip() for line in said.getvalue().splitlines()] == lines


@pytest.mark.fault(55)
def test_complain_escapes_hostile_text(capsys: pytest.CaptureFixture[str]) -> None:
    complain(f"{HOSTILE}\nand more")
    assert capsys.readouterr().err == f"{SHOWN}\nand more\n"


def test_make_printable_returns_one_short_line() -> None:
    assert make_printable("a\r\nb\tc\u2028d é") == "a  b c d é"
    assert make_printable("\x1b" * 100, 10) == "\\x1b\\x1b\\x"


@pytest.mark.fault(55)
def test_commands_print_only_through_plain_console() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("bench", "commands", "finance_stream", "local", "tools")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Console", "rich.print", "Text.from_markup")
    }
    assert makers == set()


def cells(source: str, name: str = "^GSPC", high: float = -1.5) -> dict[str, str]:
    """Return the cells of a row as a spreadsheet reads them."""
    row = {"ticker": name, "session": "2026-11-23", "hour": 9, "high": high, "high_at": "-", "minutes_at_high": -2}
    text = io.StringIO()
    write_csv(text, [row], source)
    [read] = csv.DictReader(io.StringIO(text.getvalue(), newline=""))
    return read


@pytest.mark.fault(56)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_write_csv_quotes_text_that_a_spreadsheet_would_run(start: str) -> None:
    label = f"{start}cmd|' /C calc'!A0.csv, replayed"
    assert cells(label)["source"] == f"'{label}"


def test_write_csv_leaves_other_values_unchanged() -> None:
    read = cells("SYNTHETIC session of 2026-11-23, seed 1", "BRK-B")
    assert list(read) == list(COLUMNS)
    assert (read["ticker"], read["high"], read["minutes_at_high"]) == ("BRK-B", "-1.5", "-2")
    assert cells("2020-05-14.ndjson, replayed")["ticker"] == "^GSPC"
    assert cells("2020-05-14.ndjson, replayed")["source"] == "2020-05-14.ndjson, replayed"
