"""Differences between Trino and DuckDB, each rewritten to Trino's meaning or refused by name."""

from __future__ import annotations

import json
from datetime import UTC

from sqlglot import exp

from embedded_cloud.athena.decimals import match_decimal
from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.json_path import JSON_EXTRACT_SCALAR
from embedded_cloud.athena.times import TEXT_TO_DATE, TEXT_TO_INSTANT, TEXT_TO_TIMESTAMP, find_zone, parse_zoned

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
INTEGERS = exp.DataType.INTEGER_TYPES
# Trino's timestamp with time zone is a local time with its zone. DuckDB's is an instant, shown in UTC.
# Trino's timestamp from a text keeps the text's offset. A type that Trino does not have marks these.
OWN_OFFSET = exp.DataType.Type.TIMESTAMPLTZ
_ON_INSTANTS = (
    *COMPARISONS,
    *(exp.AtTimeZone, exp.TimeToUnix, exp.DateDiff, exp.DateAdd, exp.Min, exp.Max),
    *(exp.Ordered, exp.Paren, exp.Alias, exp.Is, exp.Select, exp.Window, exp.Tuple),
)
MILLISECONDS = 3  # the decimal places of Athena's timestamps
_WHOLE_NUMBER = r"^\s*[+-]?[0-9]+\s*$"
_DOUBLE = r"^\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|Infinity)\s*$"
_BOOLEAN = r"^(?i:true|false|t|f|1|0)$"
_TIME_UNITS = {"millisecond", "second", "minute", "hour"}
# Functions of a timestamp's local fields. Of an instant in another zone they have other values.
_OF_LOCAL_TIME: tuple[type[exp.Expr], ...] = (
    exp.Cast,
    exp.Date,
    exp.Hour,
    exp.Minute,
    exp.Second,
    exp.Day,
    exp.Month,
    exp.Year,
    exp.Quarter,
)
_OF_LOCAL_TIME += (exp.Week, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.TimeToStr, exp.Extract)
_EVEN_UNITS = {"millisecond", "second", "minute", "hour", "day", "week"}  # units of a constant length


def match_trino(node: exp.Expr) -> exp.Expr:
    """Return the node for which DuckDB gives Trino's result of ``node``.

    Raises
    ------
    QueryFailedError
        If the two differ and this module has no replacement.
    """
    if (decimal := match_decimal(node)) is not None:
        return decimal
    if isinstance(node, exp.Cast):
        return _match_cast(node)
    _check_unit(node)
    if isinstance(node, exp.Date) and node.this and node.this.is_type(*exp.DataType.TEXT_TYPES):
        return _match_cast(exp.cast(node.this.copy(), "date"))
    if isinstance(node, exp.Substring | exp.SplitPart):
        return _match_substring(node) if isinstance(node, exp.Substring) else _match_split_part(node)
    if isinstance(node, exp.AggFunc | exp.Window | exp.Filter):
        return _match_aggregate(node)
    if isinstance(node, exp.JSONExtractScalar):
        return exp.Anonymous(this=JSON_EXTRACT_SCALAR, expressions=[node.this.copy(), _encode_json_path(node)])
    if isinstance(node, exp.RegexpExtract):
        # Without a match Trino returns NULL, and DuckDB an empty text.
        matches = exp.RegexpLike(this=node.this.copy(), expression=node.expression.copy())
        return exp.Case(ifs=[exp.If(this=matches, true=node.copy())])
    _refuse_differences(node)
    if isinstance(node, exp.Div) and node.this.is_type(*INTEGERS) and node.expression.is_type(*INTEGERS):
        return exp.IntDiv(this=node.this.copy(), expression=node.expression.copy())
    if isinstance(node, exp.DateDiff):
        # Trino counts the whole units between two times. DuckDB's date_diff counts crossed boundaries.
        unit = node.unit.name.lower() if node.unit else "day"
        if unit not in _EVEN_UNITS:
            raise unsupported(f"date_diff by {unit}")
        operands = [exp.Literal.string(unit), node.expression.copy(), node.this.copy()]
        return exp.Anonymous(this="date_sub", expressions=operands)
    if isinstance(node, exp.Sub) and node.this.is_type("date") and node.expression.is_type("date"):
        # Trino returns an interval, DuckDB a number of days.
        return exp.Anonymous(this="to_days", expressions=[exp.cast(exp.paren(node.copy()), "int")])
    if isinstance(node, exp.Mod) and node.expression.is_type(*INTEGERS) and node.this.is_type(*INTEGERS):
        return _match_remainder(node)
    moves_date = isinstance(node, exp.DateAdd | exp.Add | exp.Sub) and node.is_type("date")
    if moves_date or (isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and node.this.is_type("date")):
        return exp.cast(node.copy(), "date")  # DuckDB returns a timestamp, which compares and prints differently
    if isinstance(node, exp.AtTimeZone) and not _is_instant(node.this):
        # Trino reads a plain timestamp as UTC. DuckDB reads it as local time in the zone.
        raise unsupported("AT TIME ZONE on a value other than a timestamp with time zone")
    return node


