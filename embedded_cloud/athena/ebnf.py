"""A recogniser of token lists by a grammar in EBNF: ``[x]`` is optional, ``{x}`` repeats, ``|`` is a choice.

It accepts every context-free grammar without left recursion. Each rule has the set of its possible ends at each token,
kept for the run, so the time is polynomial in the number of tokens whatever the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_SYMBOL = re.compile(r'\(\*.*?\*\)|"([^"]+)"|(\w+)|([\[\]{}()|=;])|\s+', re.DOTALL)
_NOTHING: tuple[int, ...] = ()


@dataclass(eq=False)
class Part:
    """A part of a rule: the kinds of tokens that it can begin with, and whether it can be empty."""

    first: set[str] = field(default_factory=set)
    empty: bool = False

    def list_parts(self) -> Sequence[Part]:
        """Return the parts of this part."""
        return ()

    def grow(self) -> bool:
        """Derive ``first`` and ``empty`` from the parts. Return True if this changed them."""
        before = len(self.first), self.empty
        self._derive()
        return before != (len(self.first), self.empty)

    def _derive(self) -> None:
        raise NotImplementedError

    def find_ends(self, run: Run, start: int) -> Collection[int]:
        """Return the indexes after this part of the tokens from ``start``."""
        raise NotImplementedError

    def trace(self, run: Run, start: int, end: int) -> None:
        """Note the rules of one derivation of the tokens from ``start`` to ``end``, which this part has."""


@dataclass(eq=False)
class _Terminal(Part):
    kinds: Collection[str] = ()

    def _derive(self) -> None:
        self.first |= set(self.kinds)

    def find_ends(self, run: Run, start: int) -> Collection[int]:
        return (start + 1,) if run.kinds[start] in self.kinds else run.fail(start)


@dataclass(eq=False)
class _Sequence(Part):
    """A part and the rest of its sequence."""

    head: Part = field(default_factory=Part)
    rest: Part = field(default_factory=Part)

    def list_parts(self) -> Sequence[Part]:
        return self.head, self.rest

    def _derive(self) -> None:
        self.first |= self.head.first | (self.rest.first if self.head.empty else set())
        self.empty = self.head.empty and self.rest.empty

    def find_ends(self, run: Run, start: int) -> Collection[int]:
        middles = self.head.find_ends(run, start)
        if len(middles) == 1:
            (middle,) = middles
            return self.rest.find_ends(run, middle)
        return {end for middle in middles for end in self.rest.find_ends(run, middle)}

    def trace(self, run: Run, start: int, end: int) -> None:
        middles = sorted(self.head.find_ends(run, start), reverse=True)
        middle = next(middle for middle in middles if end in self.rest.find_ends(run, middle))
        self.head.trace(run, start, middle)
        self.rest.trace(run, middle, end)


@dataclass(eq=False)
class _Choice(Part):
    parts: Sequence[Part] = ()
    by_kind: dict[str, Sequence[Part]] = field(default_factory=dict)

    def list_parts(self) -> Sequence[Part]:
        return self.parts

    def _derive(self) -> None:
        self.first.update(*(part.first for part in self.parts))
        self.empty = any(part.empty for part in self.parts)

    def _select(self, kind: str) -> Sequence[Part]:
        if kind not in self.by_kind:
            self.by_kind[kind] = [part for part in self.parts if part.empty or kind in part.first]
        return self.by_kind[kind]

    def find_ends(self, run: Run, start: int) -> Collection[int]:
        selected = self._select(run.kinds[start])
        if not selected:
            return run.fail(start)
        if len(selected) == 1:
            return selected[0].find_ends(run, start)
        return {end for part in selected for end in part.find_ends(run, start)}

    def trace(self, run: Run, start: int, end: int) -> None:
        selected = self._select(run.kinds[start])
        next(part for part in selected if end in part.find_ends(run, start)).trace(run, start, end)


@dataclass(eq=False)
class _Empty(Part):
    def _derive(self) -> None:
        self.empty = True

    def find_ends(self, run: Run, start: int) -> Collection[int]:  # noqa: ARG002 - reads no token
        return (start,)


@dataclass(eq=False)
class _Repetition(Part):
    part: Part = field(default_factory=Part)

    def list_parts(self) -> Sequence[Part]:
        return (self.part,)

    def _derive(self) -> None:
        self.first |= self.part.first
        self.empty = True

    def find_ends(self, run: Run, start: int) -> Collection[int]:
        if run.kinds[start] not in self.part.first:
            run.fail(start)
            return (start,)
        found, pending = {start}, [start]
        while pending:
            new = set(self.part.find_ends(run, pending.pop())) - found
            found |= new
            pending += new
        return found

    def trace(self, run: Run, start: int, end: int) -> None:
        while start < end:
            middles = sorted(self.part.find_ends(run, start), reverse=True)
            middle = next(middle for middle in middles if end in self.find_ends(run, middle))
            self.part.trace(run, start, middle)
            start = middle


@dataclass(eq=False)
class Rule(Part):
    """A named rule. A run keeps its ends."""

    name: str = ""
    body: Part = field(default_factory=Part)

    def list_parts(self) -> Sequence[Part]:
        return (self.body,)

    def _derive(self) -> None:
        self.first |= self.body.first
        self.empty = self.body.empty

    def find_ends(self, run: Run, start: int) -> Collection[int]:
        if not self.empty and run.kinds[start] not in self.first:
            return run.fail(start)
        found = run.ends.get((self, start))
        if found is None:
            found = run.ends[self, start] = self.body.find_ends(run, start)
        return found

    def trace(self, run: Run, start: int, end: int) -> None:
        run.traced.append((self.name, start, end))
        self.body.trace(run, start, end)


class Run:
    """The recognition of one list of tokens. ``kinds`` has the tokens' kinds, and one that ends them.

    ``farthest`` is the index of the last token that was reached and did not fit.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = kinds
        self.ends: dict[tuple[Rule, int], Collection[int]] = {}
        self.farthest = 0
        self.traced: list[tuple[str, int, int]] = []

    def fail(self, index: int) -> Collection[int]:
        """Note that the token at ``index`` doesn't fit."""
        self.farthest = max(self.farthest, index)
        return _NOTHING


