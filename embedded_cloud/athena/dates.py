"""Trino's functions of dates and times, where DuckDB's differ.

https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from sqlglot import exp

from embedded_cloud.athena.errors import SYNTAX_ERROR, USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.failing import INVALID_ARGUMENT, fail_if, find_integer, find_text
from embedded_cloud.athena.grammar import Call
from embedded_cloud.athena.kinds import is_type
from embedded_cloud.athena.times import text_to_date

# Marks a cast to date of a partition column whose values are dates.
IS_PARTITION_DATE = "is_partition_date"
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_UNITS = frozenset({"millisecond", "second", "minute", "hour"})
_DATE_UNITS = frozenset({"day", "week", "month", "quarter", "year"})
_DAYS_PER_UNIT = {"day": 1, "week": 7}
_EVEN_UNITS = _TIME_UNITS | {"day", "week"}  # units of a constant length
_NO_TIMES = "Cannot add hour, minutes or seconds to a date"
SECONDS_PER_DAY = 86_400
_MONTHS = ("month", "year")
# Trino's fields of EXTRACT, and DuckDB's.
_FIELDS = {
    **{name: name for name in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "DOY")},
    "DAY_OF_MONTH": "DAY",
    "DAY_OF_WEEK": "ISODOW",
    "DOW": "ISODOW",
    "DAY_OF_YEAR": "DOY",
    "YEAR_OF_WEEK": "ISOYEAR",
    "YOW": "ISOYEAR",
}
_ZONE_FIELDS = ("TIMEZONE_HOUR", "TIMEZONE_MINUTE")
# The letters after % in a format, of which DuckDB's have the same meaning. Trino takes any other letter as itself.
_FORMAT_LETTERS = frozenset("YmdHisTcefhIjklMbpaWrSy%")
_REFUSED_LETTERS = frozenset("DUuVwX")


def check_format(call: Call, position: str) -> None:
    """Refuse a format of date_format or date_parse that DuckDB's has another meaning for."""
    if call.last_text is None:
        raise unsupported(f"{position}: {call.name} with a format that is not a literal")
    letters = call.last_text.replace("%%", "").split("%")[1:]
    found = [part[:1] for part in letters]
    if wrong := next((letter for letter in found if letter in _REFUSED_LETTERS), ""):
        reason = f"{position}: %{wrong} not supported in date format string"
        raise QueryFailedError(INVALID_ARGUMENT, reason, USER_ERROR)
    if other := next((letter for letter in found if letter not in _FORMAT_LETTERS), ""):
        raise unsupported(f"{position}: %{other} in a format of {call.name}")
    if call.name == "date_parse" and not {"Y", "y"} & set(found):
        raise unsupported(f"{position}: date_parse without a year")


def read_signs(tree: exp.Expr) -> None:
    """Write ``INTERVAL -'1' DAY`` as ``INTERVAL '-1' DAY``."""
    for interval in tree.find_all(exp.Interval):
        if isinstance(interval.this, exp.Neg):
            interval.set("this", exp.Literal.string(f"-{interval.this.name}"))


def is_plain_date(source: exp.Expr) -> bool:
    """Tell whether an expression is the text of a date, such as ``'2026-11-23'``, which DuckDB reads as Trino does."""
    text = find_text(source)
    return text is not None and bool(_PLAIN_DATE.fullmatch(text)) and text_to_date(text) is not None


def _add_days(node: exp.Expr) -> exp.Expr | None:
    """Return the date of a date's literal and a whole number of days or weeks. None if the node is another one.

    DuckDB can't choose the partitions of a filter with a sum that may fail.
    """
    if not isinstance(node, exp.DateAdd | exp.Add | exp.Sub) or not isinstance(node.this, exp.Cast):
        return None
    moved, unit = node.expression, _read_unit(node)
    if isinstance(moved, exp.Interval):
        moved, unit = moved.this, moved.unit.name.lower() if moved.unit else ""
    count = _find_count(moved)
    if not is_plain_date(node.this.this) or count is None or unit not in _DAYS_PER_UNIT:
        return None
    sign = -1 if isinstance(node, exp.Sub) else 1
    try:
        day = date.fromisoformat(node.this.this.name) + timedelta(days=sign * count * _DAYS_PER_UNIT[unit])
    except OverflowError:
        return None
    return exp.TryCast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("date"))


def _find_count(value: exp.Expr) -> int | None:
    """Return a whole number that is a literal: 7, -7 or '7'."""
    text = find_text(value)
    if text is None:
        return find_integer(value.this if isinstance(value, exp.Paren) else value)
    return int(text) if re.fullmatch("-?[0-9]{1,6}", text) else None


