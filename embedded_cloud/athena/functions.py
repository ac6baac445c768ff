"""Trino's functions that translate to DuckDB with the same meaning. Any other function fails the query.

https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

# fmt: off
FUNCTIONS = frozenset({
    # aggregate
    "any_value", "approx_distinct", "approx_percentile", "arbitrary", "array_agg", "avg", "bool_and", "bool_or", "corr",
    "count", "count_if", "covar_pop", "covar_samp", "max", "max_by", "min", "min_by", "stddev", "stddev_pop",
    "stddev_samp", "sum", "var_pop", "var_samp", "variance",
    # window
    "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank", "rank",
    "row_number",
    # conditional and conversion
    "coalesce", "if", "nullif",
    # mathematical
    "abs", "ceil", "ceiling", "degrees", "exp", "floor", "greatest", "least", "ln", "log10", "log2", "mod",
    "pi", "pow", "power", "radians", "round", "sqrt", "truncate",
    # string and regular expression
    "chr", "concat", "length", "lower", "lpad", "ltrim", "regexp_extract", "regexp_like", "regexp_replace", "replace",
    "reverse", "rpad", "rtrim", "split", "split_part", "starts_with", "strpos", "substr", "substring", "trim", "upper",
    # date and time
    "current_date", "date", "date_add", "date_diff", "date_format", "date_parse", "date_trunc", "day", "day_of_week",
    "day_of_year", "from_iso8601_date", "from_iso8601_timestamp", "from_unixtime", "hour", "last_day_of_month",
    "minute", "month", "quarter", "second", "to_unixtime", "week", "year",
    # array and JSON
    "array_join", "array_max", "array_min", "array_sort", "cardinality", "contains", "element_at",
    "json_extract_scalar", "sequence", "unnest",
})
# fmt: on

_TEXT, _NUMBER, _TIME = frozenset({"varchar"}), frozenset({"number"}), frozenset({"date or timestamp"})
_BOOLEAN, _ARRAY = frozenset({"boolean"}), frozenset({"array"})
# The kinds of each argument, by sqlglot's class of the function and its name of the argument. Trino's own are narrower:
# an integer is a number here. https://trino.io/docs/current/functions/list.html
ARGUMENTS: Mapping[type[exp.Expr], Mapping[str, frozenset[str]]] = {
    **{key: {"this": _NUMBER | {"interval"}} for key in (exp.Sum, exp.Avg)},
    **{key: {"this": _NUMBER} for key in (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop)},
    exp.ApproxQuantile: {"this": _NUMBER, "quantile": _NUMBER | _ARRAY},
    **{key: {"this": _BOOLEAN} for key in (exp.LogicalAnd, exp.LogicalOr, exp.CountIf)},
    exp.Ntile: {"this": _NUMBER},
    exp.Lag: {"offset": _NUMBER},
    exp.Lead: {"offset": _NUMBER},
    **{key: {"this": _NUMBER} for key in (exp.Abs, exp.Ceil, exp.Floor, exp.Sqrt, exp.Exp, exp.Ln, exp.Trunc)},
    exp.Round: {"this": _NUMBER, "decimals": _NUMBER},
    exp.Pow: {"this": _NUMBER, "expression": _NUMBER},
    **{key: {"this": _TEXT} for key in (exp.Lower, exp.Upper, exp.Trim, exp.Initcap)},
    exp.Length: {"this": _TEXT},
    exp.Reverse: {"this": _TEXT | _ARRAY},
    exp.Concat: {"expressions": _TEXT | _ARRAY},
    exp.Pad: {"this": _TEXT, "expression": _NUMBER, "fill_pattern": _TEXT},
    exp.Substring: {"this": _TEXT, "start": _NUMBER, "length": _NUMBER},
    exp.StrPosition: {"this": _TEXT, "substr": _TEXT, "occurrence": _NUMBER},
    exp.Split: {"this": _TEXT, "expression": _TEXT},
    exp.SplitPart: {"this": _TEXT, "delimiter": _TEXT, "part_index": _NUMBER},
    exp.Replace: {"this": _TEXT, "expression": _TEXT, "replacement": _TEXT},
    exp.StartsWith: {"this": _TEXT, "expression": _TEXT},
    **{key: {"this": _TEXT, "expression": _TEXT} for key in (exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace)},
    **{key: {"this": _TIME} for key in (exp.Year, exp.Quarter, exp.Month, exp.Week, exp.Day, exp.Hour, exp.Minute)},
    **{key: {"this": _TIME} for key in (exp.Second, exp.DayOfWeekIso, exp.DayOfWeek, exp.DayOfYear, exp.LastDay)},
    exp.DateAdd: {"this": _TIME, "expression": _NUMBER},
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
