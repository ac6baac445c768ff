"""A check: the expected, the found, and the page that documents it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyathena
from botocore.exceptions import BotoCoreError, ClientError
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

MAX_NAMED = 5  # differences in one cell
AS_EXPECTED = "as expected"
MAX_TEXT_CHARACTERS = 300
DEPLOY, PERMISSIONS, OPERATIONS = "docs/deploy.md", "docs/permissions.md", "docs/operations.md"
ARCHITECTURE, QUERY, HTTP_API, COST = "docs/architecture.md", "docs/query.md", "docs/http-api.md", "docs/cost.md"


@dataclass(frozen=True)
class Check:
    """One row of the table."""

    name: str
    expected: str
    found: str
    passes: bool
    page: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(name: str, expected: str, found: str, page: str) -> Check:
    """Return a check that passes if both texts are the same."""
    return Check(name, expected, found, found == expected, page)


def check_differences(name: str, expected: str, differences: Sequence[str], page: str) -> Check:
    """Return a check that passes if there are no differences. It names the first ones."""
    return compare(name, expected, name_some(differences) or expected, page)


def name_some(texts: Sequence[str]) -> str:
    """Return the first texts, with the number of the others."""
    named = [text[:MAX_TEXT_CHARACTERS] for text in texts[:MAX_NAMED]]
    return "; ".join([*named, f"and {len(texts) - MAX_NAMED:,} more"] if len(texts) > MAX_NAMED else named)


def attempt(name: str, page: str, check: Callable[[], Iterable[Check]]) -> list[Check]:
    """Return the checks. If AWS refuses a call that they need, return one failed check with its reason."""
    try:
        return list(check())
    except (ClientError, BotoCoreError, pyathena.Error) as error:
        return [Check(name, "an answer of AWS", str(error)[:MAX_TEXT_CHARACTERS], False, page)]


def make_table(checks: Iterable[Check], title: str) -> Table:
    """Return the table: a sign per row, the check, the expected, the found and the page."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title=title, title_justify="left")
    for column in ("", "check", "expected", "found", "page"):
        table.add_column(column, overflow="fold", no_wrap=column == "page")
    for check in checks:
        sign = Text("✓", style="green") if check.passes else Text("✗", style="red")
        found = AS_EXPECTED if check.found == check.expected else check.found
        table.add_row(sign, check.name, check.expected, found, check.page)
    return table