def match_date(node: exp.Expr) -> exp.Expr | None:
    """Return the node for which DuckDB gives Trino's date or time, or None if ``node`` needs no change.

    Raises
    ------
    QueryFailedError
        If Trino refuses the node, or if the two differ and this module has no replacement.
    """
    _check_unit(node)
    if isinstance(node, exp.Extract):
        return _match_extract(node)
    if isinstance(node, exp.Interval):
        _check_interval(node)
    if isinstance(node, exp.UnixToTime) and node.args.get("zone"):
        raise unsupported("from_unixtime with a zone")
    if isinstance(node, exp.DateDiff):
        # Trino counts the whole units between two times. DuckDB's date_diff counts crossed boundaries.
        unit = _read_unit(node)
        if unit not in _EVEN_UNITS:
            raise unsupported(f"date_diff by {unit}")
        operands = [exp.Literal.string(unit), node.expression.copy(), node.this.copy()]
        return exp.Anonymous(this="date_sub", expressions=operands)
    if isinstance(node, exp.Sub) and is_type(node.this, "date") and is_type(node.expression, "date"):
        # Trino returns an interval, DuckDB a number of days.
        return exp.Anonymous(this="to_days", expressions=[exp.cast(exp.paren(node.copy()), "int")])
    if (moved := _add_days(node)) is not None:
        return moved
    moves_date = isinstance(node, exp.DateAdd | exp.Add | exp.Sub) and is_type(node, "date")
    if moves_date or (isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and is_type(node.this, "date")):
        # DuckDB returns a timestamp, which compares and prints differently.
        return _check_whole_days(node, exp.cast(node.copy(), "date"))
    return None


def _check_whole_days(node: exp.Expr, moved: exp.Expr) -> exp.Expr:
    """Fail if a computed interval, such as ``INTERVAL '2' HOUR * 2``, moves a date by a part of a day."""
    sides = (node.this, node.expression) if isinstance(node, exp.Add | exp.Sub) else ()
    computed = next((side for side in sides if is_type(side, "interval") and not isinstance(side, exp.Interval)), None)
    if computed is None:
        return moved
    seconds = exp.Anonymous(this="epoch", expressions=[computed.copy()])
    part = exp.Mod(this=seconds, expression=exp.Literal.number(SECONDS_PER_DAY))
    return fail_if(exp.NEQ(this=part, expression=exp.Literal.number(0)), _NO_TIMES, moved)


def _read_unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return str(unit.name).lower() if unit else "day"


def _check_unit(node: exp.Expr) -> None:
    """Refuse a unit that Trino doesn't have, a unit of time for a date, and hours added to a date."""
    if isinstance(node, exp.DateAdd | exp.DateDiff | exp.DateTrunc | exp.TimestampTrunc):
        unit = _read_unit(node)
        operands = (node.this, node.expression) if isinstance(node, exp.DateDiff) else (node.this,)
        of_dates = all(is_type(operand, "date") for operand in operands)
        if unit not in (_DATE_UNITS if of_dates else _DATE_UNITS | _TIME_UNITS):
            kind = "DATE" if of_dates else "TIMESTAMP"
            raise QueryFailedError(INVALID_ARGUMENT, f"'{unit}' is not a valid {kind} field", USER_ERROR)
    moved = node.expression if isinstance(node, exp.Add | exp.Sub) and is_type(node.this, "date") else None
    if isinstance(moved, exp.Interval) and moved.unit and moved.unit.name.lower() in _TIME_UNITS:
        raise QueryFailedError(INVALID_ARGUMENT, _NO_TIMES, USER_ERROR)


def _match_extract(node: exp.Extract) -> exp.Expr:
    field = node.name.upper()
    if field in _ZONE_FIELDS:
        raise unsupported(f"extract of {field}")
    if field not in _FIELDS:
        raise QueryFailedError("SYNTAX_ERROR", f"line 1:1: Invalid EXTRACT field: {node.name}", SYNTAX_ERROR)
    extracted = node.copy()
    extracted.set("this", exp.var(_FIELDS[field]))
    return extracted


def _check_interval(node: exp.Interval) -> None:
    """Refuse an interval of months that is not added to a time: DuckDB's interval has days as well."""
    if isinstance(node.unit, exp.IntervalSpan):
        raise unsupported("an interval of two units")
    in_months = node.unit is not None and node.unit.name.lower() in _MONTHS
    added = isinstance(node.parent, exp.Add | exp.Sub) and any(
        is_type(side, *exp.DataType.TEMPORAL_TYPES) for side in (node.parent.this, node.parent.expression)
    )
    if in_months and not added:
        raise unsupported("an interval of months that is not added to a date or a timestamp")
