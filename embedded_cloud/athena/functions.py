"""Trino's functions that translate to DuckDB with the same meaning. Any other function fails the query.

https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

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
    "coalesce", "if", "nullif", "try_cast",
    # mathematical
    "abs", "ceil", "ceiling", "degrees", "exp", "floor", "greatest", "least", "ln", "log10", "log2", "mod",
    "pi", "pow", "power", "radians", "round", "sqrt", "truncate",
    # string and regular expression
    "chr", "concat", "length", "lower", "lpad", "ltrim", "regexp_extract", "regexp_like", "regexp_replace", "replace",
    "reverse", "rpad", "rtrim", "split", "starts_with", "strpos", "substr", "substring", "trim", "upper",
    # date and time
    "current_date", "date", "date_add", "date_diff", "date_format", "date_parse", "date_trunc", "day", "day_of_week",
    "day_of_year", "from_iso8601_date", "from_iso8601_timestamp", "from_unixtime", "hour", "last_day_of_month",
    "minute", "month", "quarter", "second", "to_unixtime", "week", "year",
    # array and JSON
    "array_join", "array_max", "array_min", "array_sort", "cardinality", "contains", "element_at",
    "json_extract_scalar", "sequence", "unnest",
})
# fmt: on