def _match_aggregate(node: exp.Expr) -> exp.Expr:
    if (summed := _find_integer_sum(node)) is not None:
        return exp.cast(summed, "bigint")  # DuckDB's own sum is wider and does not overflow
    if isinstance(node, exp.CountIf):
        counted = exp.Case(ifs=[exp.If(this=node.this.copy(), true=exp.Literal.number(1))])
        return exp.Count(this=counted)  # 0 if no row is true. DuckDB returns NULL if all are null.
    if isinstance(node, exp.ApproxQuantile) and not node.args.get("weight"):
        # With few values Trino returns one of them. DuckDB's approximation lies between two.
        operand = node.this.copy()
        if node.this.is_type(*INTEGERS):
            operand = exp.cast(operand, "bigint")
        return exp.Anonymous(this="quantile_disc", expressions=[operand, node.args["quantile"].copy()])
    _refuse_differences(node)
    return node


def _encode_json_path(node: exp.JSONExtractScalar) -> exp.Expr:
    """Return the path's keys and indexes as a JSON list."""
    root, *steps = node.expression.expressions or [node.expression]
    if not isinstance(root, exp.JSONPathRoot) or not all(map(_is_plain, steps)):
        raise unsupported("a JSON path with other steps than keys and indexes")
    return exp.Literal.string(json.dumps([step.this for step in steps]))


def _is_plain(step: exp.Expr) -> bool:
    return isinstance(step, exp.JSONPathKey | exp.JSONPathSubscript) and isinstance(step.this, str | int)


def _find_integer_sum(node: exp.Expr) -> exp.Expr | None:
    """Return a copy of the node if it is a sum of integers, with its FILTER and OVER. Otherwise return None."""
    if isinstance(node.parent, exp.Window | exp.Filter) and node.arg_key == "this":
        return None
    innermost = node
    while isinstance(innermost, exp.Window | exp.Filter):
        innermost = innermost.this
    is_sum = isinstance(innermost, exp.Sum) and innermost.this.is_type(*INTEGERS)
    return node.copy() if is_sum else None


def _refuse_differences(node: exp.Expr) -> None:
    """Refuse nodes for which DuckDB returns another result than Trino, without an error."""
    # Outside the array Trino's subscript fails. element_at is marked as safe, since it returns NULL there.
    if isinstance(node, exp.Bracket) and not node.args.get("safe"):
        raise unsupported("the subscript operator [] (use element_at)")
    if node.is_type(OWN_OFFSET) and node.parent and not isinstance(node.parent, _ON_INSTANTS):
        raise unsupported(f"{node.parent.key} on a timestamp with its own offset (use AT TIME ZONE)")
    if isinstance(node, exp.HexString | exp.Tuple) and isinstance(node.parent, exp.Select | exp.Alias):
        raise unsupported(f"{node.key} as a result")
    if isinstance(node, exp.RegexpReplace) and "\\" in getattr(node.args.get("replacement"), "name", ""):
        raise unsupported("a backslash in the replacement of regexp_replace")
    moved = node.expression if isinstance(node, exp.Add | exp.Sub) and node.this.is_type("date") else None
    if isinstance(moved, exp.Interval) and moved.unit and moved.unit.name.lower() in _TIME_UNITS:
        reason = "Cannot add hour, minutes or seconds to a date"
        raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", reason, USER_ERROR)
    if isinstance(node, exp.StrPosition) and node.args.get("occurrence"):
        raise unsupported("strpos with an instance")
    if isinstance(node, exp.LimitOptions) and node.args.get("with_ties"):
        raise unsupported("FETCH FIRST ... WITH TIES")


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
    if not (isinstance(index, exp.Literal) and index.name.isdigit() and int(index.name) > 0):
        if isinstance(index, exp.Literal | exp.Neg):
            raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", "Index must be greater than zero", USER_ERROR)
        raise unsupported("split_part with an index that is not a literal")
    parts = exp.Anonymous(this="string_split", expressions=[node.this.copy(), node.args["delimiter"].copy()])
    return exp.Anonymous(this="list_extract", expressions=[parts, index.copy()])


