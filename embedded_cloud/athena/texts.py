"""Trino's functions of texts, where DuckDB's differ. Regular expressions are RE2's in DuckDB, Java's in Trino.

https://trino.io/docs/current/functions/string.html, https://trino.io/docs/current/functions/regexp.html
"""

from __future__ import annotations

import re

from sqlglot import exp

from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.failing import INVALID_ARGUMENT, fail_if, find_integer, find_text, is_below
from embedded_cloud.athena.kinds import is_type

# The characters for which Java's Character.isWhitespace is true.
_BLANKS = "\t\n\x0b\f\r\x1c\x1d\x1e\x1f \u1680\u2028\u2029\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B) if code != 0x2007
)
_GROUP_REFERENCE = re.compile(r"\$(\d)(?!\d)")
# A group that may take no part in a match. It is NULL in Trino and an empty text in DuckDB.
_OPTIONAL_GROUP = re.compile(r"\||\)[?*]|\)\{0")


def match_text(node: exp.Expr) -> exp.Expr | None:
    """Return the node for which DuckDB gives Trino's text, or None if ``node`` needs no change.

    Raises
    ------
    QueryFailedError
        If the two differ and this module has no replacement.
    """
    if isinstance(node, exp.Substring):
        return _match_substring(node)
    if isinstance(node, exp.SplitPart):
        return _match_split_part(node)
    if isinstance(node, exp.RegexpExtract | exp.RegexpReplace):
        return _match_extract(node) if isinstance(node, exp.RegexpExtract) else _match_replacement(node)
    if isinstance(node, exp.Trim) and node.expression is None:
        trimmed = node.copy()
        trimmed.set("expression", exp.Literal.string(_BLANKS))
        return trimmed
    if isinstance(node, exp.Pad):
        return _match_padding(node)
    if isinstance(node, exp.Concat):
        return exp.cast(node.copy(), "text") if is_type(node, "varchar") else None
    _refuse_texts(node)
    return None


def _refuse_texts(node: exp.Expr) -> None:
    if isinstance(node, exp.StrPosition) and node.args.get("occurrence"):
        raise unsupported("strpos with an instance")
    if isinstance(node, exp.Split):
        if node.args.get("limit"):
            raise unsupported("split with a limit")
        if (delimiter := find_text(node.expression)) is None:
            raise unsupported("split with a delimiter that is not a literal")
        if not delimiter:
            raise QueryFailedError(INVALID_ARGUMENT, "The delimiter may not be the empty string", USER_ERROR)
    if isinstance(node, exp.Replace) and not find_text(node.expression):
        raise unsupported("replace of a text that is empty or not a literal")
    if isinstance(node, exp.DPipe) and any(isinstance(side, exp.Null) for side in (node.this, node.expression)):
        raise unsupported("|| with NULL")
    if isinstance(node, exp.HexString):
        raise unsupported("a binary literal")


def _match_substring(node: exp.Substring) -> exp.Expr:
    """Return an empty text for a start at 0 or before the text, and for a length below 1. DuckDB counts from there."""
    text, start, length = node.this, node.args["start"], node.args.get("length")
    empty = exp.or_(exp.EQ(this=start.copy(), expression=exp.Literal.number(0)), copy=False)
    beyond = exp.GT(this=exp.func("abs", start.copy()), expression=exp.Length(this=text.copy()))
    tests = [empty, beyond]
    if length is not None:
        tests.append(exp.LTE(this=length.copy(), expression=exp.Literal.number(0)))
    operands = [operand.copy() for operand in (text, start, length) if operand is not None]
    unknown = exp.or_(*(exp.Is(this=operand, expression=exp.Null()) for operand in operands), copy=False)
    branches = [exp.If(this=unknown, true=exp.Null())]
    branches.append(exp.If(this=exp.or_(*tests, copy=False), true=exp.Literal.string("")))
    return exp.paren(exp.Case(ifs=branches, default=node.copy()), copy=False)


def _match_split_part(node: exp.SplitPart) -> exp.Expr:
    """Return NULL for a part beyond the last, where DuckDB returns an empty text."""
    index = node.args["part_index"]
    parts = exp.Anonymous(this="string_split", expressions=[node.this.copy(), node.args["delimiter"].copy()])
    part = exp.Anonymous(this="list_extract", expressions=[parts, index.copy()])
    return fail_if(is_below(index, 1), "Index must be greater than zero", part)


def _match_padding(node: exp.Pad) -> exp.Expr:
    size = node.expression
    if not find_text(node.args.get("fill_pattern")):
        raise unsupported("a padding that is empty or not a literal")
    return fail_if(is_below(size, 0), "Target length must be in the range [0..2147483647]", node.copy())


def _match_extract(node: exp.RegexpExtract) -> exp.Expr:
    """Return NULL without a match, where DuckDB returns an empty text."""
    group = node.args.get("group")
    if group is not None and (number := find_integer(group)) != 0:
        pattern = find_text(node.expression)
        if pattern is None or number is None or _OPTIONAL_GROUP.search(pattern):
            raise unsupported("regexp_extract of a group that may take no part in the match")
        groups = len(re.findall(r"(?<!\\)\((?!\?)", pattern))
        if not 0 < number <= groups:
            reason = f"Pattern has {groups} groups. Cannot access group {number}"
            raise QueryFailedError(INVALID_ARGUMENT, reason, USER_ERROR)
    matches = exp.RegexpLike(this=node.this.copy(), expression=node.expression.copy())
    return exp.Case(ifs=[exp.If(this=matches, true=node.copy())])


def _match_replacement(node: exp.RegexpReplace) -> exp.Expr:
    """Write a group in the replacement as RE2 does: ``\\1`` instead of ``$1``."""
    replacement = find_text(node.args.get("replacement"))
    if replacement is None:
        raise unsupported("regexp_replace with a replacement that is not a literal")
    if "\\" in replacement or "$" in _GROUP_REFERENCE.sub("", replacement):
        raise unsupported("a backslash, or a $ without one digit, in the replacement of regexp_replace")
    written = node.copy()
    written.set("replacement", exp.Literal.string(_GROUP_REFERENCE.sub(r"\\\1", replacement)))
    return written
