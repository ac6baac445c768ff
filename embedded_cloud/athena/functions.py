"""Trino's functions that translate to DuckDB with the same meaning. Any other function fails the query.

https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

# Each name with the least and the greatest number of arguments. The greatest is None if there is no limit.
# fmt: off
_BY_ARGUMENTS: dict[tuple[int, int | None], str] = {
    (1, 1): """any_value arbitrary array_agg avg bool_and bool_or count_if stddev stddev_pop stddev_samp sum var_pop
        var_samp variance
        first_value last_value ntile
        abs ceil ceiling degrees exp floor ln log10 log2 radians sqrt
        chr length lower ltrim reverse rtrim upper
        date day day_of_month day_of_week day_of_year dow doy from_iso8601_date from_iso8601_timestamp hour
        last_day_of_month minute month quarter second to_unixtime week week_of_year year year_of_week
        array_max array_min cardinality""",
    (0, 0): "cume_dist dense_rank percent_rank rank row_number pi now",
    (0, 1): "count",
    (1, 2): "approx_distinct max min round truncate array_sort",
    (1, 3): "lag lead from_unixtime",
    (2, 2): """corr covar_pop covar_samp nth_value nullif mod pow power regexp_like starts_with date_format date_parse
        date_trunc contains element_at json_extract_scalar""",
    (2, 3): "max_by min_by if regexp_extract regexp_replace replace split strpos substr substring array_join sequence",
    (2, 4): "approx_percentile",
    (3, 3): "lpad rpad split_part date_add date_diff",
    (1, None): "greatest least",
    (2, None): "coalesce concat",
}
FUNCTIONS: Mapping[str, tuple[int, int | None]] = {
    name: count for count, names in _BY_ARGUMENTS.items() for name in names.split()
}
# fmt: on

_TEXT, _NUMBER, _TIME = frozenset({"varchar"}), frozenset({"number", "integer"}), frozenset({"date or timestamp"})
_INTEGER = frozenset({"integer"})
_BOOLEAN, _ARRAY = frozenset({"boolean"}), frozenset({"array"})
# The kinds of each argument, by sqlglot's class of the function and its name of the argument.
# https://trino.io/docs/current/functions/list.html
ARGUMENTS: Mapping[type[exp.Expr], Mapping[str, frozenset[str]]] = {
    **{key: {"this": _NUMBER | {"interval"}} for key in (exp.Sum, exp.Avg)},
    **{key: {"this": _NUMBER} for key in (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)},
    exp.ApproxQuantile: {"this": _NUMBER, "quantile": _NUMBER | _ARRAY},
    **{key: {"this": _BOOLEAN} for key in (exp.LogicalAnd, exp.LogicalOr, exp.CountIf)},
    **{key: {"expressions": _INTEGER} for key in (exp.Max, exp.Min)},
    exp.Ntile: {"this": _INTEGER},
    exp.Lag: {"offset": _INTEGER},
    exp.Lead: {"offset": _INTEGER},
    **{key: {"this": _NUMBER} for key in (exp.Abs, exp.Ceil, exp.Floor, exp.Sqrt, exp.Exp, exp.Ln, exp.Trunc)},
    exp.Round: {"this": _NUMBER, "decimals": _INTEGER},
    exp.Pow: {"this": _NUMBER, "expression": _NUMBER},
    **{key: {"this": _TEXT} for key in (exp.Lower, exp.Upper, exp.Trim, exp.Initcap)},
    exp.Length: {"this": _TEXT},
    exp.Reverse: {"this": _TEXT | _ARRAY},
    exp.Concat: {"expressions": _TEXT | _ARRAY},
    exp.Pad: {"this": _TEXT, "expression": _INTEGER, "fill_pattern": _TEXT},
    exp.Substring: {"this": _TEXT, "start": _INTEGER, "length": _INTEGER},
    exp.StrPosition: {"this": _TEXT, "substr": _TEXT, "occurrence": _INTEGER},
    exp.Split: {"this": _TEXT, "expression": _TEXT},
    exp.SplitPart: {"this": _TEXT, "delimiter": _TEXT, "part_index": _INTEGER},
    exp.Replace: {"this": _TEXT, "expression": _TEXT, "replacement": _TEXT},
    exp.StartsWith: {"this": _TEXT, "expression": _TEXT},
    **{key: {"this": _TEXT, "expression": _TEXT} for key in (exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace)},
    **{key: {"this": _TIME} for key in (exp.Year, exp.Quarter, exp.Month, exp.Week, exp.Day, exp.Hour, exp.Minute)},
    **{key: {"this": _TIME} for key in (exp.Second, exp.DayOfWeekIso, exp.DayOfWeek, exp.DayOfYear, exp.LastDay)},
    exp.DateAdd: {"this": _TIME, "expression": _INTEGER},
    exp.DateDiff: {"this": _TIME, "expression": _TIME},
    **{key: {"this": _TIME} for key in (exp.DateTrunc, exp.TimestampTrunc, exp.TimeToStr, exp.TimeToUnix)},
    exp.UnixToTime: {"this": _NUMBER},
    exp.StrToTime: {"this": _TEXT},
    exp.FromISO8601Timestamp: {"this": _TEXT},
    exp.JSONExtractScalar: {"this": _TEXT},
    exp.ArraySize: {"this": _ARRAY},
    exp.ArrayToString: {"this": _ARRAY},
    exp.ArrayContains: {"this": _ARRAY},
}
