"""Trino's grammar of queries, and the recogniser that reads it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from embedded_cloud.athena.ebnf import Run, read_grammar
from embedded_cloud.athena.errors import QueryFailedError
from embedded_cloud.athena.grammar import read_syntax
from embedded_cloud.athena.sql import bind

ATHENA = Path(__file__).parents[3] / "athena"


def _accepts(grammar: str, words: str) -> bool:
    rules = read_grammar(grammar, lambda word: (word,))
    kinds = words.split()
    return len(kinds) in rules["start"].find_ends(Run([*kinds, "END"]), 0)


@pytest.mark.parametrize(
    ("words", "accepted"),
    [
        ("A", True),
        ("A C", True),
        ("B A C A C A", True),
        ("A C C C", False),
        ("B A C A C", True),
        ("B B A", True),
        ("B", False),
    ],
)
def test_ebnf_tries_every_end_of_a_rule(words: str, accepted: bool) -> None:
    assert _accepts('start = { B } item { item } [ C ] ; item = A [ C ] | "(" item ")" ;', words) is accepted


def test_ebnf_names_the_token_that_did_not_fit() -> None:
    run = Run(["A", "B", "D", "END"])
    read_grammar("start = A B ( C | END ) ;", lambda word: (word,))["start"].find_ends(run, 0)
    assert run.farthest == 2


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT ts FROM bars LIMIT 2 OFFSET 1", "line 1:29: mismatched input 'OFFSET'"),
        ("SELECT ts FROM bars LIMIT 2, 1", "line 1:28: mismatched input ','"),
        ("SELECT ts FROM bars FETCH FIRST 2 ROWS ONLY OFFSET 1", "line 1:45: mismatched input 'OFFSET'"),
        ("SELECT ts\nFROM bars WHERE dt == '2026-11-23'", "line 2:21: mismatched input '='"),
        ("SELECT max(high) AS 'High' FROM bars", "line 1:21: mismatched input ''High''"),
        ("SELECT DISTINCT ON (name) name FROM bars", "line 1:17: mismatched input 'ON'"),
        ("SELECT * EXCLUDE (ts) FROM bars", "line 1:10: mismatched input 'EXCLUDE'"),
        ("SELECT * EXCEPT (ts) FROM bars", "line 1:18: mismatched input 'ts'"),
        ("SELECT * REPLACE (1 AS high) FROM bars", "line 1:10: mismatched input 'REPLACE'"),
        ("SELECT name FROM bars QUALIFY row_number() OVER () = 1", "line 1:31: mismatched input 'row_number'"),
        ("SELECT name FROM bars WHERE name ILIKE 'm'", "line 1:34: mismatched input 'ILIKE'"),
        ("SELECT high::varchar FROM bars", "line 1:12: mismatched input ':'"),
        ("SELECT name, FROM bars", "line 1:14: mismatched input 'FROM'"),
        ("FROM bars SELECT name", "line 1:1: mismatched input 'FROM'"),
        ("SELECT name", ""),
        ("SELECT", "line 1:7: mismatched input '<EOF>'"),
        ("SELECT `name` FROM bars", "line 1:8: backquoted identifiers are not supported"),
        ("SELECT 1 AS 1x", "line 1:13: identifiers must not start with a digit"),
        ("SELECT 1 << 2", "line 1:11: mismatched input '<'"),
        ("SELECT x FROM a SEMI JOIN b ON true", ""),
        ("SELECT x FROM a LEFT SEMI JOIN b ON true", "line 1:22: mismatched input 'SEMI'"),
        ("SELECT x FROM a JOIN b", "line 1:23: mismatched input '<EOF>'"),
        ("SELECT 1 AS limit, 2 AS offset, 3 date FROM t interval LIMIT 1", ""),
        ("SELECT 1 AS select", "line 1:13: mismatched input 'select'"),
        ("SELECT INTERVAL 1 DAY", "line 1:17: mismatched input '1'"),
        ("(WITH a AS (SELECT 1) SELECT * FROM a)", "line 1:2: mismatched input 'WITH'"),
    ],
)
def test_read_syntax_refuses_what_trino_refuses(sql: str, error: str) -> None:
    """The verdicts are those of Trino 476."""
    found = read_syntax(sql).error
    assert found.startswith(error) and bool(found) is bool(error)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM bars WHERE dt == '2026-11-23'",
        "SELECT DISTINCT ON (name) name, ts FROM bars",
        "SELECT name FROM bars QUALIFY row_number() OVER (ORDER BY ts) = 1",
        "SELECT 1::varchar",
        "SELECT name FROM bars WHERE name ILIKE 'm%'",
        "SELECT {'a': 1}",
        "SELECT * FROM bars USING SAMPLE 10",
        "SELECT * FROM bars a ASOF JOIN bars b ON a.ts >= b.ts",
        "SELECT * FROM read_json('a.json')",
        "SELECT 2 ** 3",
        "WITH t AS (FROM bars) SELECT * FROM t",
    ],
)
def test_read_syntax_refuses_syntax_of_other_engines(sql: str) -> None:
    assert read_syntax(sql).error.startswith("line 1:")


def test_read_syntax_lists_calls_types_and_literals() -> None:
    syntax = read_syntax(
        "SELECT if(x, max(a, 2)), count(*), count(), f(g(1, 2), 'it''s'), CAST(x AS row(y int)), DATE '2026-11-23'"
    )
    calls = [(call.name, call.arguments, call.last_text) for call in syntax.calls]
    assert calls == [
        *(("if", 2, None), ("max", 2, None), ("count", 0, None), ("count", 0, None)),
        *(("f", 2, "it's"), ("g", 2, None)),
    ]
    assert [name for name, _ in syntax.types] == ["int"]
    assert syntax.literals == (("date", syntax.literals[0][1]),)


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT x FROM t TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"),
        ("SELECT x FROM t MATCH_RECOGNIZE (PATTERN (a b+) DEFINE a AS true)", "MATCH RECOGNIZE"),
        ("SELECT transform(a, x -> x + 1) FROM t", "lambda"),
        ("SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM t", "LISTAGG"),
        ("SELECT 1_000", "the number 1_000"),
    ],
)
def test_read_syntax_names_what_the_embedded_cloud_lacks(sql: str, name: str) -> None:
    syntax = read_syntax(sql)
    assert not syntax.error
    assert [lacking for lacking, _ in syntax.lacks] == [name]


def test_read_syntax_accepts_the_projects_queries() -> None:
    files = sorted(ATHENA.rglob("*.sql"))
    assert len(files) > 10
    for file in files:
        query = file.read_text(encoding="utf-8").partition("INSERT INTO compacted_bars\n")
        assert not read_syntax(query[2] or query[0]).error, file


def test_read_syntax_refuses_deep_nesting() -> None:
    assert not read_syntax(f"SELECT {'(' * 20}1{')' * 20}").error
    with pytest.raises(QueryFailedError, match="nested as deeply"):
        read_syntax(f"SELECT {'(' * 2000}1{')' * 2000}")


def test_read_syntax_takes_little_processor_time() -> None:
    """The ANTLR parser that it replaced took 0.4 s for the first query, and seconds without byte code."""
    read_syntax("SELECT 1")
    began = time.process_time()
    columns = ", ".join(f"a{number} + b{number}" for number in range(100))
    assert not read_syntax(f"SELECT {columns}").error
    assert time.process_time() - began < 1


def test_bind_fills_the_parameters_of_an_insert() -> None:
    sql = "INSERT INTO compacted SELECT ts FROM bars WHERE dt = ?"
    assert bind(sql, ["'2026-11-23'"]) == "INSERT INTO compacted SELECT ts FROM bars WHERE dt = '2026-11-23'"
