"""The compared statements: every file in athena/, the queries in the docs, and a corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlglot.tokenizer_core import TokenType

from deployment.package import ROOT
from embedded_cloud.athena.sql import parse, tokenize
from tools.trino.lake import AFTER_SESSION, DAYS, SESSION

CORPUS = Path(__file__).parent / "corpus.sql"

# The parameters of the files in athena/, in their order there, as statemachine/pipeline.asl.json passes them: interval,
# first date, the date after the last, and the time since which bars count. A file with fewer takes the first ones.
PARAMETERS = {
    "the synthetic session": ("'1m'", f"'{SESSION}'", f"'{AFTER_SESSION}'", f"'{SESSION}'"),
    "the made-up days": ("'1m'", f"'{DAYS[0]}'", f"'{SESSION}'", f"'{DAYS[1]}T12:00:00.000000Z'"),
    "another interval": ("'5m'", f"'{DAYS[0]}'", f"'{SESSION}'", f"'{DAYS[0]}'"),
    "a day without bars": ("'1m'", "'2026-11-21'", "'2026-11-22'", "'2026-11-21'"),
}
# Of athena/compaction/: interval and date, up to three times.
COMPACTION = "compaction"
COMPACTED = {
    "the synthetic session": ("'1m'", f"'{SESSION}'") * 3,
    "a made-up day": ("'1m'", f"'{DAYS[0]}'") * 3,
    "another interval": ("'5m'", f"'{DAYS[0]}'") * 3,
}
# The filters for a definition, which has no parameters. All partitions would be some forty thousand.
_WINDOWS = (
    f"\"interval\" = '1m' AND dt = '{SESSION}'",
    f"\"interval\" IN ('1m', '5m') AND dt < '{SESSION}' AND dt > '2026-11-01'",
)

# The filters for the deployed views, by the typed column. Both engines must read the same bytes: those of the dates.
# The first made-up day has an empty object of 20 bytes in gzip, which Trino doesn't count: only its rows are compared.
_VIEW = "view "
_DATES = (
    f"session = DATE '{SESSION}'",
    f"session BETWEEN DATE '{DAYS[1]}' AND DATE '{SESSION}'",
    f"session >= DATE '{AFTER_SESSION}' - INTERVAL '3' DAY AND \"interval\" = '1m'",
    f"dt = '{DAYS[1]}'",
)

_SHOWN = (
    re.compile(r'--query-string "((?:[^"\\]|\\.)*)"'),
    re.compile(r"^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL),
)


@dataclass(frozen=True)
class TrinoStatement:
    """A query without ``?``, and its name."""

    name: str
    sql: str

    @property
    def is_refused(self) -> bool:
        """True if the corpus says that the embedded Athena refuses the query by name."""
        return self.name.startswith("corpus: refused")

    @property
    def chooses_dates(self) -> bool:
        """True if the query is about a view and some dates. Both engines must read their bytes only."""
        return self.name.startswith(_VIEW)

    @property
    def is_ordered(self) -> bool:
        """True if the query sets the order of its rows."""
        return parse(self.sql).args.get("order") is not None


def list_statements() -> list[TrinoStatement]:
    """List all statements.

    Raises
    ------
    click.UsageError
        When a file in athena/ has more parameters than :data:`PARAMETERS`.
    """
    files = sorted((ROOT / "athena").rglob("*.sql"))
    docs = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    of_files = [statement for file in files for statement in _read_file(file)]
    of_views = [
        statement for file in files if file.parent.name != COMPACTION for statement in _list_view_statements(file.stem)
    ]
    return [*of_files, *of_views, *(statement for page in docs for statement in _read_page(page)), *_read_corpus()]


def _list_view_statements(view: str) -> Iterator[TrinoStatement]:
    rows = f"session = DATE '{DAYS[0]}'"
    yield TrinoStatement(f"rows of view {view}, {rows}", f"SELECT * FROM {view} WHERE {rows}")  # noqa: S608
    for dates in _DATES:
        yield TrinoStatement(f"{_VIEW}{view}, {dates}", f"SELECT * FROM {view} WHERE {dates}")  # noqa: S608


def _read_file(file: Path) -> Iterator[TrinoStatement]:
    name, sql = file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8").strip().removesuffix(";")
    # Both engines only read: neither may change the lake.
    sql = re.sub(r"^INSERT INTO \w+\n", "", sql, flags=re.MULTILINE)
    marks = [token for token in tokenize(sql) if token.token_type is TokenType.PLACEHOLDER]
    if not marks:
        for window in _WINDOWS:
            yield TrinoStatement(f"{name}, {window}", f"SELECT * FROM (\n{sql}\n) WHERE {window}")  # noqa: S608
        return
    for data, values in (COMPACTED if file.parent.name == COMPACTION else PARAMETERS).items():
        if len(marks) > len(values):
            raise click.UsageError(f"{name} has {len(marks)} parameters: add their values to {Path(__file__).name}")
        bound = sql
        for mark, value in reversed(list(zip(marks, values, strict=False))):
            bound = f"{bound[: mark.start]}{value}{bound[mark.end + 1 :]}"
        yield TrinoStatement(f"{name}, {data}", bound)


def _read_page(page: Path) -> Iterator[TrinoStatement]:
    """Yield the SELECTs of a page, in arguments of the aws CLI or in SQL blocks."""
    text = page.read_text(encoding="utf-8")
    in_arguments, in_fences = (pattern.findall(text) for pattern in _SHOWN)
    shown = [re.sub(r"\\(.)", r"\1", sql) for sql in in_arguments] + in_fences
    selects = [sql.strip().removesuffix(";") for sql in shown if sql.lstrip().upper().startswith(("SELECT", "WITH"))]
    for number, sql in enumerate(selects, start=1):
        yield TrinoStatement(f"{page.name}, query {number}", sql)


def _read_corpus() -> Iterator[TrinoStatement]:
    """Yield the statements of the corpus.

    Each ends with a semicolon at a line's end. The comment above it is its name.
    """
    for sql in CORPUS.read_text(encoding="utf-8").split(";\n"):
        if sql.strip():
            yield TrinoStatement(f"corpus: {sql.strip().partition(chr(10))[0].removeprefix('--').strip()}", sql.strip())
