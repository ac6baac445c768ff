"""Timestamps with a zone. Trino's is a local time with its zone, DuckDB's an instant that is shown in UTC.

Two types that Trino does not have mark the values whose zone DuckDB loses: an instant of another or an unknown zone,
and the local time that AT TIME ZONE returns. Each may only be where the two engines agree.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlglot import exp

from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.failing import INVALID_ARGUMENT, find_text, refuse_text
from embedded_cloud.athena.kinds import COMPARISONS, is_type
from embedded_cloud.athena.times import ISO_TO_INSTANT, TEXT_TO_INSTANT, UTC_NAMES, find_zone, parse_zoned

OWN_OFFSET = exp.DataType.Type.TIMESTAMPLTZ
LOCAL = exp.DataType.Type.TIMESTAMP_NS
_UTC = ("", "UTC")
# The nodes over an instant for which its zone makes no difference.
_ON_INSTANTS: tuple[type[exp.Expr], ...] = (
    *COMPARISONS,
    *(exp.AtTimeZone, exp.TimeToUnix, exp.DateDiff, exp.Min, exp.Max, exp.Count),
    *(exp.Ordered, exp.Paren, exp.Alias, exp.Is, exp.Select, exp.Window, exp.Tuple, exp.Group),
)
# The functions of a timestamp's local fields.
OF_LOCAL_TIME: tuple[type[exp.Expr], ...] = (
    *(exp.Cast, exp.Date, exp.Hour, exp.Minute, exp.Second, exp.Day, exp.DayOfMonth, exp.Month, exp.Year, exp.Quarter),
    *(exp.Week, exp.WeekOfYear, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.YearOfWeek, exp.LastDay),
    *(exp.TimeToStr, exp.Extract),
)
_ON_LOCAL: tuple[type[exp.Expr], ...] = (
    *OF_LOCAL_TIME,
    exp.Alias,
    exp.Paren,
    exp.Select,
    exp.Is,
    exp.Count,
    exp.Group,
    exp.Ordered,
)


def annotate_cast(annotator: Any, node: exp.Cast) -> exp.Expr:
    """Set a cast's type. That of a text with a zone other than UTC is an instant with its own offset."""
    text = find_text(node.this)
    if text is not None and is_type(node.to, "timestamptz"):
        found = parse_zoned(text)
        if found and found[1] not in _UTC:
            return annotator._set_type(node, OWN_OFFSET)  # type: ignore[no-any-return]
    return annotator._set_type(node, node.to)  # type: ignore[no-any-return]


def lift_zones(tree: exp.Expr) -> None:
    """Write ``date_trunc(unit, x AT TIME ZONE z)`` as an instant AT TIME ZONE z, as its type in Trino is."""
    for node in list(tree.find_all(exp.DateTrunc, exp.TimestampTrunc)):
        local = node.this.unnest()
        if isinstance(local, exp.AtTimeZone):
            zone = local.args["zone"]
            instant = exp.Anonymous(this="timezone", expressions=[_write_zone(zone), node.copy()])
            node.replace(exp.AtTimeZone(this=exp.cast(instant, "timestamptz"), zone=zone.copy()))


def take_zones(tree: exp.Expr) -> dict[int, str]:
    """Return the zones in which Trino shows the result's columns, by index. DuckDB shows all instants in UTC.

    A column ``x AT TIME ZONE 'z'`` becomes ``x``: the zone only changes how it is shown.
    """
    zones: dict[int, str] = {}
    if not isinstance(tree, exp.Select):
        return zones
    for index, column in enumerate(tree.selects):
        shown = column.unalias().unnest()
        if isinstance(shown, exp.AtTimeZone):
            _write_zone(shown.args["zone"])  # fails on a zone that is not one
            name = shown.args["zone"].name
            zones[index] = "UTC" if name in UTC_NAMES else name
            _strip_zone(tree, shown)
        elif isinstance(shown, exp.Cast) and has_type(shown, OWN_OFFSET):
            zones[index] = _read_zone(shown)
    return zones


def _read_zone(constant: exp.Cast) -> str:
    found = parse_zoned(find_text(constant.this) or "")
    return found[1] if found else "UTC"


def _strip_zone(tree: exp.Select, shown: exp.AtTimeZone) -> None:
    """Replace a column, and the same expression in GROUP BY and ORDER BY, by its instant."""
    clauses = [clause for key in ("group", "order") if (clause := tree.args.get(key))]
    same = [node for clause in clauses for node in clause.find_all(exp.AtTimeZone) if node == shown]
    for node in (shown, *same):
        node.replace(_read_instant(node))


def _read_instant(local: exp.AtTimeZone) -> exp.Expr:
    """Return the instant that AT TIME ZONE shows. A plain timestamp is in UTC, the session's zone."""
    if is_instant(local.this):
        return local.this.copy()  # type: ignore[no-any-return]
    if has_type(local.this, exp.DataType.Type.TIMESTAMP):
        return exp.cast(local.this.copy(), "timestamptz")
    raise unsupported("AT TIME ZONE on a value other than a timestamp")