def _match_remainder(node: exp.Mod) -> exp.Expr:
    """Fail on a remainder by zero, where DuckDB returns NULL."""
    zero = exp.EQ(this=node.expression.copy(), expression=exp.Literal.number(0))
    fails = exp.Anonymous(this="error", expressions=[exp.Literal.string("Division by zero")])
    return exp.paren(exp.Case(ifs=[exp.If(this=zero, true=fails)], default=node.copy()), copy=False)


def _is_instant(node: exp.Expr) -> bool:
    if node.is_type(OWN_OFFSET):
        return True
    if node.find(exp.AtTimeZone):
        return False  # DuckDB's result is the zone's local time, not an instant
    return isinstance(node, exp.FromISO8601Timestamp) or bool(node.is_type("timestamptz"))


def _match_cast(node: exp.Cast) -> exp.Expr:
    source, target = node.this, node.to
    if target.is_type("timestamp") and any(int(size.name) > MILLISECONDS for size in target.expressions):
        raise unsupported("a timestamp with more than three decimal places")
    if source.is_type(*exp.DataType.TEXT_TYPES) and target.is_type("date", "timestamp"):
        return _match_text_cast(node)
    if source.is_type(*exp.DataType.TEXT_TYPES) and target.is_type("timestamptz"):
        return _match_zoned_text(node)
    if target.is_type("decimal") and not target.expressions:
        # DuckDB's plain DECIMAL has three decimal places, Trino's has none. A literal keeps its own places.
        is_literal = isinstance(source, exp.Literal) and source.is_string
        return exp.Literal.number(source.name) if is_literal else exp.cast(source.copy(), "decimal(38, 0)")
    if target.is_type(*INTEGERS) and source.is_type("double", "float", "decimal"):
        rounded = node.copy()  # Trino rounds half away from zero, DuckDB's cast to even
        rounded.set("this", exp.Round(this=source.copy()))
        return rounded
    if target.is_type(*INTEGERS) and source.is_type(*exp.DataType.TEXT_TYPES):
        # DuckDB also accepts 7.5 and 1e3 and rounds them. Trino refuses both.
        return _check_text(node, _WHOLE_NUMBER)
    if source.is_type(*exp.DataType.TEXT_TYPES) and target.is_type("double", "float", "boolean"):
        return _check_text(node, _BOOLEAN if target.is_type("boolean") else _DOUBLE)
    if target.is_type(*exp.DataType.TEXT_TYPES) and target.expressions:
        raise unsupported("a cast to varchar(n) or char(n)")  # DuckDB doesn't cut the text
    if target.is_type(*exp.DataType.TEXT_TYPES) and source.is_type("double", "float", "timestamp", "timestamptz"):
        raise unsupported(f"a cast of {source.type} to varchar")  # 1.5E0 and 04:05:06.000 in Trino
    return node


def _check_text(node: exp.Cast, pattern: str) -> exp.Expr:
    """Fail on a text that Trino doesn't read as the cast's type, where DuckDB reads more."""
    source = node.this
    reads = exp.RegexpLike(this=source.copy(), expression=exp.Literal.string(pattern))
    refused = exp.DPipe(this=source.copy(), expression=exp.Literal.string(f" (not a {node.to.sql(dialect='trino')})"))
    checked = node.copy()
    checked.set("this", exp.Case(ifs=[exp.If(this=reads, true=source.copy())], default=refused))
    return checked


