"""The questions that the lake answers: the SQL files in athena/. It calls no AWS API."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# In the project, and in the installed library.
_FOLDERS = [folder / "athena" for folder in Path(__file__).resolve().parents[1:3]]
FOLDER = next(folder for folder in reversed(_FOLDERS) if folder.is_dir())
VIEW = "bars"  # athena/bars.sql defines the view, so it isn't a question itself
ALIASES = {"highs": "hourly_highs", "sessions": "completeness"}

# Every bar of the view: to look at the data itself, or to export it as Parquet.
_BARS = """SELECT name, CAST(dt AS date) AS session, ts, open, high, low, close, volume, collected_at
FROM bars
WHERE "interval" = ? AND dt >= ? AND dt < ?{of_tickers}
ORDER BY name, ts"""
_PARAMETERS = re.compile(r"Parameters, in order: (.+?)\.(?: |$)")


@dataclass(frozen=True)
class Question:
    """A question with its name, its summary in one line, its parameters in words, and its SQL."""

    name: str
    asks: str
    parameters: str
    sql: str

    @property
    def has_tickers(self) -> bool:
        """True if each row is about one ticker, in the column ``ticker`` or the view's ``name``."""
        query = sqlglot.parse_one(self.sql, read="trino", into=exp.Select)
        return not {"ticker", "name"}.isdisjoint(query.named_selects)


def list_questions() -> list[Question]:
    """Return all questions, sorted by name."""
    files = sorted(path for path in FOLDER.glob("*.sql") if path.stem != VIEW)
    of_files = [_read_question(path) for path in files]
    every_bar = Question(VIEW, "Every bar, once, as the view has it.", of_files[0].parameters, make_bars_sql(()))
    return sorted([*of_files, every_bar], key=lambda question: question.name)


def find_question(name: str) -> Question | None:
    """Return the question with that name or alias."""
    return next((question for question in list_questions() if question.name == ALIASES.get(name, name)), None)


def read_question(name: str) -> Question:
    """Return the question of the file with that name."""
    return _read_question(FOLDER / f"{name}.sql")


def suggest_names(name: str) -> list[str]:
    """Return the names and aliases that are similar to ``name``, the most similar first."""
    return difflib.get_close_matches(name, [*(question.name for question in list_questions()), *ALIASES])


def read_view() -> str:
    """Return the definition of the view ``bars``."""
    return (FOLDER / f"{VIEW}.sql").read_text(encoding="utf-8")


def make_bars_sql(tickers: Sequence[str]) -> str:
    """Return the SQL for every bar, with one more parameter per ticker."""
    marks = ", ".join("?" for _ in tickers)
    return _BARS.format(of_tickers=f" AND name IN ({marks})" if tickers else "")


def count_parameters(sql: str) -> int:
    """Count the parameters of a statement."""
    try:
        found = sqlglot.tokenize(sql, read="trino")
    except SqlglotError:
        return 0  # Athena reports the error
    return sum(token.text == "?" and sql[token.start] == "?" for token in found)


def _read_question(path: Path) -> Question:
    sql = path.read_text(encoding="utf-8")
    comments = [line.removeprefix("--").strip() for line in sql.splitlines() if line.startswith("--")]
    stated = _PARAMETERS.search(" ".join(comments))
    if stated is None:
        raise ValueError(f"{path.name}: no line begins with -- Parameters, in order:")
    return Question(path.stem, comments[0], stated[1], sql)
