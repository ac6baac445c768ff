"""Trino's grammar of queries, which decides if a query's syntax is Athena's. sqlglot and DuckDB accept more.

The rules are in query.ebnf. A keyword is not reserved unless Trino's documentation lists it: LIMIT may also be a name.
Hence a rule can have several ends at a token (ebnf.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from embedded_cloud.athena.ebnf import Rule, Run, read_grammar
from embedded_cloud.athena.errors import unsupported

_CACHED_STATEMENTS = 256
_RULES = Path(__file__).with_name("query.ebnf")
_TOKENS = re.compile(
    r"""(?P<blank>\s+|--[^\r\n]*|/\*.*?\*/)
    |(?P<DOUBLE>(?:[0-9]+\.[0-9]*|\.[0-9]+)E[+-]?[0-9]+|[0-9]+E[+-]?[0-9]+(?![A-Z0-9_]))
    |(?P<DECIMAL>[0-9](?:_?[0-9])*\.(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)
    |(?P<INTEGER>(?:0X(?:_?[0-9A-F])+|0O(?:_?[0-7])+|0B(?:_?[01])+|[0-9](?:_?[0-9])*)(?![A-Z0-9_]))
    |(?P<DIGITS>[0-9][A-Z0-9_]+)
    |(?P<STRING>(?:U&)?'(?:[^']|'')*')
    |(?P<BYTES>X'[^']*')
    |(?P<WORD>[A-Z_][A-Z0-9_]*)
    |(?P<QUOTED>"(?:[^"]|"")*")
    |(?P<BACKQUOTED>`(?:[^`]|``)*`)
    |(?P<SYMBOL><>|!=|<=|>=|\|\||->|.)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE | re.ASCII,
)
_KEYWORD = re.compile(r"\b[A-Z][A-Z_]+\b")
_KINDS = ("STRING", "BYTES", "INTEGER", "DECIMAL", "DOUBLE")
_NAMES = ("WORD", "QUOTED", "BACKQUOTED", "DIGITS")
_NO_NAMES = {
    "BACKQUOTED": "backquoted identifiers are not supported; use double quotes to quote identifiers",
    "DIGITS": "identifiers must not start with a digit; surround the identifier with double quotes",
}
_OPENING, _CLOSING = ("(", "["), (")", "]")
_PLAIN_NUMBER = re.compile(r"[0-9.]+")
_END = "<EOF>"


@dataclass(frozen=True)
class _Grammar:
    query: Rule
    keywords: frozenset[str]


@dataclass(frozen=True)
class _Word:
    """A token: its kind in the grammar, its class in :data:`_TOKENS`, its text and the index of its first character."""

    kind: str
    group: str
    text: str
    start: int


@dataclass(frozen=True)
class Call:
    """A function's name in lower case, the index of its first character and the number of its arguments.

    ``last_text`` is the last argument if it is the literal of a text.
    """

    name: str
    start: int
    arguments: int
    last_text: str | None


@dataclass(frozen=True)
class Syntax:
    """A query by Trino's grammar: its first syntax error, if any, or its calls, and the names of its types and of
    the types of its literals (``DATE '2026-11-23'``).

    Each name comes in lower case with the index of its first character. ``lacks`` has the syntax that the embedded
    cloud doesn't run, in the same form.
    """

    error: str = ""
    calls: tuple[Call, ...] = ()
    types: tuple[tuple[str, int], ...] = ()
    literals: tuple[tuple[str, int], ...] = ()
    lacks: tuple[tuple[str, int], ...] = ()


@cache
def _read_rules() -> _Grammar:
    text = _RULES.read_text(encoding="utf-8")
    reserved, symbols = (frozenset(_list_alternatives(text, rule)) for rule in ("reserved", "symbol"))
    keywords = reserved | frozenset(_KEYWORD.findall(text.partition("*)")[2])) - {*_KINDS, "NAME", "TOKEN"}
    names = frozenset((*_NAMES, *(keywords - reserved)))
    classes = {"NAME": names, "TOKEN": names | {*_KINDS} | reserved | symbols}
    return _Grammar(read_grammar(text, lambda word: classes.get(word, (word,)))["query"], keywords)


def _list_alternatives(text: str, rule: str) -> list[str]:
    return text.partition(f"\n{rule} = ")[2].partition(" ;")[0].replace('"', "").split()[::2]


def _split(sql: str, keywords: Collection[str]) -> list[_Word]:
    words = []
    for found in _TOKENS.finditer(sql):
        group, text = str(found.lastgroup), found[0]
        if group == "blank":
            continue
        kind = text if group == "SYMBOL" else group
        if group == "WORD" and (upper := text.upper()) in keywords:
            kind = upper
        words.append(_Word(kind, group, text, found.start()))
    return words


@lru_cache(_CACHED_STATEMENTS)
def read_syntax(sql: str) -> Syntax:
    """Parse a query by Trino's grammar."""
    grammar = _read_rules()
    words = _split(sql, grammar.keywords)
    run = Run([*(word.kind for word in words), _END])
    try:
        ends = grammar.query.find_ends(run, 0)
        if len(words) not in ends:
            return Syntax(_describe_error(sql, words, max(run.farthest, *ends, 0)))
        for word in words:
            if word.group in _NO_NAMES:
                return Syntax(f"{format_position(sql, word.start)}: {_NO_NAMES[word.group]}")
        grammar.query.trace(run, 0, len(words))
    except RecursionError:
        raise unsupported("a query that is nested as deeply as this one") from None
    return _list_names(run, words)


def _describe_error(sql: str, words: list[_Word], farthest: int) -> str:
    if farthest == len(words):
        return f"{format_position(sql, len(sql.rstrip()))}: mismatched input '{_END}'"
    return f"{format_position(sql, words[farthest].start)}: mismatched input '{words[farthest].text}'"


def _list_names(run: Run, words: list[_Word]) -> Syntax:
    calls: list[Call] = []
    found: Mapping[str, list[tuple[str, int]]] = {name: [] for name in ("type_name", "type_of_literal", "lacks")}
    for name, start, end in run.traced:
        if name == "call":
            calls.append(_read_call(words[start:end]))
        elif name in found:
            found[name].append((words[start].text.lower(), words[start].start))
        elif name.startswith("lacks_"):
            found["lacks"].append((name.removeprefix("lacks_").replace("_", " "), words[start].start))
    # sqlglot reads 1_000 as a number with an alias.
    numbers = [word for word in words if word.kind in ("INTEGER", "DECIMAL") and not _PLAIN_NUMBER.fullmatch(word.text)]
    found["lacks"] += [(f"the number {word.text}", word.start) for word in numbers]
    return Syntax("", tuple(calls), *(tuple(names) for names in found.values()))


def _read_call(words: list[_Word]) -> Call:
    opening = next(index for index, word in enumerate(words) if word.kind == "(")
    name = "".join(word.text for word in words[:opening]).lower()
    depth, commas, index = 0, 0, opening
    while not ((depth == 1 and words[index].kind in (")", "ORDER")) and index > opening):
        kind = words[index].kind
        depth += (kind in _OPENING) - (kind in _CLOSING)
        commas += depth == 1 and kind == ","
        index += 1
    last = words[index - 1]
    is_text = last.kind == "STRING" and words[index - 2].kind in ("(", ",") and last.text[0] == "'"
    text = last.text[1:-1].replace("''", "'") if is_text else None
    nothing = index == opening + 1 or (last.kind == "*" and words[index - 2].kind in ("(", "."))
    return Call(name, words[0].start, 0 if nothing else commas + 1, text)


def format_position(sql: str, offset: int) -> str:
    """Return Trino's notation for the position of a character: ``line 1:15``."""
    return f"line {sql.count(chr(10), 0, offset) + 1}:{offset - sql.rfind(chr(10), 0, offset)}"