def _match_text_cast(node: exp.Cast) -> exp.Expr:
    """Read a text by Trino's format. DuckDB's own cast then fails on the text that Trino refuses."""
    source, is_date = node.this, node.to.is_type("date")
    kind = "date" if is_date else "timestamp"
    read = exp.Anonymous(this=TEXT_TO_DATE if is_date else TEXT_TO_TIMESTAMP, expressions=[source.copy()])
    if isinstance(node, exp.TryCast):
        return read
    refused = exp.DPipe(this=source.copy(), expression=exp.Literal.string(f" (Value cannot be cast to {kind})"))
    return exp.func("coalesce", read, exp.cast(refused, kind))


def take_zones(tree: exp.Expr) -> dict[int, str]:
    """Return the zones in which Trino shows the result's columns, by index. DuckDB shows all instants in UTC.

    A column ``x AT TIME ZONE 'z'`` becomes ``x``: the zone only changes how it is shown.
    """
    zones: dict[int, str] = {}
    if not isinstance(tree, exp.Select):
        return zones
    for index, column in enumerate(tree.selects):
        shown = column.unalias().unnest()
        if isinstance(shown, exp.AtTimeZone) and _is_instant(shown.this) and find_zone(shown.args["zone"].name):
            zones[index] = shown.args["zone"].name
            shown.replace(shown.this.copy())
        elif isinstance(shown, exp.Cast) and shown.to.is_type("timestamptz") and isinstance(shown.this, exp.Literal):
            found = parse_zoned(shown.this.name)
            if found and found[1]:
                zones[index] = found[1]
    return zones


def _match_zoned_text(node: exp.Cast) -> exp.Expr:
    """Read a constant timestamp with its zone: its local time for functions of local fields, else its instant."""
    source = node.this
    if not isinstance(source, exp.Literal):
        # Without a zone the text is UTC. A text with a zone would need the zone beside each value.
        text = exp.Anonymous(this=TEXT_TO_INSTANT, expressions=[source.copy()])
        if not isinstance(node, exp.TryCast):
            refused = exp.DPipe(this=source.copy(), expression=exp.Literal.string(" (Value cannot be cast)"))
            text = exp.func("coalesce", text, exp.cast(refused, "timestamp"))  # type: ignore[assignment]
        return exp.cast(text, "timestamptz")
    found = parse_zoned(source.name)
    if found is None:
        if isinstance(node, exp.TryCast):
            return exp.cast(exp.Null(), "timestamptz")
        raise QueryFailedError("INVALID_CAST_ARGUMENT", f"Value cannot be cast to timestamp: {source.name}", USER_ERROR)
    local, name = found
    if isinstance(node.parent, _OF_LOCAL_TIME):
        return exp.cast(exp.Literal.string(local.isoformat(sep=" ")), "timestamp")
    shown = node.parent.unnest() if isinstance(node.parent, exp.Alias) else node.parent
    if name not in ("", "UTC") and isinstance(shown, exp.Alias | exp.Select) and node.parent_select is not node.root():
        raise unsupported("a timestamp with a zone in a subquery")
    instant = local.replace(tzinfo=find_zone(name or "UTC")).astimezone(UTC)
    return exp.cast(exp.Literal.string(instant.isoformat(sep=" ")), "timestamptz")


def _check_unit(node: exp.Expr) -> None:
    """Refuse a unit of time for a date, as Trino does."""
    if not isinstance(node, exp.DateAdd | exp.DateDiff | exp.DateTrunc | exp.TimestampTrunc) or not node.args.get(
        "unit"
    ):
        return
    unit = node.args["unit"].name.lower()
    operands = (node.this, node.expression) if isinstance(node, exp.DateDiff) else (node.this,)
    if unit in _TIME_UNITS and all(operand.is_type("date") for operand in operands):
        raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", f"'{unit}' is not a valid DATE field", USER_ERROR)
