"""Trino's functions of the present, which is the cloud's date when the query started.

A compiled query is kept and may run again at another time. So it reads the time from a variable of the engine. A query
with ``current_date`` isn't kept: the date is in it, since Trino chooses partitions by it.

https://trino.io/docs/current/functions/datetime.html#current_date
"""

from __future__ import annotations

from datetime import date, datetime

from sqlglot import exp

from embedded_cloud.athena.errors import unsupported
from embedded_cloud.athena.sql import DIALECT

_VARIABLE = "trino_present"
MILLISECONDS = 3  # the decimal places of Athena's timestamps
_FUNCTIONS: dict[type[exp.Expr], tuple[str, ...]] = {
    # The casts from the instant, one after the other. DuckDB has no direct one to a time.
    exp.CurrentTimestamp: (),
    exp.Localtimestamp: ("timestamp",),
    exp.Localtime: ("timestamp", "time"),
}


def write_present(now: datetime) -> str:
    """Return the statement in DuckDB's SQL that sets the present to ``now``, in milliseconds as on Athena."""
    return f"SET VARIABLE {_VARIABLE} = TIMESTAMPTZ '{now.isoformat(timespec='milliseconds')}'"


def match_present(node: exp.Expr) -> exp.Expr | None:
    """Return the node that reads the present in DuckDB, or None if ``node`` isn't about it.

    Raises
    ------
    QueryFailedError
        If the function has another precision than milliseconds, or a type that DuckDB lacks.
    """
    if isinstance(node, exp.CurrentTime):
        raise unsupported("current_time (use localtime)")
    if type(node) not in _FUNCTIONS:
        return None
    if node.this is not None and node.name != str(MILLISECONDS):
        raise unsupported(f"{node.sql(DIALECT).lower()}, a precision other than three decimal places,")
    present: exp.Expr = exp.Anonymous(this="getvariable", expressions=[exp.Literal.string(_VARIABLE)])
    for kind in _FUNCTIONS[type(node)]:
        present = exp.cast(present, kind)
    return present


def set_current_date(tree: exp.Expr, today: date) -> bool:
    """Write ``current_date`` as ``today``, and return True if it was found."""
    found = list(tree.find_all(exp.CurrentDate))
    for node in found:
        node.replace(exp.cast(exp.Literal.string(today.isoformat()), "date"))
    return bool(found)