def is_instant(node: exp.Expr) -> bool:
    """Tell whether DuckDB has the value as an instant."""
    return has_type(node, exp.DataType.Type.TIMESTAMPTZ, OWN_OFFSET)


def has_type(node: exp.Expr, *types: object) -> bool:
    """Tell whether a node has one of the types. Unlike is_type, it reads a cast's own type and not its target."""
    return node.type is not None and node.type.this in types


def check_result_zones(tree: exp.Query, zones: dict[int, str]) -> None:
    """Refuse a column of the result whose zone is not known."""
    for index, column in enumerate(tree.selects):
        if index not in zones and has_type(column, OWN_OFFSET, LOCAL):
            raise unsupported("a result column of a timestamp with its own offset (use AT TIME ZONE in the SELECT)")


def refuse_zones(node: exp.Expr) -> None:
    """Refuse a value that DuckDB has without its zone, where the zone makes a difference."""
    parent = node.parent
    if parent is None or isinstance(node, exp.Identifier):
        return
    is_constant = isinstance(node, exp.Cast) and find_text(node.this) is not None
    accepted: tuple[type[exp.Expr], ...] = (*_ON_INSTANTS, *OF_LOCAL_TIME) if is_constant else _ON_INSTANTS
    if has_type(node, OWN_OFFSET) and not isinstance(parent, accepted) and not _moves_instant(parent):
        raise unsupported(f"{parent.key} on a timestamp with its own offset (use AT TIME ZONE)")
    is_lifted = isinstance(parent, exp.DateTrunc | exp.TimestampTrunc) and isinstance(parent.parent, exp.Anonymous)
    if has_type(node, LOCAL) and not isinstance(parent, _ON_LOCAL) and not is_lifted:
        raise unsupported(f"{parent.key} on a timestamp AT TIME ZONE")


def _moves_instant(parent: exp.Expr) -> bool:
    """Tell whether a node adds a duration to an instant, or subtracts two instants."""
    if isinstance(parent, exp.DateAdd):
        return parent.args["unit"].name.lower() in ("millisecond", "second", "minute", "hour")
    if not isinstance(parent, exp.Add | exp.Sub):
        return False
    return has_type(parent, exp.DataType.Type.INTERVAL) or any(
        isinstance(side, exp.Interval) and side.unit and side.unit.name.lower() not in ("month", "year")
        for side in (parent.this, parent.expression)
    )


def match_zone(node: exp.Expr) -> exp.Expr | None:
    """Return the node for which DuckDB gives Trino's time in a zone, or None if ``node`` needs no change."""
    if isinstance(node, exp.FromISO8601Timestamp):
        return exp.cast(exp.Anonymous(this=ISO_TO_INSTANT, expressions=[node.this.copy()]), "timestamptz")
    if not isinstance(node, exp.AtTimeZone):
        return None
    return exp.Anonymous(this="timezone", expressions=[_write_zone(node.args["zone"]), _read_instant(node)])


def _write_zone(zone: exp.Expr) -> exp.Expr:
    """Return a zone as DuckDB's ICU knows it: GMT-05:00 for -05:00."""
    name = find_text(zone)
    if name is None:
        raise unsupported("AT TIME ZONE with a zone that is not a literal")
    if not find_zone(name):
        raise QueryFailedError(INVALID_ARGUMENT, f"'{name}' is not a valid time zone", USER_ERROR)
    return exp.Literal.string(f"GMT{name}" if name[0] in "+-" else name)


def match_zoned_text(node: exp.Cast) -> exp.Expr:
    """Read a constant timestamp with its zone: its local time for functions of local fields, else its instant."""
    source = node.this
    constant = find_text(source)
    if constant is None:
        # Without a zone the text is UTC. A text with a zone would need the zone beside each value.
        text: exp.Expr = exp.Anonymous(this=TEXT_TO_INSTANT, expressions=[source.copy()])
        if not isinstance(node, exp.TryCast):
            text = exp.func("coalesce", text, refuse_text(source, "Value cannot be cast to timestamp: "))
        return exp.cast(text, "timestamptz")
    found = parse_zoned(constant)
    if found is None:
        if isinstance(node, exp.TryCast):
            return exp.cast(exp.Null(), "timestamptz")
        raise QueryFailedError("INVALID_CAST_ARGUMENT", f"Value cannot be cast to timestamp: {constant}", USER_ERROR)
    local, name = found
    if isinstance(node.parent, OF_LOCAL_TIME):
        return exp.cast(exp.Literal.string(local.isoformat(sep=" ")), "timestamp")
    shown = node.parent.unnest() if isinstance(node.parent, exp.Alias) else node.parent
    if name not in _UTC and isinstance(shown, exp.Alias | exp.Select) and node.parent_select is not node.root():
        raise unsupported("a timestamp with a zone in a subquery")
    instant = local.replace(tzinfo=find_zone(name or "UTC")).astimezone(UTC)
    return exp.cast(exp.Literal.string(instant.isoformat(sep=" ")), "timestamptz")
