"""The questions in athena/, and the parameters that Athena takes for them."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot.optimizer.scope import Scope, build_scope

from finance_stream.client.athena import quote_text, to_literal
from finance_stream.client.questions import (
    ALIASES,
    FOLDER,
    VIEW,
    count_parameters,
    find_question,
    list_questions,
    make_bars_sql,
    suggest_names,
)

NAMES = [question.name for question in list_questions()]


def test_list_questions_finds_every_sql_file() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.sql")) == NAMES
    assert len(NAMES) == 11  # ten, and the question for every bar


@pytest.mark.parametrize("name", NAMES)
def test_question_describes_itself_and_its_parameters(name: str) -> None:
    question = find_question(name)
    assert question is not None
    assert question.asks.endswith(".")
    assert question.parameters.startswith("interval, first date, the date after the last")
    assert count_parameters(question.sql) == (4 if name == "hourly_highs" else 3)


@pytest.mark.parametrize("name", NAMES)
def test_question_filters_on_the_partitions(name: str) -> None:
    question = find_question(name)
    assert question is not None
    assert 'WHERE "interval" = ? AND dt >= ? AND dt < ?' in question.sql


def reads(scope: Scope) -> int:
    """Count the reads of the view: one per FROM that leads to it, because Trino inlines each WITH."""
    inner = [*scope.subquery_scopes, *scope.set_operation_scopes]
    of_from = [source for _, source in scope.selected_sources.values()]
    return sum(reads(one) if isinstance(one, Scope) else one.name == VIEW for one in [*inner, *of_from])


@pytest.mark.parametrize("name", NAMES)
def test_question_reads_its_bars_once(name: str) -> None:
    question = find_question(name)
    assert question is not None
    scope = build_scope(sqlglot.parse_one(question.sql, dialect="athena"))
    assert scope is not None
    assert reads(scope) == 1


def test_find_question_resolves_aliases() -> None:
    assert {alias: getattr(find_question(alias), "name", None) for alias in ALIASES} == ALIASES
    assert not ALIASES.keys() & set(NAMES)


def test_question_has_tickers_except_the_spread() -> None:
    assert [question.name for question in list_questions() if not question.has_tickers] == ["highs_spread"]


def test_suggest_names_suggests_the_nearest_question() -> None:
    assert find_question("vwop") is None
    assert suggest_names("vwop")[0] == "vwap"
    assert suggest_names("hourly-highs")[0] == "hourly_highs"
    assert suggest_names("xyzzy") == []


def test_bars_question_has_a_parameter_more_per_ticker() -> None:
    assert count_parameters(make_bars_sql(())) == 3
    assert "AND name IN (?, ?)" in make_bars_sql(["META", "NFLX"])
    assert find_question(VIEW) is not None


@pytest.mark.parametrize(
    ("sql", "marks"),
    [("SELECT 1", 0), ("SELECT ? -- ?\n, '?' /* ? */ FROM \"?\" WHERE a = ?", 2), ("SELECT 'never closed ?", 0)],
)
def test_count_parameters_skips_texts_names_and_comments(sql: str, marks: int) -> None:
    assert count_parameters(sql) == marks


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        ("META", "'META'"),
        ("100", "100"),
        ("-1.5", "-1.5"),
        ("1e3", "1e3"),
        ("'100'", "'100'"),
        ("2026-11-23", "'2026-11-23'"),
        ("", "''"),
        ("O'Neil", "'O''Neil'"),
        ("' OR 1=1 OR '", "' OR 1=1 OR '"),
        ("'a' OR 'b'", "'''a'' OR ''b'''"),
        ("1 OR 1=1", "'1 OR 1=1'"),
        ("NULL", "'NULL'"),
    ],
)
def test_to_literal_binds_a_number_or_one_text(given: str, bound: str) -> None:
    assert to_literal(given) == bound


def test_quote_text_doubles_quotes() -> None:
    assert quote_text("'") == "''''"