def read_grammar(text: str, expand: Callable[[str], Collection[str]]) -> Mapping[str, Rule]:
    """Read the rules of a grammar. ``expand`` returns the kinds of token that a word in capitals stands for."""
    symbols = [found for found in _SYMBOL.finditer(text) if found.lastindex]
    rules: dict[str, Rule] = {}
    reader = _Reader(rules, expand, symbols)
    while symbols:
        reader.read_rule()
    parts = list(dict.fromkeys(_walk(rules.values())))
    grown = 1
    while grown:
        grown = sum(part.grow() for part in parts)
    return rules


def _walk(parts: Collection[Part]) -> Iterator[Part]:
    seen: set[int] = set()
    pending = list(parts)
    while pending:
        part = pending.pop()
        if id(part) not in seen:
            seen.add(id(part))
            pending += part.list_parts()
            yield part


class _Reader:
    def __init__(
        self, rules: dict[str, Rule], expand: Callable[[str], Collection[str]], symbols: list[re.Match[str]]
    ) -> None:
        self._rules, self._expand, self._symbols = rules, expand, symbols

    def read_rule(self) -> None:
        """Read ``name = choice ;``."""
        name = self._symbols.pop(0)[2]
        self._take("=")
        self._find(name).body = self._read_choice()
        self._take(";")

    def _find(self, name: str) -> Rule:
        return self._rules.setdefault(name, Rule(name=name))

    def _take(self, wanted: str) -> None:
        found = self._symbols.pop(0)
        if found[3] != wanted:
            raise ValueError(f"{wanted} expected instead of {found[0]}")

    def _read_choice(self) -> Part:
        parts = [self._read_sequence()]
        while self._symbols[0][3] == "|":
            self._symbols.pop(0)
            parts.append(self._read_sequence())
        return parts[0] if len(parts) == 1 else _Choice(parts=parts)

    def _read_sequence(self) -> Part:
        parts = []
        while self._symbols[0][3] not in ("|", ")", "]", "}", ";"):
            parts.append(self._read_item())
        sequence = parts.pop()
        for part in reversed(parts):
            sequence = _Sequence(head=part, rest=sequence)
        return sequence

    def _read_item(self) -> Part:
        found = self._symbols.pop(0)
        if found[1]:
            return _Terminal(kinds=(found[1],))
        if found[2]:
            return _Terminal(kinds=self._expand(found[2])) if found[2].isupper() else self._find(found[2])
        inner = self._read_choice()
        self._take({"(": ")", "[": "]", "{": "}"}[found[3]])
        if found[3] == "[":
            return _Choice(parts=[inner, _Empty()])
        return _Repetition(part=inner) if found[3] == "{" else inner
