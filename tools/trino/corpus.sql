-- every delivered line
SELECT * FROM delivered_bars WHERE dt BETWEEN '2026-11-18' AND '2026-11-19';
-- every bar of three dates and two intervals
SELECT * FROM bars WHERE dt BETWEEN '2026-11-18' AND '2026-11-23';
-- counts of partitions, some of them not projected
SELECT "interval", dt, count(*), count(DISTINCT name), max(volume) FROM delivered_bars WHERE dt >= '2026-11-01' GROUP BY 1, 2 ORDER BY 1, 2;
-- aggregates of doubles and integers
SELECT name, count(*) AS bars, min(low), max(high), sum(volume), min_by(open, ts), max_by(close, ts), bool_or(high > 1), count_if(volume > 500), arbitrary(dt)
FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23' GROUP BY name ORDER BY name;
-- an average of integers is a double, a sum of integers a bigint
SELECT name, avg(volume) FROM bars WHERE "interval" = '5m' AND dt = '2026-11-18' GROUP BY name;
-- aggregates of no rows
SELECT count(*), max(high), sum(volume), avg(high), array_agg(name), count_if(high > 1), min_by(high, ts) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-22';
-- window: moving extremes, lags, ranks with ties
SELECT ts,
  max(high) OVER (PARTITION BY name ORDER BY ts ROWS BETWEEN 4 PRECEDING AND CURRENT ROW),
  lag(close) OVER (PARTITION BY name ORDER BY ts), lead(close, 2, 0e0) OVER (PARTITION BY name ORDER BY ts),
  rank() OVER (PARTITION BY name ORDER BY volume), dense_rank() OVER (PARTITION BY name ORDER BY volume),
  ntile(4) OVER (PARTITION BY name ORDER BY ts), first_value(open) OVER (PARTITION BY name ORDER BY ts),
  last_value(close) OVER (PARTITION BY name ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23' AND name = 'META' ORDER BY ts;
-- window: frames by range and groups of ties
SELECT ts, volume, count(*) OVER (ORDER BY volume RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), sum(volume) OVER (ORDER BY volume)
FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND name = 'META' ORDER BY volume, ts;
-- instants from text with an offset
SELECT name, hour(from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York') AS there,
  to_unixtime(from_iso8601_timestamp(ts)), date(from_iso8601_timestamp(ts) AT TIME ZONE 'Asia/Tokyo'), minute(from_iso8601_timestamp(ts) AT TIME ZONE 'Asia/Kolkata'), date_diff('minute', from_iso8601_timestamp('2026-11-19T00:00:00Z'), from_iso8601_timestamp(ts))
FROM bars WHERE "interval" = '1m' AND dt = '2026-11-19' ORDER BY name, ts;
-- dates from partitions
SELECT DISTINCT dt, date(dt), date_add('day', 1, date(dt)), date_trunc('week', date(dt)), date_trunc('month', date(dt)), day_of_week(date(dt)), date_diff('day', date(dt), date '2026-12-25'), date_format(date(dt), '%Y/%m/%d'), year(date(dt)), month(date(dt)), day(date(dt))
FROM bars WHERE "interval" = '1m' AND dt BETWEEN '2026-11-18' AND '2026-11-23' ORDER BY dt;
-- date functions of literals
SELECT date_parse('2026-11-23 09:30', '%Y-%m-%d %H:%i'), date_trunc('hour', timestamp '2026-11-23 09:45:12.345'), date_diff('minute', timestamp '2026-11-23 09:45:59', timestamp '2026-11-23 10:00:00'), date_add('minute', -90, timestamp '2026-11-23 00:30:00'), timestamp '2026-11-23 09:30:00' + interval '90' minute, date '2026-01-31' + interval '1' month, from_unixtime(1763908200), to_unixtime(timestamp '2026-11-23 09:30:00.500'), quarter(date '2026-11-23'), week(date '2027-01-01'), day_of_year(date '2026-03-01');
-- formats of times
SELECT date_format(timestamp '2026-01-05 07:08:09', '%Y-%m-%d %H:%i:%s'), date_format(timestamp '2026-01-05 17:08:09', '%W %a %b %e %c %k %l %p %T %j');
-- text
SELECT DISTINCT name, length(name), upper(name), lower(name), reverse(name), substr(name, 2), substr(name, -2, 1), strpos(name, 'E'), replace(name, 'A', 'aa'), lpad(name, 6, '*'), rpad(name, 2, '*'), name || '!', concat(name, '-', dt), starts_with(name, 'M'), trim(' x '), split(name, 'E')
FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' ORDER BY name;
-- regular expressions
SELECT DISTINCT name, regexp_like(name, '^[A-Z]+$'), regexp_extract(name, '[A-Z](.)', 1), regexp_replace(name, '[AEIOU]', '_'), name LIKE 'B%' FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18';
-- casts of text
SELECT DISTINCT substr(ts, 12, 2), CAST(substr(ts, 12, 2) AS integer), TRY_CAST(name AS integer), TRY_CAST(substr(ts, 15, 2) AS double), CAST(substr(ts, 1, 10) AS date), TRY_CAST('1e3' AS double), TRY_CAST(' 7' AS bigint), TRY_CAST('7.5' AS integer), TRY_CAST('TRUE' AS boolean), TRY_CAST('t' AS boolean), TRY_CAST('2026-13-01' AS date)
FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18';
-- casts of numbers
SELECT CAST(to_unixtime(from_iso8601_timestamp('1970-01-01T00:00:02.500Z')) AS bigint), CAST(max_by(2.5e0, 1) AS bigint), min_by(7, 1) / 2;
SELECT CAST(2.5e0 AS integer), CAST(3.5e0 AS bigint), CAST(-2.5e0 AS integer), CAST(7 AS double), CAST(7 AS varchar), CAST(7.25 AS decimal(10, 1)), CAST(true AS integer), CAST(0 AS boolean), CAST(1.005 AS decimal(3, 2)), CAST(date '2026-11-23' AS varchar), CAST(timestamp '2026-11-23 09:30:00' AS date), CAST(true AS varchar);
-- arithmetic
SELECT 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7 / 2e0, round(2.5e0), round(-2.5e0), round(2.675e0, 2), round(12345, -2), truncate(-2.7e0), ceil(2.1e0), floor(-2.1e0), abs(-3), sqrt(2e0), power(2, 10), ln(2e0), log10(1000e0), mod(-7, 3), 0.1e0 + 0.2e0, 1e0 / 0e0, 0e0 / 0e0, greatest(1, 3, 2), least(2e0, 1e0);
-- decimals
SELECT 1.10 + 2.205, 1.5 * 1.25, 1.0 = 1, 3.14, DECIMAL '12.340';
-- division by zero fails
SELECT 1 / (count(*) - count(*)) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18';
-- a cast that fails
SELECT CAST(name AS integer) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18';
-- text compared with a number fails
SELECT count(*) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND name > 5;
-- an unknown column fails
SELECT nothing FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18';
-- an alias in WHERE fails
SELECT high AS h FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND h > 1;
-- a column that is not grouped fails
SELECT name, high FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' GROUP BY name;
-- nulls: their order, their comparison
SELECT name, open, volume, open IS NULL, coalesce(open, 0e0), nullif(name, 'NULLS'), open > 1, if(open > 1, 'up', 'down') FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND ts >= '2026-11-18T12' ORDER BY open, name;
-- nulls last and first
SELECT name, volume FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND ts >= '2026-11-18T12' ORDER BY volume DESC, name;
-- nulls first where it is asked
SELECT name, volume FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND ts >= '2026-11-18T12' ORDER BY volume DESC NULLS FIRST, name LIMIT 5;
-- nulls in lists
SELECT 1 IN (2, NULL), NULL IN (1), 1 NOT IN (2, NULL), NULL = NULL, NULL IS DISTINCT FROM 1, count(NULL);
-- arrays
SELECT array_agg(volume ORDER BY ts), cardinality(array_agg(volume)), array_max(array_agg(high)), element_at(array_agg(ts ORDER BY ts), 1), element_at(array_agg(ts ORDER BY ts), -1), contains(array_agg(volume), 0), array_join(array_agg(substr(ts, 12, 5) ORDER BY ts), ',')
FROM bars WHERE "interval" = '5m' AND dt = '2026-11-18';
-- arrays: literals, an element, a slice, none
SELECT ARRAY[1, 2, NULL], ARRAY[1.5e0, 2e0], element_at(ARRAY[1], 2), cardinality(ARRAY[]), array_sort(ARRAY[3, 1, NULL, 2]);
-- unnest
SELECT name, minute, position FROM (VALUES ('A', ARRAY['09', '10']), ('B', ARRAY['11'])) AS t(name, minutes) CROSS JOIN UNNEST(minutes) WITH ORDINALITY AS u(minute, position) ORDER BY 1, 3;
-- sequences of numbers and days
SELECT n, date_add('day', n, date '2026-11-20') FROM UNNEST(sequence(0, 4)) AS t(n) ORDER BY n;
-- JSON
SELECT json_extract_scalar('{"a": {"b": [1, 2.50, "x", null, true]}}', '$.a.b[1]'), json_extract_scalar('{"a": {"b": "x"}}', '$.a'), json_extract_scalar('{"a": null}', '$.a'), json_extract_scalar('{"a": "q\"q"}', '$.a'), json_extract_scalar('{"a": 1.50}', '$.a'), json_extract_scalar('{}', '$.a');
-- approximate percentiles of few values
SELECT approx_percentile(x, 0.5), approx_percentile(x, 0.9), approx_percentile(x, 0e0), approx_percentile(x, 1e0) FROM (VALUES 1e0, 2e0, 3e0, 4e0, 5e0) AS t(x);
-- statistics
SELECT round(stddev(x), 10), round(var_pop(x), 10), round(corr(x, y), 10), round(covar_pop(x, y), 10), stddev(x) FILTER (WHERE x > 3.5e0) FROM (VALUES (1e0, 2e0), (2e0, 3e0), (4e0, 9e0)) AS t(x, y);
-- grouping sets
SELECT name, "interval", count(*) FROM bars WHERE dt = '2026-11-18' AND "interval" IN ('1m', '5m') AND name IN ('META', 'BRK-B') GROUP BY GROUPING SETS ((name, "interval"), (name), ()) ORDER BY 1, 2;
-- rollup
SELECT dt, name, sum(volume) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-19' GROUP BY ROLLUP (dt, name) ORDER BY 1, 2;
-- joins
SELECT a.name, a.dt, b.dt, a.high - b.high FROM bars a LEFT JOIN bars b ON a.name = b.name AND b."interval" = '5m' AND b.dt = '2026-11-18' AND substr(a.ts, 12, 5) = substr(b.ts, 12, 5) WHERE a."interval" = '1m' AND a.dt = '2026-11-18' AND a.name = 'META' ORDER BY a.ts;
-- sets
SELECT name FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' INTERSECT SELECT name FROM bars WHERE "interval" = '5m' AND dt = '2026-11-18' UNION ALL SELECT 'x' EXCEPT SELECT 'y';
-- subqueries
SELECT name, high FROM bars b WHERE "interval" = '1m' AND dt = '2026-11-23' AND high = (SELECT max(high) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23') AND EXISTS (SELECT 1 FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23' AND name = b.name) ORDER BY ts;
-- offset and limit
SELECT ts FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23' AND name = 'META' ORDER BY ts OFFSET 3 LIMIT 2;
-- doubles as they are written
SELECT x FROM (VALUES 1e0, 0.1e0, 100e0, 1e6, 9999999e0, 1e7, 12345678.9e0, 1e21, 0.001e0, 0.0001e0, 1.1e-7, -0e0, 0.30000000000000004e0, 5e-324, 1.7976931348623157e308) AS t(x);
-- reals as they are written
SELECT CAST(x AS real) FROM (VALUES 1e0, 0.1e0, 16777217e0, 1e10, 0.0001e0) AS t(x);
-- zones
SELECT hour(from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'Asia/Tokyo'), date(from_iso8601_timestamp('2026-11-23T23:30:00-05:00') AT TIME ZONE 'Asia/Tokyo');
-- from_iso8601_date and human words
SELECT from_iso8601_date('2026-11-23'), last_day_of_month(date '2026-02-03'), extract(hour FROM timestamp '2026-11-23 09:30:00'), extract(dow FROM date '2026-11-23');
-- types of literals
SELECT 1, 1.0, 1e0, 'a', true, NULL, date '2026-11-23', timestamp '2026-11-23 09:30:00', 2147483648, interval '1' day, count(*), 1 + 2147483648 FROM (VALUES 1) AS t(x);
-- integers that overflow fail
SELECT 2147483647 + 1;
-- bigints that overflow fail
SELECT sum(x) FROM (VALUES 9223372036854775807, 1) AS t(x);
-- columns without names, and names in other cases
SELECT HIGH, Name AS "Ticker", high + 1, count(*) OVER () FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND name = 'PLAIN';
-- having, and an ordinal
SELECT name, max(high) - min(low) AS spread FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23' GROUP BY 1 HAVING max(high) > 100 ORDER BY 2 DESC, 1 LIMIT 3;
-- typed distinct counts and filters
SELECT name, count(DISTINCT substr(ts, 12, 2)), sum(volume) FILTER (WHERE close > open) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-18' AND name IN ('META', 'BRK-B') GROUP BY name ORDER BY name;
-- approximate percentiles of integers
SELECT approx_percentile(x, 0.5), approx_percentile(x, 0.9), approx_distinct(x) FROM (VALUES 10, 20, 30, 40, 50) AS t(x);
-- syntax and names 1: COLUMN_NOT_FOUND
SELECT name, max(high) AS h FROM bars WHERE dt = '2026-11-23' GROUP BY name HAVING h > 0;
-- syntax and names 2: SYNTAX_ERROR
SELECT max(high) AS 'High' FROM bars;
-- syntax and names 3: SYNTAX_ERROR
SELECT DISTINCT ON (name) name, ts FROM bars;
-- syntax and names 4: SYNTAX_ERROR
SELECT * FROM bars WHERE dt == '2026-11-23';
-- syntax and names 5: SYNTAX_ERROR
SELECT * EXCLUDE (ts) FROM bars;
-- syntax and names 6: SYNTAX_ERROR
SELECT * EXCEPT (ts) FROM bars;
-- syntax and names 7: SYNTAX_ERROR
SELECT * REPLACE (1 AS high) FROM bars;
-- syntax and names 8: NOT_SUPPORTED
SELECT * FROM bars NATURAL JOIN delivered_bars;
-- syntax and names 9: TYPE_MISMATCH
SELECT 1 UNION ALL SELECT 'a';
-- syntax and names 10: TYPE_MISMATCH
SELECT 1 UNION SELECT 1, 2;
-- syntax and names 11
SELECT 1 UNION ALL SELECT 2.5e0;
-- syntax and names 12: TYPE_MISMATCH
SELECT date '2026-11-23' UNION ALL SELECT 'a';
-- syntax and names 13: TYPE_MISMATCH
SELECT 1 INTERSECT SELECT 'a';
-- syntax and names 14: TYPE_MISMATCH
SELECT 1 EXCEPT SELECT true;
-- syntax and names 15: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT name FROM bars WHERE dt = '2026-11-23' ORDER BY ts;
-- syntax and names 16
SELECT DISTINCT name AS n FROM bars WHERE dt = '2026-11-23' ORDER BY n;
-- syntax and names 17: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT name FROM bars WHERE dt = '2026-11-23' ORDER BY lower(name);
-- syntax and names 18
SELECT DISTINCT lower(name) FROM bars WHERE dt = '2026-11-23' ORDER BY lower(name);
-- syntax and names 19: COLUMN_NOT_FOUND
SELECT name, count(*) FROM bars WHERE dt = '2026-11-23' GROUP BY ALL;
-- syntax and names 20: COLUMN_NOT_FOUND
SELECT name, count(*) FROM bars WHERE dt = '2026-11-23' GROUP BY name ORDER BY ALL;
-- syntax and names 21: SYNTAX_ERROR
SELECT name, ts FROM bars WHERE dt = '2026-11-23' QUALIFY row_number() OVER (PARTITION BY name ORDER BY ts) = 1;
-- syntax and names 22: SYNTAX_ERROR
FROM bars SELECT name;
-- syntax and names 23: SYNTAX_ERROR
SELECT {'a': 1};
-- syntax and names 24: SYNTAX_ERROR
SELECT MAP {'a': 1};
-- syntax and names 25: SYNTAX_ERROR
SELECT 1::varchar;
-- syntax and names 26: SYNTAX_ERROR
SELECT * FROM bars USING SAMPLE 10;
-- syntax and names 27: SYNTAX_ERROR
SELECT * FROM bars TABLESAMPLE (10);
-- syntax and names 28: SYNTAX_ERROR
SELECT name FROM bars WHERE name ILIKE 'm%';
-- syntax and names 29: SYNTAX_ERROR
SELECT name FROM bars WHERE name ~ 'M';
-- syntax and names 30: SYNTAX_ERROR
SELECT name FROM bars WHERE name SIMILAR TO 'M%';
-- syntax and names 31: SYNTAX_ERROR
SELECT name FROM bars WHERE name GLOB 'M*';
-- syntax and names 32: SYNTAX_ERROR
SELECT name FROM bars WHERE name RLIKE 'M';
-- syntax and names 33: SYNTAX_ERROR
SELECT 1 // 2;
-- syntax and names 34: SYNTAX_ERROR
SELECT 2 ** 3;
-- syntax and names 35: SYNTAX_ERROR
SELECT 2 ^ 3;
-- syntax and names 36: SYNTAX_ERROR
SELECT 1 & 2;
-- syntax and names 37: SYNTAX_ERROR
SELECT 1 | 2;
-- syntax and names 38: SYNTAX_ERROR
SELECT 1 << 2;
-- syntax and names 39: SYNTAX_ERROR
SELECT ~1;
-- syntax and names 40: SYNTAX_ERROR
SELECT @(-1);
-- syntax and names 41: SYNTAX_ERROR
SELECT 5!;
-- syntax and names 42: SYNTAX_ERROR
SELECT TOP 5 name FROM bars;
-- syntax and names 43: SYNTAX_ERROR
SELECT name FROM bars LIMIT 1, 2;
-- syntax and names 44: SYNTAX_ERROR
SELECT name FROM bars LIMIT 10%;
-- syntax and names 45: TYPE_NOT_FOUND
SELECT name 'Name' FROM bars;
-- syntax and names 46: SYNTAX_ERROR
SELECT `name` FROM bars;
-- syntax and names 47: SYNTAX_ERROR
SELECT name FROM bars, WHERE dt = '2026-11-23';
-- syntax and names 48: SYNTAX_ERROR
SELECT name, FROM bars WHERE dt = '2026-11-23';
-- syntax and names 49: SYNTAX_ERROR
SELECT name FROM bars b SEMI JOIN delivered_bars d ON b.name = d.name;
-- syntax and names 50: SYNTAX_ERROR
SELECT name FROM bars b ANTI JOIN delivered_bars d ON b.name = d.name;
-- syntax and names 51: SYNTAX_ERROR
SELECT b.name FROM bars b ASOF JOIN delivered_bars d ON b.name = d.name AND b.ts >= d.ts;
-- syntax and names 52: SYNTAX_ERROR
SELECT b.name FROM bars b POSITIONAL JOIN delivered_bars d;
-- syntax and names 53: SYNTAX_ERROR
SELECT b.name FROM bars b LEFT SEMI JOIN delivered_bars d ON b.name = d.name;
-- syntax and names 54: SYNTAX_ERROR
SELECT b.name FROM bars b JOIN delivered_bars d;
-- syntax and names 55
SELECT count(*) FROM bars b CROSS JOIN (VALUES 1, 2) v(x) WHERE dt = '2026-11-23';
-- syntax and names 56
SELECT count(*) FROM bars b, LATERAL (SELECT b.high AS h) WHERE dt = '2026-11-23';
-- syntax and names 57
SELECT IF(1 > 0, 'a');
-- syntax and names 58
SELECT CASE WHEN 1 > 0 THEN 'a' END;
-- syntax and names 59
SELECT CASE 1 WHEN 1 THEN 'a' ELSE 'b' END;
-- syntax and names 60: TYPE_MISMATCH
SELECT CASE 1 WHEN 1 THEN 'a' ELSE 2 END;
-- syntax and names 61: FUNCTION_NOT_FOUND
SELECT COLUMNS('.*') FROM bars;
-- syntax and names 62: SYNTAX_ERROR
SELECT UNNEST(ARRAY[1,2]);
-- syntax and names 63: SYNTAX_ERROR
SELECT INTERVAL 1 DAY;
-- syntax and names 64: TYPE_NOT_FOUND
SELECT INTERVAL '1 day';
-- syntax and names 65
SELECT INTERVAL '1' DAY;
-- syntax and names 66: TYPE_MISMATCH
SELECT date '2026-11-23' - 1;
-- syntax and names 67: TYPE_MISMATCH
SELECT date '2026-11-23' + 1;
-- syntax and names 68: SYNTAX_ERROR
SELECT ARRAY[1,2][1:2];
-- syntax and names 69: SYNTAX_ERROR
SELECT name FROM bars WHERE name IN ('META',) AND dt = '2026-11-23';
-- syntax and names 70
SELECT sum(volume) FILTER (WHERE volume > 0) FROM bars WHERE dt = '2026-11-23';
-- syntax and names 71: SYNTAX_ERROR
SELECT sum(volume FILTER (WHERE volume > 0)) FROM bars WHERE dt = '2026-11-23';
-- syntax and names 72
WITH T AS (SELECT 1 AS a) SELECT a FROM t;
-- syntax and names 73
WITH Highs AS (SELECT name, max(high) AS Top FROM bars WHERE dt = '2026-11-23' GROUP BY name) SELECT HIGHS.TOP FROM highs ORDER BY 1;
-- syntax and names 74
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM A) SELECT B.y FROM b;
-- syntax and names 75
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t ORDER BY n;
-- syntax and names 76: SYNTAX_ERROR
WITH t AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM t;
-- syntax and names 77
SELECT * FROM (SELECT 1 AS a);
-- syntax and names 78
SELECT * FROM (VALUES (1, 'a')) t;
-- syntax and names 79: SYNTAX_ERROR
SELECT * FROM VALUES (1, 'a');
-- syntax and names 80
SELECT 1 WHERE true;
-- syntax and names 81: TABLE_NOT_FOUND
SELECT 1 FROM DUAL;
-- syntax and names 82: SYNTAX_ERROR
SELECT name AS group FROM bars;
-- syntax and names 83
SELECT 1 AS a, 2 AS a;
-- syntax and names 84: FUNCTION_NOT_FOUND
SELECT count(DISTINCT name, ts) FROM bars WHERE dt = '2026-11-23';
-- syntax and names 85
SELECT count(DISTINCT (name, ts)) FROM bars WHERE dt = '2026-11-23';
-- syntax and names 86: SYNTAX_ERROR
SELECT 'a' 'b';
-- syntax and names 87: TYPE_NOT_FOUND
SELECT E'a\n';
-- syntax and names 88: SYNTAX_ERROR
SELECT $$a$$;
-- syntax and names 89: TYPE_NOT_FOUND
SELECT N'a';
-- syntax and names 90
SELECT U&'\0041';
-- syntax and names 91
SELECT 5.;
-- syntax and names 92
SELECT 1e3;
-- syntax and names 93
SELECT 'it''s';
-- syntax and names 94: COLUMN_NOT_FOUND
SELECT "it";
-- syntax and names 95
SELECT true AND false OR NOT true;
-- syntax and names 96
SELECT NOT 1 = 2;
-- syntax and names 97
SELECT 1 IS NULL, NULL IS NOT NULL;
-- syntax and names 98: SYNTAX_ERROR
SELECT true IS TRUE;
-- syntax and names 99
SELECT 1 IS NOT DISTINCT FROM NULL;
-- syntax and names 100
SELECT 1 BETWEEN 0 AND 2;
-- syntax and names 101: SYNTAX_ERROR
SELECT 1 BETWEEN SYMMETRIC 2 AND 0;
-- syntax and names 102
SELECT EXTRACT(year FROM date '2026-11-23');
-- syntax and names 103
SELECT CAST(1 AS int), CAST(1 AS bigint);
-- syntax and names 104: TYPE_MISMATCH
SELECT CAST('a' AS text);
-- syntax and names 105: TYPE_MISMATCH
SELECT CAST('a' AS string);
-- syntax and names 106: TYPE_MISMATCH
SELECT CAST(1 AS float);
-- syntax and names 107: TYPE_MISMATCH
SELECT CAST(1 AS int4);
-- syntax and names 108: TYPE_MISMATCH
SELECT CAST(1 AS hugeint);
-- syntax and names 109: TYPE_MISMATCH
SELECT CAST(1 AS numeric(10, 2));
-- syntax and names 110: TYPE_MISMATCH
SELECT CAST('2026-11-23' AS datetime);
-- syntax and names 111
SELECT max(high) high FROM bars WHERE dt = '2026-11-23' GROUP BY ();
-- syntax and names 112
SELECT name, dt, count(*) FROM bars WHERE dt = '2026-11-23' GROUP BY CUBE (name, dt) ORDER BY 1, 2;
-- syntax and names 113: FUNCTION_NOT_FOUND
SELECT string_agg(name, ',') FROM bars;
-- syntax and names 115: FUNCTION_NOT_FOUND
SELECT group_concat(name) FROM bars;
-- syntax and names 116: FUNCTION_NOT_FOUND
SELECT first(name) FROM bars;
-- syntax and names 117
SELECT max(ts) FROM bars WHERE dt = ANY (SELECT '2026-11-23');
-- syntax and names 118
SELECT count(*) FROM bars WHERE (name, dt) IN (('META', '2026-11-23')) AND dt = '2026-11-23';
-- syntax and names 119
SELECT name, rank() OVER w FROM bars WHERE dt = '2026-11-23' AND volume > 880 WINDOW w AS (ORDER BY volume) ORDER BY 2, 1;
-- syntax and names 120
SELECT row_number() OVER () FROM (VALUES 1, 2);
-- syntax and names 121
SELECT rn FROM (SELECT row_number() OVER () rn FROM (VALUES 1, 2)) WHERE rn = 1;
-- syntax and names 122: SYNTAX_ERROR
PIVOT bars ON name USING max(high);
-- syntax and names 123: SYNTAX_ERROR
SELECT * FROM bars PIVOT (max(high) FOR name IN ('META'));
-- syntax and names 124: SYNTAX_ERROR
SELECT * FROM bars UNPIVOT (v FOR n IN (high, low));
-- syntax and names 125
SELECT 1 AS a ORDER BY a DESC NULLS LAST;
-- syntax and names 126: SYNTAX_ERROR
SELECT name FROM bars FOR UPDATE;
-- syntax and names 127
SELECT x.* FROM (SELECT 1 a) x;
-- syntax and names 128: COLUMN_NOT_FOUND
SELECT x FROM (SELECT 1 a) x;
-- syntax and names 129
SELECT * FROM bars b1 JOIN bars b2 USING (name, ts) WHERE b1.dt = '2026-11-23' LIMIT 0;
-- syntax and names 130: SYNTAX_ERROR
SELECT * FROM 's3://x/y.parquet';
-- syntax and names 131: SYNTAX_ERROR
SELECT * FROM range(5);
-- syntax and names 132: SYNTAX_ERROR
SELECT * FROM generate_series(1, 5);
-- syntax and names 133: SYNTAX_ERROR
SELECT name FROM bars GROUP BY name,;
-- syntax and names 134
SELECT max(high) OVER (PARTITION BY name ORDER BY ts ROWS 2 PRECEDING) FROM bars WHERE dt = '2026-11-23' LIMIT 0;
-- syntax and names 135: SYNTAX_ERROR
SELECT sum(volume) OVER (ORDER BY ts EXCLUDE CURRENT ROW) FROM bars LIMIT 0;
-- syntax and names 136
SELECT lag(high) IGNORE NULLS OVER (ORDER BY ts) FROM bars WHERE dt = '2026-11-23' LIMIT 0;
-- syntax and names 137: SYNTAX_ERROR
SELECT lag(high IGNORE NULLS) OVER (ORDER BY ts) FROM bars WHERE dt = '2026-11-23' LIMIT 0;
-- syntax and names 138: SYNTAX_ERROR
SELECT DISTINCT name FROM bars WHERE dt = '2026-11-23' UNION ALL BY NAME SELECT 'a';
-- syntax and names 139
SELECT 1 UNION DISTINCT SELECT 1;
-- syntax and names 140: SYNTAX_ERROR
SELECT 1 MINUS SELECT 1;
-- syntax and names 141: SYNTAX_ERROR
SELECT name FROM bars SORT BY name;
-- syntax and names 142: SYNTAX_ERROR
SELECT name FROM bars DISTRIBUTE BY name;
-- syntax and names 143: SYNTAX_ERROR
SELECT name FROM bars LATERAL VIEW explode(x) t;
-- syntax and names 144: COLUMN_NOT_FOUND
SELECT STRAIGHT_JOIN name FROM bars;
-- syntax and names 145
SELECT DISTINCT "$path" FROM delivered_bars WHERE dt = '2026-11-23';
-- syntax and names 146: COLUMN_NOT_FOUND
SELECT "$path" FROM bars WHERE dt = '2026-11-23';
-- syntax and names 147
SELECT d."$path" FROM delivered_bars d WHERE dt = '2026-11-23' LIMIT 0;
-- syntax and names 148
SELECT count(*) FROM delivered_bars WHERE "$path" LIKE '%META%' AND dt = '2026-11-23';
-- syntax and names 149
SELECT name, high FROM bars WHERE high > 1 AND dt = '2026-11-23' ORDER BY high + low LIMIT 0;
-- syntax and names 150
SELECT name AS n FROM bars WHERE dt = '2026-11-23' ORDER BY n || 'a' LIMIT 0;
-- syntax and names 151
SELECT name FROM bars WHERE dt = '2026-11-23' GROUP BY name ORDER BY max(high) LIMIT 0;
-- syntax and names 152: EXPRESSION_NOT_AGGREGATE
SELECT name FROM bars WHERE dt = '2026-11-23' GROUP BY name ORDER BY high LIMIT 0;
-- syntax and names 153: COLUMN_NOT_FOUND
SELECT name n FROM bars WHERE dt = '2026-11-23' GROUP BY n LIMIT 0;
-- syntax and names 154: EXPRESSION_NOT_SCALAR
SELECT name FROM bars WHERE max(high) > 1;
-- syntax and names 155: NESTED_AGGREGATION
SELECT max(high), max(max(high)) FROM bars;
-- syntax and names 156: MISSING_OVER
SELECT rank() FROM bars;
-- syntax and names 157: SYNTAX_ERROR
SELECT 1 LIMIT 1+1;
-- syntax and names 158: COLUMN_NOT_FOUND
SELECT count(*) FROM bars WHERE dt = '2026-11-23' AND name = "META";
-- types and casts 1: INVALID_CAST_ARGUMENT
SELECT CAST(ts AS timestamp) FROM bars WHERE "interval"='1m' AND dt = '2026-11-23' LIMIT 1;
-- types and casts 2: INVALID_CAST_ARGUMENT
SELECT CAST(ts AS date) FROM bars WHERE "interval"='1m' AND dt = '2026-11-23' LIMIT 1;
-- types and casts 3: INVALID_CAST_ARGUMENT
SELECT CAST(ts AS timestamp with time zone) FROM bars WHERE dt = '2026-11-23' LIMIT 1;
-- types and casts 4
SELECT TRY_CAST(ts AS timestamp) FROM bars WHERE dt = '2026-11-23' LIMIT 1;
-- types and casts 5
SELECT TRY_CAST(ts AS date) FROM bars WHERE dt = '2026-11-23' LIMIT 1;
-- types and casts 6
SELECT CAST('2026-11-23' AS timestamp);
-- types and casts 7
SELECT CAST('2026-11-23 09:30' AS timestamp);
-- types and casts 8
SELECT CAST('2026-11-23 09:30:15' AS timestamp);
-- types and casts 9
SELECT CAST('2026-11-23 09:30:15.123' AS timestamp);
-- types and casts 10
SELECT CAST('2026-11-23 09:30:15.123456' AS timestamp);
-- types and casts 11
SELECT CAST('2026-11-23 09:30:15.1239' AS timestamp);
-- types and casts 12
SELECT CAST('2026-11-23 9:30' AS timestamp);
-- types and casts 13
SELECT CAST('2026-1-3 9:3:5' AS timestamp);
-- types and casts 14: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23T09:30:15' AS timestamp);
-- types and casts 15
SELECT CAST('2026-11-23 09:30:15 UTC' AS timestamp);
-- types and casts 16
SELECT CAST('2026-11-23 09:30:15 -05:00' AS timestamp);
-- types and casts 17
SELECT CAST('2026-11-23 09:30:15-05:00' AS timestamp);
-- types and casts 18
SELECT CAST('2026-11-23 09:30:15Z' AS timestamp);
-- types and casts 19: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 24:00:00' AS timestamp);
-- types and casts 20
SELECT CAST(' 2026-11-23 09:30:15 ' AS timestamp);
-- types and casts 21: INVALID_CAST_ARGUMENT
SELECT CAST('2026-02-30 09:30:15' AS timestamp);
-- types and casts 22: INVALID_CAST_ARGUMENT
SELECT CAST('20261123' AS timestamp);
-- types and casts 23: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11' AS timestamp);
-- types and casts 24: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09' AS timestamp);
-- types and casts 25
SELECT CAST('+2026-11-23 09:30' AS timestamp);
-- types and casts 26: INVALID_CAST_ARGUMENT
SELECT CAST('' AS timestamp);
-- types and casts 27
SELECT CAST('2026-11-23' AS date);
-- types and casts 28
SELECT CAST(' 2026-11-23 ' AS date);
-- types and casts 29
SELECT CAST('2026-1-3' AS date);
-- types and casts 30
SELECT CAST('2026-01-3' AS date);
-- types and casts 31: INVALID_CAST_ARGUMENT
SELECT CAST('20261123' AS date);
-- types and casts 32: INVALID_CAST_ARGUMENT
SELECT CAST('2026/11/23' AS date);
-- types and casts 33: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00' AS date);
-- types and casts 34: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23T09:30:00-05:00' AS date);
-- types and casts 35: INVALID_CAST_ARGUMENT
SELECT CAST('11/23/2026' AS date);
-- types and casts 36: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11' AS date);
-- types and casts 37
SELECT CAST('26-11-23' AS date);
-- types and casts 38: INVALID_CAST_ARGUMENT
SELECT CAST('infinity' AS date);
-- types and casts 39: INVALID_CAST_ARGUMENT
SELECT CAST('epoch' AS date);
-- types and casts 40
SELECT date '2026-1-3';
-- types and casts 41: INVALID_LITERAL
SELECT date '2026/11/23';
-- types and casts 42: INVALID_LITERAL
SELECT date '2026-11-23 09:30:00';
-- types and casts 43
SELECT timestamp '2026-11-23 09:30';
-- types and casts 44
SELECT timestamp '2026-11-23';
-- types and casts 45: INVALID_LITERAL
SELECT timestamp '2026-11-23T09:30:00';
-- types and casts 46: INVALID_LITERAL
SELECT timestamp '2026-11-23 09:30:00 EST';
-- types and casts 47
SELECT timestamp '2026-11-23 09:30:00.123 Asia/Tokyo';
-- types and casts 48
SELECT CAST('2026-11-23 09:30:00 -05:00' AS timestamp with time zone);
-- types and casts 49
SELECT CAST('2026-11-23 09:30:00 America/New_York' AS timestamp with time zone);
-- types and casts 50
SELECT CAST('2026-11-23 09:30:00' AS timestamp with time zone);
-- types and casts 51
SELECT CAST('2026-11-23' AS timestamp with time zone);
-- types and casts 52: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23T09:30:00-05:00' AS timestamp with time zone);
-- types and casts 53
SELECT timestamp '2026-11-23 09:30:00 -05:00' = timestamp '2026-11-23 14:30:00 UTC';
-- types and casts 54
SELECT hour(timestamp '2026-11-23 09:30:00 -05:00');
-- types and casts 55
SELECT hour(timestamp '2026-11-23 09:30:00 America/New_York');
-- types and casts 56
SELECT date(timestamp '2026-11-23 23:30:00 -05:00');
-- types and casts 57
SELECT CAST(timestamp '2026-11-23 23:30:00 -05:00' AS date);
-- types and casts 58
SELECT CAST(timestamp '2026-11-23 23:30:00 -05:00' AS timestamp);
-- types and casts 59
SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'UTC' FROM bars WHERE dt = '2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- types and casts 60
SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' FROM bars WHERE dt = '2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- types and casts 61
SELECT CAST('09:30' AS time), CAST('09:30:15.5' AS time);
-- types and casts 62
SELECT CAST(1.50 AS varchar), CAST(100 AS varchar);
-- types and casts 63
SELECT CAST('12' AS integer), CAST('-12' AS bigint), CAST('+3' AS integer);
-- types and casts 64: INVALID_CAST_ARGUMENT
SELECT CAST('' AS integer);
-- types and casts 65: INVALID_CAST_ARGUMENT
SELECT CAST('1_000' AS integer);
-- types and casts 66: INVALID_CAST_ARGUMENT
SELECT CAST('0x10' AS integer);
-- types and casts 67: INVALID_CAST_ARGUMENT
SELECT CAST('99999999999' AS integer);
-- types and casts 68
SELECT CAST('1.5' AS double), CAST('1e3' AS double), CAST(' 2 ' AS double), CAST('NaN' AS double), CAST('Infinity' AS double);
-- types and casts 69: INVALID_CAST_ARGUMENT
SELECT CAST('1,5' AS double);
-- types and casts 70: INVALID_CAST_ARGUMENT
SELECT CAST('' AS double);
-- types and casts 71
SELECT CAST('1.55' AS decimal(3, 1));
-- types and casts 72: INVALID_CAST_ARGUMENT
SELECT CAST('x' AS decimal(3, 1));
-- types and casts 73: INVALID_CAST_ARGUMENT
SELECT CAST('123.4' AS decimal(3, 1));
-- types and casts 74
SELECT CAST('true' AS boolean), CAST('f' AS boolean), CAST('1' AS boolean);
-- types and casts 75: INVALID_CAST_ARGUMENT
SELECT CAST('on' AS boolean);
-- types and casts 76
SELECT CAST(date '2026-11-23' AS timestamp);
-- types and casts 77
SELECT CAST(true AS integer), CAST(2 AS boolean), CAST(0e0 AS boolean);
-- types and casts 78: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(300 AS tinyint);
-- types and casts 79: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(3e10 AS integer);
-- types and casts 80
SELECT CAST(2.5 AS integer), CAST(3.5 AS integer), CAST(-2.5 AS integer);
-- types and casts 81
SELECT CAST(ARRAY[1, 2] AS array(varchar));
-- types and casts 82
SELECT CAST(NULL AS varchar);
-- types and casts 83: TYPE_MISMATCH
SELECT 1 = '1';
-- types and casts 84: TYPE_MISMATCH
SELECT 1 + '1';
-- types and casts 85: TYPE_MISMATCH
SELECT 'a' + 'b';
-- types and casts 86: FUNCTION_NOT_FOUND
SELECT 'a' || 1;
-- types and casts 87: FUNCTION_NOT_FOUND
SELECT 1 || 2;
-- types and casts 88: FUNCTION_NOT_FOUND
SELECT 1.5 || 'a';
-- types and casts 89: FUNCTION_NOT_FOUND
SELECT concat('a', 1);
-- types and casts 90: FUNCTION_NOT_FOUND
SELECT concat(1, 2);
-- types and casts 91: TYPE_MISMATCH
SELECT 5 LIKE '5';
-- types and casts 92: TYPE_MISMATCH
SELECT high LIKE '1%' FROM bars;
-- types and casts 93: TYPE_MISMATCH
SELECT 'a' LIKE 5;
-- types and casts 94: TYPE_MISMATCH
SELECT dt = date '2026-11-23' FROM bars;
-- types and casts 95: TYPE_MISMATCH
SELECT high > '1' FROM bars;
-- types and casts 96: TYPE_MISMATCH
SELECT name IN (1, 2) FROM bars;
-- types and casts 97: TYPE_MISMATCH
SELECT name BETWEEN 1 AND 2 FROM bars;
-- types and casts 98: TYPE_MISMATCH
SELECT true = 1;
-- types and casts 99: TYPE_MISMATCH
SELECT true AND 1;
-- types and casts 100: TYPE_MISMATCH
SELECT 1 AND 1;
-- types and casts 101: TYPE_MISMATCH
SELECT NOT 1;
-- types and casts 102: TYPE_MISMATCH
SELECT name FROM bars WHERE 1;
-- types and casts 103: TYPE_MISMATCH
SELECT name FROM bars WHERE name;
-- types and casts 104: TYPE_MISMATCH
SELECT name FROM bars WHERE 'true';
-- types and casts 105: TYPE_MISMATCH
SELECT count(*) FROM bars HAVING 1;
-- types and casts 106: TYPE_MISMATCH
SELECT if(1, 2, 3);
-- types and casts 107: TYPE_MISMATCH
SELECT if(true, 1, 'a');
-- types and casts 108: TYPE_MISMATCH
SELECT CASE WHEN 1 THEN 2 END;
-- types and casts 109: TYPE_MISMATCH
SELECT CASE WHEN true THEN 1 ELSE 'a' END;
-- types and casts 110
SELECT CASE WHEN true THEN 1 ELSE 2.5 END;
-- types and casts 111
SELECT CASE WHEN true THEN 1 ELSE 2.5e0 END;
-- types and casts 112: TYPE_MISMATCH
SELECT CASE 'a' WHEN 1 THEN 2 END;
-- types and casts 113: TYPE_MISMATCH
SELECT coalesce(1, 'a');
-- types and casts 114: TYPE_MISMATCH
SELECT coalesce(name, 0) FROM bars;
-- types and casts 115
SELECT coalesce(volume, 0.5) FROM bars WHERE dt = '2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- types and casts 116
SELECT coalesce(1, 2e0);
-- types and casts 117: TYPE_MISMATCH
SELECT nullif(1, 'a');
-- types and casts 118: FUNCTION_NOT_FOUND
SELECT greatest(1, 'a');
-- types and casts 119
SELECT greatest('a', 'b'), least(date '2026-01-01', date '2025-01-01');
-- types and casts 120
SELECT greatest(1, 2.5), least(1, 2e0);
-- types and casts 121: TYPE_MISMATCH
SELECT ARRAY[1, 'a'];
-- types and casts 122
SELECT ARRAY[1, 2.5];
-- types and casts 123
SELECT 1 UNION ALL SELECT 2.5;
-- types and casts 124
SELECT 1 UNION ALL SELECT NULL;
-- types and casts 125: TYPE_MISMATCH
SELECT name FROM bars WHERE dt = '2026-11-23' UNION ALL SELECT volume FROM bars;
-- types and casts 126
SELECT date '2026-11-23' UNION ALL SELECT timestamp '2026-11-23 09:30:00';
-- types and casts 127
SELECT * FROM (VALUES (1), (2.5)) t(x);
-- types and casts 128: TYPE_MISMATCH
SELECT 1 IN (SELECT 'a');
-- types and casts 129: TYPE_MISMATCH
SELECT 1 = (SELECT 'a');
-- types and casts 130: TYPE_MISMATCH
SELECT count(*) FROM bars b JOIN bars c ON b.volume = c.name;
-- types and casts 131: TYPE_MISMATCH
SELECT count(*) FROM bars b JOIN bars c USING (name) WHERE b.dt = 1;
-- types and casts 132: TYPE_MISMATCH
SELECT -'1';
-- types and casts 133: TYPE_MISMATCH
SELECT -name FROM bars;
-- types and casts 134: TYPE_MISMATCH
SELECT -true;
-- types and casts 135
SELECT 7 / 2, 7 / 2.0, 7 / 2e0, -7 / 2, 7 % 4;
-- types and casts 136: DIVISION_BY_ZERO
SELECT 1 / 0;
-- types and casts 137: DIVISION_BY_ZERO
SELECT 1 % 0;
-- types and casts 138: DIVISION_BY_ZERO
SELECT 1.0 / 0;
-- types and casts 139: DIVISION_BY_ZERO
SELECT 1.0 / 0.0;
-- types and casts 140
SELECT 1 / 0e0, -1 / 0e0;
-- types and casts 141
SELECT 1e0 % 0e0;
-- types and casts 142: NUMERIC_VALUE_OUT_OF_RANGE
SELECT 2147483647 * 2;
-- types and casts 143: NUMERIC_VALUE_OUT_OF_RANGE
SELECT -2147483648 - 1;
-- types and casts 144: NUMERIC_VALUE_OUT_OF_RANGE
SELECT 9223372036854775807 + 1;
-- types and casts 145
SELECT 2147483648;
-- types and casts 146: NUMERIC_VALUE_OUT_OF_RANGE
SELECT abs(-2147483648);
-- types and casts 147: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(127 AS tinyint) + CAST(1 AS tinyint);
-- types and casts 148
SELECT CAST(1 AS smallint) * CAST(2 AS smallint);
-- types and casts 149
SELECT sum(CAST(x AS tinyint)) FROM (VALUES 100, 100) t(x);
-- types and casts 150
SELECT high + volume FROM bars WHERE dt = '2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- types and casts 151
SELECT date '2026-11-23' - date '2026-11-20';
-- types and casts 152
SELECT date '2026-11-23' - date '2026-12-20';
-- types and casts 153
SELECT timestamp '2026-11-23 09:30:00' - timestamp '2026-11-22 08:00:00';
-- types and casts 154
SELECT timestamp '2026-11-23 09:30:00' - date '2026-11-22';
-- types and casts 155
SELECT date '2026-11-23' - INTERVAL '1' DAY, date '2026-11-30' - INTERVAL '1' MONTH;
-- types and casts 156
SELECT date '2026-11-23' < timestamp '2026-11-23 09:30:00';
-- types and casts 157: TYPE_MISMATCH
SELECT date '2026-11-23' = '2026-11-23';
-- types and casts 158: TYPE_MISMATCH
SELECT timestamp '2026-11-23 00:00:00' > '2026-11-22';
-- types and casts 159: FUNCTION_NOT_FOUND
SELECT sum(name) FROM bars;
-- types and casts 160: FUNCTION_NOT_FOUND
SELECT avg(name) FROM bars;
-- types and casts 161: FUNCTION_NOT_FOUND
SELECT sum(ts) FROM bars;
-- types and casts 162: FUNCTION_NOT_FOUND
SELECT avg(dt) FROM bars;
-- types and casts 163
SELECT max(name, 1) FROM bars WHERE dt = '2026-11-23';
-- types and casts 164: FUNCTION_NOT_FOUND
SELECT bool_or(1);
-- types and casts 165: FUNCTION_NOT_FOUND
SELECT count_if(1);
-- types and casts 166: FUNCTION_NOT_FOUND
SELECT stddev(name) FROM bars;
-- types and casts 167: FUNCTION_NOT_FOUND
SELECT approx_percentile(name, 0.5) FROM bars;
-- types and casts 168: FUNCTION_NOT_FOUND
SELECT length(5);
-- types and casts 169: FUNCTION_NOT_FOUND
SELECT length(high) FROM bars;
-- types and casts 170: FUNCTION_NOT_FOUND
SELECT upper(1);
-- types and casts 171: FUNCTION_NOT_FOUND
SELECT substr(123, 1);
-- types and casts 172: FUNCTION_NOT_FOUND
SELECT substr('abc', '1');
-- types and casts 173: FUNCTION_NOT_FOUND
SELECT substr(volume, 1, 2) FROM bars;
-- types and casts 174: FUNCTION_NOT_FOUND
SELECT replace(1, 2, 3);
-- types and casts 175: FUNCTION_NOT_FOUND
SELECT trim(5);
-- types and casts 176: FUNCTION_NOT_FOUND
SELECT split(1, ',');
-- types and casts 177: FUNCTION_NOT_FOUND
SELECT strpos('abc', 1);
-- types and casts 178: FUNCTION_NOT_FOUND
SELECT lpad('a', '5', 'x');
-- types and casts 179: FUNCTION_NOT_FOUND
SELECT reverse(12);
-- types and casts 180: FUNCTION_NOT_FOUND
SELECT regexp_like(1, 'a');
-- types and casts 181: FUNCTION_NOT_FOUND
SELECT year('2026-11-23');
-- types and casts 182: FUNCTION_NOT_FOUND
SELECT year(ts) FROM bars;
-- types and casts 183: FUNCTION_NOT_FOUND
SELECT hour(ts) FROM bars;
-- types and casts 184: FUNCTION_NOT_FOUND
SELECT date_trunc('hour', ts) FROM bars;
-- types and casts 185: FUNCTION_NOT_FOUND
SELECT date_add('day', 1, '2026-11-23');
-- types and casts 186: FUNCTION_NOT_FOUND
SELECT date_add('day', 1, dt) FROM bars;
-- types and casts 187: FUNCTION_NOT_FOUND
SELECT date_diff('day', '2026-11-20', '2026-11-23');
-- types and casts 188: FUNCTION_NOT_FOUND
SELECT date_format('2026-11-23', '%Y');
-- types and casts 189: FUNCTION_NOT_FOUND
SELECT date_format(dt, '%Y') FROM bars;
-- types and casts 190: FUNCTION_NOT_FOUND
SELECT day_of_week(dt) FROM bars;
-- types and casts 191: FUNCTION_NOT_FOUND
SELECT to_unixtime(ts) FROM bars;
-- types and casts 192: FUNCTION_NOT_FOUND
SELECT from_unixtime('1');
-- types and casts 193: FUNCTION_NOT_FOUND
SELECT abs('1');
-- types and casts 194: FUNCTION_NOT_FOUND
SELECT round('1.5');
-- types and casts 195: FUNCTION_NOT_FOUND
SELECT round(name) FROM bars;
-- types and casts 196: FUNCTION_NOT_FOUND
SELECT round(1.5e0, '1');
-- types and casts 197: FUNCTION_NOT_FOUND
SELECT sqrt('4');
-- types and casts 198: FUNCTION_NOT_FOUND
SELECT floor(name) FROM bars;
-- types and casts 199: FUNCTION_NOT_FOUND
SELECT power('2', 2);
-- types and casts 200: FUNCTION_NOT_FOUND
SELECT cardinality('a');
-- types and casts 201: FUNCTION_NOT_FOUND
SELECT array_join('a', ',');
-- types and casts 202: FUNCTION_NOT_FOUND
SELECT json_extract_scalar(1, '$.a');
-- types and casts 203
SELECT sum(DISTINCT volume) FROM bars WHERE dt = '2026-11-23';
-- types and casts 204: FUNCTION_NOT_FOUND
SELECT lag(high, '1') OVER (ORDER BY ts) FROM bars;
-- types and casts 205: FUNCTION_NOT_FOUND
SELECT ntile('4') OVER (ORDER BY ts) FROM bars;
-- types and casts 206: FUNCTION_NOT_FOUND
SELECT upper('a', 'b');
-- types and casts 207: FUNCTION_NOT_FOUND
SELECT datediff('day', date '2026-11-20', date '2026-11-23');
-- types and casts 208: SYNTAX_ERROR
SELECT name FROM bars LIMIT '1';
-- types and casts 209: SYNTAX_ERROR
SELECT name FROM bars LIMIT -1;
-- types and casts 210: SYNTAX_ERROR
SELECT name FROM bars LIMIT 1.5;
-- functions 1
SELECT '[' || substr('2026-11-23T09', 0, 11) || ']', '[' || substr('abc', 0) || ']', '[' || substr('abc', -5) || ']';
-- functions 2
SELECT substr('abcdef', -3, 2), substr('abcdef', 2, -1), substr('abcdef', 2, 0), substr('abcdef', 10), substr('abc', 1, 100), substr('abc', -5, 4), substring('abc', 0, 2);
-- functions 3
SELECT substring('abcdef' FROM 2 FOR 3), substring('abcdef' FROM 0);
-- functions 4
SELECT 100*(302.47-300)/300;
-- functions 5
SELECT 10.0 / 3, 1.0 / 3, 1 / 3.0, 10 / 4.0, 2.5 / 2, 100 / 3.00, -1.0 / 3, 2.0 / 3;
-- functions 6
SELECT 1.5 + 1, 1.5 - 2, 1.5 * 2, 1.25 * 1.5, 7.5 % 2, -7.5 % 2, 1.0 * 3 / 7;
-- functions 7
SELECT 302.47 * 100, 0.1 + 0.2, 0.1 * 3, 1.1 * 1.1, 1.10 = 1.1, 1.0 / 8, 3.0 * 2;
-- functions 8
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES 1.5, 2.25, 3.1) t(x);
-- functions 9
SELECT avg(x) FROM (VALUES 1.0, 2.0, 2.0) t(x);
-- functions 10
SELECT 1.5 + 2e0, 1.5 * 2e0, 1.5 < 2e0, 1.5 = 1.5e0;
-- functions 11
SELECT high * 1.5, high / 3.0, 100.0 * volume, 100 * (high - low) / low FROM bars WHERE dt = '2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions 12
SELECT 100.0 * volume / 300 FROM bars WHERE dt = '2026-11-23' AND name='META' ORDER BY ts LIMIT 3;
-- functions 13
SELECT sum(volume) / 60.0, avg(volume), sum(volume) * 1.0 / count(*), count(*) * 100.0 / 390 FROM bars WHERE dt = '2026-11-23' AND name='META';
-- functions 14
SELECT CAST(7.25 AS double), CAST(1.005 AS decimal(3,2)), CAST(1.5 AS integer), CAST(7 AS decimal(5, 2)) / 3, CAST(10 AS decimal(18,4)) * CAST(3 AS decimal(18, 4));
-- functions 15
SELECT CAST(1 AS decimal(38, 10)) * CAST(1 AS decimal(38, 10));
-- functions 16
SELECT CAST(1 AS decimal(38, 10)) / 3;
-- functions 17
SELECT 1.5e0 / 2, 1 / 2e0, CAST(1 AS real) / 3;
-- functions 18
SELECT 12345678901234567890.5 + 1;
-- functions 19
SELECT coalesce(1.5, 2), if(true, 1.5, 1), nullif(1.50, 1.5), greatest(1.5, 2), CASE WHEN true THEN 1 ELSE 2.55 END;
-- functions 20
SELECT coalesce(NULL, 1.5) + 1;
-- functions 21
SELECT 1.5 BETWEEN 1 AND 2, 1.5 IN (1, 1.5), 1.5 IN (1.50, 2);
-- functions 22
SELECT power(1.5, 2), sqrt(2.25), exp(0.0), ln(1.0), mod(7.5, 2), log10(100.0);
-- functions 23
SELECT DECIMAL '10.50' / DECIMAL '3', DECIMAL '1' / 3, decimal '7';
-- functions 24
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 4), split_part('a', ',', 1), split_part('a', ',', 2), split_part('', ',', 1), split_part('abc', '', 1);
-- functions 25: INVALID_FUNCTION_ARGUMENT
SELECT split_part('a,b', ',', 0);
-- functions 26: INVALID_FUNCTION_ARGUMENT
SELECT split_part('a,b', ',', -1);
-- functions 27
SELECT split_part('a--b--c', '--', 3);
-- functions 28
SELECT regexp_like('2026-11-23', '\d{4}-\d{2}'), regexp_like('abc', '^b'), regexp_like('ABC', '(?i)abc'), regexp_like('a.b', 'a\.b');
-- functions 29
SELECT date_trunc('hour', timestamp '2026-11-23 09:45:12.345'), date_trunc('week', date '2026-11-23'), date_trunc('quarter', date '2026-11-23'), date_trunc('year', timestamp '2026-11-23 09:45:12'), date_trunc('minute', timestamp '2026-11-23 09:45:12'), date_trunc('second', timestamp '2026-11-23 09:45:12.345'), date_trunc('millisecond', timestamp '2026-11-23 09:45:12.345');
-- functions 30: INVALID_FUNCTION_ARGUMENT
SELECT date_trunc('hour', date '2026-11-23');
-- functions 31
SELECT date_trunc('HOUR', timestamp '2026-11-23 09:45:12');
-- functions 32
SELECT date_diff('week', date '2026-11-01', date '2026-11-23'), date_diff('hour', timestamp '2026-11-23 09:59:59', timestamp '2026-11-23 11:00:00'), date_diff('second', timestamp '2026-11-23 09:30:00.9', timestamp '2026-11-23 09:30:02.1'), date_diff('day', timestamp '2026-11-22 23:00:00', timestamp '2026-11-23 01:00:00'), date_diff('day', date '2026-11-23', date '2026-11-20');
-- functions 33: INVALID_FUNCTION_ARGUMENT
SELECT date_diff('hour', date '2026-11-22', date '2026-11-23');
-- functions 34
SELECT date_diff('day', date '2026-11-22', timestamp '2026-11-23 01:00:00');
-- functions 35
SELECT date_diff('minute', from_iso8601_timestamp(min(ts)), from_iso8601_timestamp(max(ts))) FROM bars WHERE dt = '2026-11-23';
-- functions 36: INVALID_FUNCTION_ARGUMENT
SELECT date_add('hour', 1, date '2026-11-23');
-- functions 37
SELECT date_format(timestamp '2026-11-23 09:05:07', '%H:%i'), date_format(date '2026-11-23', '%M %d, %Y'), date_format(timestamp '2026-11-23 09:05:07.123', '%f %s %S %y %h %r'), date_format(timestamp '2026-11-23 09:05:07', '%%');
-- functions 38
SELECT date_parse('23/11/2026', '%d/%m/%Y'), date_parse('2026-11-23', '%Y-%m-%d'), date_parse('Nov 23 2026', '%b %d %Y');
-- functions 39
SELECT date_parse('2026-11', '%Y-%m');
-- functions 40: FUNCTION_NOT_FOUND
SELECT concat_ws(',', 1, 2);
-- functions 41
SELECT element_at(ARRAY[1, 2], 3), element_at(ARRAY[1, 2], -1), element_at(ARRAY[1, 2], -3);
-- functions 42: FUNCTION_NOT_FOUND
SELECT array_sort(ARRAY[3, 1]), array_max(ARRAY[1, NULL]), array_sum(ARRAY[1, 2]), array_average(ARRAY[1, 2]);
-- functions 43: FUNCTION_NOT_FOUND
SELECT translate('abc', 'ab', 'xy'), levenshtein_distance('a', 'b'), soundex('Robert'), normalize('a'), word_stem('running'), hamming_distance('ab', 'ac'), starts_with('abc', 'ab'), ends_with('abc', 'bc');
-- functions 44: FUNCTION_NOT_FOUND
SELECT ends_with('abc', 'bc');
-- functions 45: SYNTAX_ERROR
SELECT left('abc', 2);
-- functions 46: SYNTAX_ERROR
SELECT right('abc', 2);
-- functions 47: FUNCTION_NOT_FOUND
SELECT contains('abc', 'b');
-- functions 48: FUNCTION_NOT_FOUND
SELECT initcap('abc');
-- functions 49: FUNCTION_NOT_FOUND
SELECT instr('abc', 'b');
-- functions 50: FUNCTION_NOT_FOUND
SELECT ifnull(1, 2);
-- functions 51: FUNCTION_NOT_FOUND
SELECT nvl(1, 2);
-- functions 52: FUNCTION_NOT_FOUND
SELECT isnull(1);
-- functions 53: FUNCTION_NOT_FOUND
SELECT len('abc');
-- functions 54: FUNCTION_NOT_FOUND
SELECT ucase('a');
-- functions 55: FUNCTION_NOT_FOUND
SELECT substr_count('a', 'a');
-- functions 56: FUNCTION_NOT_FOUND
SELECT to_char(date '2026-11-23', 'YYYY');
-- functions 57: FUNCTION_NOT_FOUND
SELECT to_date('2026-11-23', 'yyyy-mm-dd');
-- functions 58: FUNCTION_NOT_FOUND
SELECT to_timestamp('2026-11-23', 'yyyy-mm-dd');
-- functions 59: FUNCTION_NOT_FOUND
SELECT strftime(date '2026-11-23', '%Y');
-- functions 60: FUNCTION_NOT_FOUND
SELECT date_part('year', date '2026-11-23');
-- functions 61: FUNCTION_NOT_FOUND
SELECT epoch(timestamp '2026-11-23 00:00:00');
-- functions 62: FUNCTION_NOT_FOUND
SELECT make_date(2026, 11, 23);
-- functions 63: FUNCTION_NOT_FOUND
SELECT dayname(date '2026-11-23');
-- functions 64: FUNCTION_NOT_FOUND
SELECT monthname(date '2026-11-23');
-- functions 65: FUNCTION_NOT_FOUND
SELECT weekday(date '2026-11-23');
-- functions 66: FUNCTION_NOT_FOUND
SELECT dayofweek(date '2026-11-23');
-- functions 67: FUNCTION_NOT_FOUND
SELECT bar('a', 1);
-- functions 68
SELECT json_extract_scalar('{"a": 1}', '$.a');
-- functions 69
SELECT max_by(name, high, 2) FROM bars WHERE dt = '2026-11-23' AND name='META';
-- functions 70
SELECT min(high, 2) FROM bars WHERE dt = '2026-11-23' AND name='META';
-- functions 71: FUNCTION_NOT_FOUND
SELECT count(DISTINCT name), approx_distinct(name), array_agg(DISTINCT name ORDER BY name), geometric_mean(2e0), checksum(1) IS NULL, every(true), entropy(1), skewness(x), kurtosis(x) FROM (VALUES ('a', 1), ('b', 2), ('c', 4), ('d', 8)) t(name, x);
-- functions 72: FUNCTION_NOT_FOUND
SELECT median(high) FROM bars;
-- functions 73: FUNCTION_NOT_FOUND
SELECT mode(name) FROM bars;
-- functions 74: FUNCTION_NOT_FOUND
SELECT quantile_cont(high, 0.5) FROM bars;
-- functions 75: SYNTAX_ERROR
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY high) FROM bars;
-- functions 76: FUNCTION_NOT_FOUND
SELECT list(name) FROM bars;
-- functions 77: FUNCTION_NOT_FOUND
SELECT last(name) FROM bars;
-- functions 78: FUNCTION_NOT_FOUND
SELECT first(high) FROM bars;
-- functions 79: FUNCTION_NOT_FOUND
SELECT arg_max(name, high) FROM bars;
-- functions 80: FUNCTION_NOT_FOUND
SELECT product(high) FROM bars;
-- functions 81
SELECT any_value(name) IS NULL FROM bars WHERE dt = '2026-11-23';
-- functions 82
SELECT array_agg(x) FILTER (WHERE x > 1), sum(x) FILTER (WHERE x > 5) FROM (VALUES 1, 2, 3) t(x);
-- functions 83: FUNCTION_NOT_FOUND
SELECT hash('a');
-- functions 84: FUNCTION_NOT_FOUND
SELECT md5('a');
-- functions 85: FUNCTION_NOT_FOUND
SELECT sha256('a');
-- functions 86
SELECT nullif('a', 'a'), nullif(1, 1.0), nullif(1, NULL);
-- functions 87
SELECT 'a' < 'B', 'a' = 'a ', '' IS NULL, 'é' > 'z';
-- functions 88
SELECT name FROM (VALUES 'b', 'A', 'a', NULL, 'B') t(name) ORDER BY name;
-- functions 89
SELECT x FROM (VALUES 0e0 / 0e0, 1e0, NULL, -1e0, 1e0 / 0e0) t(x) ORDER BY x DESC;
-- functions 90
SELECT 'a%b' LIKE 'a\%b' ESCAPE '\', 'abc' LIKE 'a_c', 'ABC' LIKE 'abc', 'a\b' LIKE 'a\b', NULL LIKE 'a';
-- functions 91
SELECT 'a%b' LIKE 'a\%b';
-- functions 92
SELECT row_number() OVER (ORDER BY x), sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), lag(x, 1, 0) OVER (ORDER BY x), nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY x;
-- functions 93
SELECT avg(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 4) t(x);
-- functions 94
SELECT sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 4) t(x);
-- leniency 1
SELECT CAST('inf' AS double);
-- leniency 2
SELECT CAST('1_0' AS double);
-- leniency 3
SELECT CAST('yes' AS boolean);
-- leniency 4
SELECT 9223372036854775808;
-- leniency 5
SELECT date '2026-11-23' + INTERVAL '1' HOUR;
-- leniency 6
SELECT coalesce(1);
-- leniency 7
SELECT length('a', 'b');
-- leniency 8
SELECT split_part(ts, 'T', 1) FROM bars WHERE dt = '2026-11-23' AND name = 'META' ORDER BY ts LIMIT 1;
-- leniency 9
SELECT date_trunc('hour', date '2026-11-23');
-- leniency 10
SELECT CAST('2026-11-23 09:30:00 -05:00' AS timestamp with time zone);
-- leniency 11
SELECT hour(timestamp '2026-11-23 09:30:00 -05:00');
-- times 1
SELECT CAST('2026-11-23 09:30:00' AS timestamp);
-- times 2
SELECT CAST('2026-11-23 09:30:00.5' AS timestamp);
-- times 3
SELECT CAST('2026-11-23 09:30:00.123456' AS timestamp);
-- times 4
SELECT CAST('2026-11-23 09:30:00.9999' AS timestamp);
-- times 5
SELECT CAST('2026-11-23 09:30:00.1235' AS timestamp);
-- times 6
SELECT CAST('2026-11-23 09:30:00.1234567890123' AS timestamp);
-- times 7: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23T09:30:00' AS timestamp);
-- times 8: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23T09:30:00Z' AS timestamp);
-- times 9
SELECT CAST('2026-11-23 09:30:00Z' AS timestamp);
-- times 10
SELECT CAST('2026-11-23 09:30:00 Z' AS timestamp);
-- times 11
SELECT CAST('2026-11-23 09:30:00-05:00' AS timestamp);
-- times 12
SELECT CAST('2026-11-23 09:30:00 -05:00' AS timestamp);
-- times 13
SELECT CAST('2026-11-23 09:30:00+0530' AS timestamp);
-- times 14
SELECT CAST('2026-11-23 09:30:00 UTC' AS timestamp);
-- times 15
SELECT CAST('2026-11-23 09:30:00 America/New_York' AS timestamp);
-- times 16: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00 EST' AS timestamp);
-- times 17
SELECT CAST('2026-11-23 9:3:5' AS timestamp);
-- times 18
SELECT CAST('2026-11-23 ' AS timestamp);
-- times 19
SELECT CAST(' 2026-11-23 09:30:00 ' AS timestamp);
-- times 20: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23  09:30:00' AS timestamp);
-- times 21
SELECT CAST('2026-1-3' AS timestamp);
-- times 22: INVALID_CAST_ARGUMENT
SELECT CAST('26-01-03' AS timestamp);
-- times 23: INVALID_CAST_ARGUMENT
SELECT CAST('2026/11/23 09:30:00' AS timestamp);
-- times 24: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 23:59:60' AS timestamp);
-- times 25: INVALID_CAST_ARGUMENT
SELECT CAST('2026-02-29 00:00:00' AS timestamp);
-- times 26: INVALID_CAST_ARGUMENT
SELECT CAST('2026-13-01 00:00:00' AS timestamp);
-- times 27: INVALID_CAST_ARGUMENT
SELECT CAST('now' AS timestamp);
-- times 28: INVALID_CAST_ARGUMENT
SELECT CAST('infinity' AS timestamp);
-- times 29: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-31' AS date);
-- times 30
SELECT CAST('+2026-11-23' AS date);
-- times 31: INVALID_CAST_ARGUMENT
SELECT CAST('' AS date);
-- times 32
SELECT TRY_CAST('2026-11-23T09:30:00' AS timestamp);
-- times 33
SELECT TRY_CAST('2026-11-23 09:30:00' AS date);
-- times 34
SELECT date('2026-11-23');
-- times 35: INVALID_CAST_ARGUMENT
SELECT date('2026-11-23T09:30');
-- times 36
SELECT CAST('2026-11-23 09:30:00.123456' AS timestamp(3));
-- times 37
SELECT CAST('2026-11-23 09:30:00 +05:30' AS timestamp with time zone);
-- times 38
SELECT CAST('2026-11-23 09:30:00-05:00' AS timestamp with time zone);
-- times 39
SELECT CAST('2026-11-23 09:30:00-05' AS timestamp with time zone);
-- times 40
SELECT CAST('2026-11-23 09:30:00.123456 America/New_York' AS timestamp with time zone);
-- times 41
SELECT CAST('2026-11-23 09:30:00Z' AS timestamp with time zone);
-- times 42: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00 Nowhere/City' AS timestamp with time zone);
-- times 43
SELECT CAST('2026-11-23 09:30:00 +14:00' AS timestamp with time zone);
-- times 44
SELECT CAST('2026-11-23 09:30:00 GMT' AS timestamp with time zone);
-- times 45
SELECT CAST('2026-03-08 02:30:00 America/New_York' AS timestamp with time zone);
-- times 46
SELECT CAST('2026-11-01 01:30:00 America/New_York' AS timestamp with time zone);
-- times 47
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC';
-- times 48
SELECT TIMESTAMP '2026-11-23 09:30:00';
-- times 49
SELECT TIMESTAMP '2026-11-23 09:30:00.1';
-- times 50
SELECT TIMESTAMP '2026-11-23';
-- times 51
SELECT TIMESTAMP '2026-11-23 09:30';
-- times 52: INVALID_LITERAL
SELECT TIMESTAMP '2026-11-23T09:30:00';
-- times 53
SELECT TIMESTAMP '2026-11-23 09:30:00-05:00';
-- times 54
SELECT TIMESTAMP '2026-11-23 09:30:00 -05:00';
-- times 55
SELECT TIMESTAMP '2026-11-23 09:30:00 America/New_York';
-- times 56
SELECT DATE '2026-11-23';
-- times 57
SELECT DATE '2026-1-3';
-- times 58: INVALID_LITERAL
SELECT DATE '2026-11-23T00:00';
-- times 59: INVALID_LITERAL
SELECT DATE '2026-11-31';
-- times 60
SELECT TIME '09:30:00';
-- times 61
SELECT CAST('09:30:00' AS time);
-- times 62
SELECT CAST(TIMESTAMP '2026-11-23 09:30:00' AS date);
-- times 63
SELECT CAST(TIMESTAMP '2026-11-23 23:30:00 America/New_York' AS date);
-- times 64
SELECT CAST(DATE '2026-11-23' AS timestamp);
-- times 65
SELECT CAST(DATE '2026-11-23' AS varchar);
-- times 66: TYPE_MISMATCH
SELECT CAST(TIMESTAMP '2026-11-23 09:30:00' AS bigint);
-- times 67: TYPE_MISMATCH
SELECT CAST(20261123 AS date);
-- times 68: TYPE_MISMATCH
SELECT CAST(0 AS timestamp);
-- times 69: INVALID_CAST_ARGUMENT
SELECT CAST(ts AS timestamp) FROM bars WHERE "interval"='1m' AND dt='2026-11-23' AND name='META' LIMIT 1;
-- times 70: INVALID_CAST_ARGUMENT
SELECT CAST(ts AS date) FROM bars WHERE "interval"='1m' AND dt='2026-11-23' AND name='META' LIMIT 1;
-- times 71
SELECT CAST(dt AS date) FROM bars WHERE "interval"='1m' AND dt='2026-11-23' AND name='META' LIMIT 1;
-- times 72
SELECT CAST(dt AS timestamp) FROM bars WHERE "interval"='1m' AND dt='2026-11-23' AND name='META' LIMIT 1;
-- times 73: INVALID_CAST_ARGUMENT
SELECT CAST(substr(ts, 1, 19) AS timestamp) FROM bars WHERE "interval"='1m' AND dt='2026-11-23' AND name='META' LIMIT 1;
-- times 74
SELECT CAST(replace(substr(ts, 1, 19), 'T', ' ') AS timestamp) FROM bars WHERE "interval"='1m' AND dt='2026-11-23' ORDER BY ts LIMIT 1;
-- times 75: INVALID_CAST_ARGUMENT
SELECT date(ts) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- times 76: INVALID_CAST_ARGUMENT
SELECT count(*) FROM bars WHERE CAST(ts AS date) = DATE '2026-11-23' AND dt='2026-11-23';
-- times 77
SELECT count(*) FROM bars WHERE date(substr(ts, 1, 10)) = DATE '2026-11-23' AND dt='2026-11-23';
-- times 78: TYPE_MISMATCH
SELECT count(*) FROM bars WHERE ts > TIMESTAMP '2026-11-23 00:00:00' AND dt='2026-11-23';
-- times 79
SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' FROM bars WHERE dt='2026-11-23' ORDER BY ts, name LIMIT 2;
-- times 80
SELECT hour(from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York') h, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY 1 ORDER BY 1;
-- times 81
SELECT date_trunc('hour', from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'America/New_York');
-- times 82
SELECT from_iso8601_date('2026-11-23');
-- times 83
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'America/New_York';
-- times 84
SELECT TIMESTAMP '2026-11-23 09:30:00' AT TIME ZONE 'America/New_York';
-- times 85
SELECT TIMESTAMP '2026-11-23 09:30:00 -05:00' AT TIME ZONE 'UTC';
-- times 86
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE '-05:00';
-- times 87: INVALID_FUNCTION_ARGUMENT
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'Nowhere';
-- times 88
SELECT CAST(TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'America/New_York' AS timestamp);
-- times 89
SELECT CAST(TIMESTAMP '2026-11-23 02:30:00 UTC' AT TIME ZONE 'America/New_York' AS date);
-- times 90
SELECT date_format(TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'America/New_York', '%H:%i');
-- times 91
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' - TIMESTAMP '2026-11-23 09:30:00 -05:00';
-- times 92
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' < TIMESTAMP '2026-11-23 09:30:00 -05:00';
-- times 93
SELECT TIMESTAMP '2026-11-23 09:30:00' = TIMESTAMP '2026-11-23 09:30:00 UTC';
-- times 94
SELECT DATE '2026-11-23' = TIMESTAMP '2026-11-23 00:00:00';
-- times 95
SELECT DATE '2026-11-23' < TIMESTAMP '2026-11-23 00:00:01 UTC';
-- times 96
SELECT DATE '2026-11-23' + INTERVAL '1' DAY;
-- times 97
SELECT DATE '2026-11-23' - INTERVAL '1' MONTH;
-- times 98
SELECT DATE '2026-01-31' + INTERVAL '1' MONTH;
-- times 99: INVALID_FUNCTION_ARGUMENT
SELECT DATE '2026-11-23' + INTERVAL '1' HOUR;
-- times 100
SELECT DATE '2026-11-23' + INTERVAL '1' YEAR;
-- times 101
SELECT TIMESTAMP '2026-11-23 09:30:00' + INTERVAL '1' HOUR;
-- times 102
SELECT TIMESTAMP '2026-11-23 09:30:00' - INTERVAL '90' MINUTE;
-- times 103
SELECT DATE '2026-11-23' - DATE '2026-11-20';
-- times 104
SELECT DATE '2026-11-20' - DATE '2026-11-23';
-- times 105
SELECT TIMESTAMP '2026-11-23 09:30:00' - TIMESTAMP '2026-11-20 08:00:00';
-- times 106
SELECT DATE '2026-11-23' - TIMESTAMP '2026-11-20 08:00:00';
-- times 107: TYPE_MISMATCH
SELECT DATE '2026-11-23' - 1;
-- times 108: TYPE_MISMATCH
SELECT DATE '2026-11-23' + 1;
-- times 109: TYPE_MISMATCH
SELECT CAST(DATE '2026-11-23' - DATE '2026-11-20' AS bigint);
-- times 110
SELECT INTERVAL '2' DAY;
-- times 111
SELECT INTERVAL '25' HOUR;
-- times 112
SELECT INTERVAL -'1' DAY;
-- times 113
SELECT INTERVAL '1' DAY * 2;
-- times 114
SELECT 2 * INTERVAL '1' DAY;
-- times 115
SELECT INTERVAL '1' DAY / 2;
-- times 116
SELECT INTERVAL '1' DAY + INTERVAL '1' HOUR;
-- times 117
SELECT INTERVAL '1' DAY > INTERVAL '23' HOUR;
-- times 118
SELECT current_date = date(current_timestamp);
-- times 119
SELECT now() = current_timestamp;
-- times 120
SELECT dt, date_diff('day', date(dt), DATE '2026-11-25') FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- clauses and names 1: COLUMN_NOT_FOUND
SELECT name, max(high) AS h FROM bars WHERE "interval"='1m' AND dt='2026-11-23' GROUP BY name HAVING h > 0;
-- clauses and names 2
SELECT name, max(high) AS h FROM bars WHERE dt='2026-11-23' GROUP BY name HAVING max(high) > 0 ORDER BY h DESC LIMIT 3;
-- clauses and names 3: COLUMN_NOT_FOUND
SELECT substr(ts, 12, 2) AS hour, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY hour;
-- clauses and names 4
SELECT substr(ts, 12, 2) AS hour, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY 1 ORDER BY 1;
-- clauses and names 5: INVALID_COLUMN_REFERENCE
SELECT substr(ts, 12, 2) AS hour, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY 3;
-- clauses and names 6: INVALID_COLUMN_REFERENCE
SELECT substr(ts, 12, 2) AS hour, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY 0;
-- clauses and names 7: EXPRESSION_NOT_SCALAR
SELECT substr(ts, 12, 2) AS hour, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY 2;
-- clauses and names 8: COLUMN_NOT_FOUND
SELECT high AS h FROM bars WHERE h > 1;
-- clauses and names 9
SELECT high AS h FROM bars WHERE dt='2026-11-23' ORDER BY h DESC LIMIT 1;
-- clauses and names 10
SELECT high AS h FROM bars WHERE dt='2026-11-23' ORDER BY h + 1 DESC LIMIT 1;
-- clauses and names 11
SELECT high AS h FROM bars WHERE dt='2026-11-23' ORDER BY abs(h) DESC LIMIT 1;
-- clauses and names 12
SELECT high AS low FROM bars WHERE dt='2026-11-23' ORDER BY low DESC LIMIT 1;
-- clauses and names 13
SELECT high AS low FROM bars WHERE dt='2026-11-23' ORDER BY -low LIMIT 1;
-- clauses and names 14: COLUMN_NOT_FOUND
SELECT high AS h, h * 2 FROM bars;
-- clauses and names 15: EXPRESSION_NOT_AGGREGATE
SELECT name, max(high) AS high FROM bars WHERE dt='2026-11-23' GROUP BY name HAVING high > 0;
-- clauses and names 16: COLUMN_NOT_FOUND
SELECT name n, count(*) c FROM bars WHERE dt='2026-11-23' GROUP BY n;
-- clauses and names 17
SELECT name n, count(*) c FROM bars b WHERE dt='2026-11-23' GROUP BY b.name ORDER BY n;
-- clauses and names 18: COLUMN_NOT_FOUND
SELECT max(high) AS h, row_number() OVER (ORDER BY h) FROM bars;
-- clauses and names 19: SYNTAX_ERROR
SELECT ts FROM bars ORDER BY ts LIMIT 2 OFFSET 1;
-- clauses and names 20
SELECT ts FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts OFFSET 1 LIMIT 2;
-- clauses and names 21
SELECT ts FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts OFFSET 1 ROWS FETCH FIRST 2 ROWS ONLY;
-- clauses and names 22
SELECT ts FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts OFFSET 1 ROW FETCH NEXT ROW ONLY;
-- clauses and names 23: SYNTAX_ERROR
SELECT ts FROM bars WHERE dt='2026-11-23' ORDER BY ts FETCH FIRST 2 ROWS ONLY OFFSET 1;
-- clauses and names 24: NUMERIC_VALUE_OUT_OF_RANGE
SELECT ts FROM bars WHERE dt='2026-11-23' ORDER BY ts FETCH FIRST 0 ROWS ONLY;
-- clauses and names 25: MISSING_ORDER_BY
SELECT ts FROM bars WHERE dt='2026-11-23' FETCH FIRST ROWS WITH TIES;
-- clauses and names 26: SYNTAX_ERROR
SELECT ts FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT ALL OFFSET 3;
-- clauses and names 27
SELECT count(*) FROM (SELECT ts FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT ALL);
-- clauses and names 28: SYNTAX_ERROR
SELECT ts FROM bars LIMIT 2, 3;
-- clauses and names 29: SYNTAX_ERROR
SELECT ts FROM bars LIMIT -1;
-- clauses and names 30: SYNTAX_ERROR
SELECT ts FROM bars LIMIT 1.5;
-- clauses and names 31: SYNTAX_ERROR
SELECT ts FROM bars LIMIT '1';
-- clauses and names 32: SYNTAX_ERROR
SELECT ts FROM bars OFFSET -1;
-- clauses and names 33: SYNTAX_ERROR
SELECT TOP 5 ts FROM bars;
-- clauses and names 34
SELECT ts FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 0;
-- clauses and names 35: SYNTAX_ERROR
SELECT ts FROM bars LIMIT 1 ORDER BY ts;
-- clauses and names 36: SYNTAX_ERROR
SELECT ts FROM bars WHERE dt == '2026-11-23';
-- clauses and names 37
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND name != 'META';
-- clauses and names 38
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND name <> 'META';
-- clauses and names 39
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND NOT name = 'META';
-- clauses and names 40: SYNTAX_ERROR
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND name ^= 'META';
-- clauses and names 41: SYNTAX_ERROR
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND name <=> 'META';
-- clauses and names 42: SYNTAX_ERROR
SELECT max(high) 'High' FROM bars;
-- clauses and names 43
SELECT max(high) "High" FROM bars WHERE dt='2026-11-23';
-- clauses and names 44
SELECT max(high) AS High FROM bars WHERE dt='2026-11-23';
-- clauses and names 45: SYNTAX_ERROR
SELECT max(high) `High` FROM bars;
-- clauses and names 46: SYNTAX_ERROR
SELECT name FROM `bars`;
-- clauses and names 47: SYNTAX_ERROR
SELECT name FROM 'bars';
-- clauses and names 48
SELECT name FROM "bars" WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- clauses and names 49
SELECT name FROM "BARS" WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- clauses and names 50
SELECT NAME FROM Bars WHERE DT='2026-11-23' AND name='META' LIMIT 1;
-- clauses and names 51
SELECT "NAME" FROM bars WHERE "Dt"='2026-11-23' AND "Name"='META' LIMIT 1;
-- clauses and names 52
SELECT B.name FROM bars b WHERE b.dt='2026-11-23' AND b.name='META' LIMIT 1;
-- clauses and names 53
SELECT "b".name FROM bars "B" WHERE B.dt='2026-11-23' AND B.name='META' LIMIT 1;
-- clauses and names 54
SELECT DISTINCT (name), ts FROM bars WHERE dt='2026-11-23' ORDER BY ts, name LIMIT 1;
-- clauses and names 55: SYNTAX_ERROR
SELECT * RENAME (high AS h) FROM bars;
-- clauses and names 56: FUNCTION_NOT_FOUND
SELECT COLUMNS('h.*') FROM bars;
-- clauses and names 57: SYNTAX_ERROR
SELECT name FROM bars QUALIFY row_number() OVER (ORDER BY ts) = 1;
-- clauses and names 58: SYNTAX_ERROR
SELECT name FROM bars WHERE name SIMILAR TO 'm%';
-- clauses and names 59: SYNTAX_ERROR
SELECT name FROM bars WHERE name RLIKE 'm';
-- clauses and names 60: SYNTAX_ERROR
SELECT name FROM bars WHERE name REGEXP 'm';
-- clauses and names 61: SYNTAX_ERROR
SELECT name FROM bars WHERE name ~ 'm';
-- clauses and names 62: SYNTAX_ERROR
SELECT name FROM bars WHERE name GLOB 'm*';
-- clauses and names 63: SYNTAX_ERROR
SELECT high::varchar FROM bars;
-- clauses and names 64: SYNTAX_ERROR
SELECT '1'::int;
-- clauses and names 65: SYNTAX_ERROR
SELECT name, FROM bars;
-- clauses and names 66: SYNTAX_ERROR
SELECT name, high, FROM bars WHERE dt='2026-11-23';
-- clauses and names 67: SYNTAX_ERROR
SELECT name FROM bars, WHERE dt='2026-11-23';
-- clauses and names 68: SYNTAX_ERROR
SELECT name FROM bars WHERE name IN ('META', );
-- clauses and names 69: COLUMN_NOT_FOUND
SELECT count(*) FROM bars GROUP BY ALL;
-- clauses and names 70: COLUMN_NOT_FOUND
SELECT name, count(*) FROM bars GROUP BY ALL;
-- clauses and names 71: COLUMN_NOT_FOUND
SELECT name FROM bars ORDER BY ALL;
-- clauses and names 72: SYNTAX_ERROR
FROM bars;
-- clauses and names 73: SYNTAX_ERROR
SELECT FROM bars;
-- clauses and names 74: SYNTAX_ERROR
SELECT;
-- clauses and names 75: SYNTAX_ERROR
SELECT * FROM bars SAMPLE 10;
-- clauses and names 76: NOT_SUPPORTED
SELECT * FROM bars NATURAL JOIN bars;
-- clauses and names 77: NOT_SUPPORTED
SELECT * FROM (VALUES 1) AS a(x) NATURAL JOIN (VALUES 1) AS b(x);
-- clauses and names 78: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) SEMI JOIN (VALUES 1) AS b(x) ON a.x = b.x;
-- clauses and names 79: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) LEFT SEMI JOIN (VALUES 1) AS b(x) ON a.x = b.x;
-- clauses and names 80: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) ANTI JOIN (VALUES 1) AS b(x) ON a.x = b.x;
-- clauses and names 81: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) ASOF JOIN (VALUES 1) AS b(x) ON a.x >= b.x;
-- clauses and names 82: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) POSITIONAL JOIN (VALUES 1) AS b(x);
-- clauses and names 83: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) JOIN (VALUES 1) AS b(x);
-- clauses and names 84
SELECT * FROM (VALUES 1) AS a(x) INNER JOIN (VALUES 1, 2) AS b(x) ON true;
-- clauses and names 85: SYNTAX_ERROR
SELECT * FROM (VALUES 1) AS a(x) CROSS JOIN (VALUES 1) AS b(x) ON true;
-- clauses and names 86
SELECT * FROM (VALUES 1) AS a(x) JOIN (VALUES 1, 2) AS b(x) USING (x);
-- clauses and names 87: COLUMN_NOT_FOUND
SELECT a.x FROM (VALUES 1) AS a(x) JOIN (VALUES 1, 2) AS b(x) USING (x);
-- clauses and names 88
SELECT x FROM (VALUES 1) AS a(x) JOIN (VALUES 1, 2) AS b(x) USING (x);
-- clauses and names 89
SELECT * FROM (VALUES 1) AS a(x), (VALUES 1) AS b(x);
-- clauses and names 90
SELECT * FROM (VALUES 1) AS a(x) FULL OUTER JOIN (VALUES 2) AS b(y) ON a.x = b.y ORDER BY 1, 2;
-- clauses and names 91
SELECT * FROM (VALUES 1) AS a(x) LEFT JOIN (VALUES 2) AS b(y) ON a.x = b.y;
-- clauses and names 92
SELECT * FROM (VALUES 1) AS a(x) FULL JOIN (VALUES 2) AS b(x) USING (x) ORDER BY 1;
-- clauses and names 93
SELECT a.*, b.y FROM (VALUES 1) AS a(x) LEFT JOIN (VALUES 2) AS b(y) ON a.x = b.y;
-- clauses and names 94: TYPE_MISMATCH
SELECT * FROM (VALUES 1) AS a(x) JOIN (VALUES '1') AS b(y) ON a.x = b.y;
-- clauses and names 95: TYPE_MISMATCH
SELECT * FROM (VALUES 1) AS a(x) JOIN (VALUES '1') AS b(x) USING (x);
-- clauses and names 96
SELECT 1 UNION ALL SELECT 2e0;
-- clauses and names 97
SELECT 1 UNION SELECT 1;
-- clauses and names 98
SELECT 1 UNION ALL SELECT 1;
-- clauses and names 99
SELECT 1 UNION ALL SELECT NULL ORDER BY 1;
-- clauses and names 100: TYPE_MISMATCH
SELECT 1, 2 UNION ALL SELECT 1;
-- clauses and names 101
SELECT DATE '2026-11-23' UNION ALL SELECT TIMESTAMP '2026-11-23 10:00:00' ORDER BY 1;
-- clauses and names 102: TYPE_MISMATCH
SELECT DATE '2026-11-23' UNION ALL SELECT '2026-11-23';
-- clauses and names 103: TYPE_MISMATCH
SELECT true UNION ALL SELECT 1;
-- clauses and names 104: TYPE_MISMATCH
SELECT name FROM bars WHERE dt='2026-11-23' UNION ALL SELECT high FROM bars;
-- clauses and names 105: TYPE_MISMATCH
SELECT name, high FROM bars UNION ALL SELECT name, ts FROM bars;
-- clauses and names 106: TYPE_MISMATCH
SELECT * FROM bars WHERE dt='2026-11-23' UNION ALL SELECT name FROM bars WHERE dt='2026-11-23';
-- clauses and names 107
SELECT * FROM (SELECT 1 AS a UNION ALL SELECT 2 AS b) ORDER BY a;
-- clauses and names 108: COLUMN_NOT_FOUND
SELECT 1 AS a UNION ALL SELECT 2 AS b ORDER BY b;
-- clauses and names 109
SELECT 1 AS a UNION ALL SELECT 2 AS b ORDER BY a DESC;
-- clauses and names 110
SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a + 1 DESC;
-- clauses and names 111: SYNTAX_ERROR
SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS a;
-- clauses and names 112: SYNTAX_ERROR
SELECT 1 ORDER BY 1 UNION ALL SELECT 2;
-- clauses and names 113
(SELECT 1 ORDER BY 1) UNION ALL SELECT 2 ORDER BY 1;
-- clauses and names 114: SYNTAX_ERROR
SELECT 1 LIMIT 1 UNION ALL SELECT 2;
-- clauses and names 115
SELECT x FROM (VALUES 1, 1, 2) AS t(x) INTERSECT SELECT 1;
-- clauses and names 116
SELECT x FROM (VALUES 1, 1, 2) AS t(x) INTERSECT ALL SELECT x FROM (VALUES 1, 1) AS t(x);
-- clauses and names 117
SELECT x FROM (VALUES 1, 1, 2) AS t(x) EXCEPT SELECT 2;
-- clauses and names 118
SELECT x FROM (VALUES 1, 1, 2) AS t(x) EXCEPT ALL SELECT 1 ORDER BY 1;
-- clauses and names 119: SYNTAX_ERROR
SELECT x FROM (VALUES 1, 1, 2) AS t(x) MINUS SELECT 2;
-- clauses and names 120
SELECT 1 UNION SELECT 2 INTERSECT SELECT 2;
-- clauses and names 121: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT name FROM bars WHERE dt='2026-11-23' ORDER BY ts;
-- clauses and names 122
SELECT DISTINCT name FROM bars WHERE dt='2026-11-23' ORDER BY name DESC LIMIT 2;
-- clauses and names 123: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT name FROM bars WHERE dt='2026-11-23' ORDER BY lower(name) LIMIT 2;
-- clauses and names 124
SELECT DISTINCT lower(name) FROM bars WHERE dt='2026-11-23' ORDER BY lower(name) LIMIT 2;
-- clauses and names 125
SELECT DISTINCT lower(name) n FROM bars WHERE dt='2026-11-23' ORDER BY n LIMIT 2;
-- clauses and names 126
SELECT DISTINCT lower(name) n FROM bars WHERE dt='2026-11-23' ORDER BY 1 LIMIT 2;
-- clauses and names 127: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT name, high FROM bars WHERE dt='2026-11-23' ORDER BY high, ts;
-- clauses and names 128
SELECT DISTINCT b.name FROM bars b WHERE dt='2026-11-23' ORDER BY b.name LIMIT 2;
-- clauses and names 129
SELECT DISTINCT name AS x FROM bars b WHERE dt='2026-11-23' ORDER BY name LIMIT 2;
-- clauses and names 130
SELECT DISTINCT dt, "interval" FROM bars WHERE dt='2026-11-23' ORDER BY "interval";
-- clauses and names 131
SELECT name FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY max(high) LIMIT 2;
-- clauses and names 132: EXPRESSION_NOT_AGGREGATE
SELECT name FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY high LIMIT 2;
-- clauses and names 133: EXPRESSION_NOT_AGGREGATE
SELECT name, high FROM bars GROUP BY name;
-- clauses and names 134: EXPRESSION_NOT_AGGREGATE
SELECT * FROM bars GROUP BY name;
-- clauses and names 135: EXPRESSION_NOT_AGGREGATE
SELECT name, max(high) FROM bars;
-- clauses and names 136: EXPRESSION_NOT_SCALAR
SELECT max(high) FROM bars WHERE max(high) > 1;
-- clauses and names 137: NESTED_AGGREGATION
SELECT max(max(high)) FROM bars;
-- clauses and names 138: EXPRESSION_NOT_AGGREGATE
SELECT name FROM bars HAVING max(high) > 1;
-- clauses and names 139
SELECT max(high) FROM bars WHERE dt='2026-11-23' HAVING count(*) > 1;
-- clauses and names 140: INVALID_COLUMN_REFERENCE
SELECT name FROM bars ORDER BY 2;
-- clauses and names 141: INVALID_COLUMN_REFERENCE
SELECT name FROM bars ORDER BY 0;
-- clauses and names 142: COLUMN_NOT_FOUND
SELECT name FROM bars ORDER BY lowest;
-- clauses and names 143
SELECT name FROM bars WHERE dt='2026-11-23' AND name = 'META' ORDER BY 'name' LIMIT 1;
-- clauses and names 144: COLUMN_NOT_FOUND
SELECT lowest FROM bars;
-- clauses and names 145: COLUMN_NOT_FOUND
SELECT b.lowest FROM bars b;
-- clauses and names 146: COLUMN_NOT_FOUND
SELECT x.name FROM bars b;
-- clauses and names 147: COLUMN_NOT_FOUND
SELECT bars.name FROM bars b;
-- clauses and names 148: TABLE_NOT_FOUND
SELECT * FROM nowhere;
-- clauses and names 149: SCHEMA_NOT_FOUND
SELECT * FROM other.bars;
-- clauses and names 150
SELECT name AS "a b" FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- clauses and names 151
WITH Highs AS (SELECT 1 AS x) SELECT * FROM highs;
-- clauses and names 152
WITH highs AS (SELECT 1 AS X) SELECT x FROM HIGHS;
-- clauses and names 153
WITH "Highs" AS (SELECT 1 AS x) SELECT * FROM highs;
-- clauses and names 154
WITH highs AS (SELECT 1 AS x) SELECT "X" FROM "HIGHS" h;
-- clauses and names 155
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM A) SELECT * FROM b;
-- clauses and names 156: DUPLICATE_NAMED_QUERY
WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a;
-- clauses and names 157
WITH a(p, q) AS (SELECT 1, 2) SELECT p + q AS s FROM a;
-- clauses and names 158: MISMATCHED_COLUMN_ALIASES
WITH a(p) AS (SELECT 1, 2) SELECT * FROM a;
-- clauses and names 159
WITH bars AS (SELECT 1 AS x) SELECT * FROM bars;
-- clauses and names 160: TABLE_NOT_FOUND
WITH a AS (SELECT 1 AS x) SELECT * FROM b;
-- clauses and names 161
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t ORDER BY n;
-- clauses and names 162: SYNTAX_ERROR
WITH a AS MATERIALIZED (SELECT 1 AS x) SELECT * FROM a;
-- clauses and names 163
SELECT * FROM (WITH a AS (SELECT 1 AS x) SELECT * FROM a);
-- clauses and names 164: SYNTAX_ERROR
(WITH a AS (SELECT 1 AS x) SELECT * FROM a);
-- clauses and names 165
SELECT DISTINCT "$path" FROM delivered_bars WHERE dt='2026-11-23';
-- clauses and names 166
SELECT DISTINCT "$path" FROM delivered_bars WHERE dt='2026-11-18';
-- clauses and names 167
SELECT DISTINCT regexp_extract("$path", '[^/]+$') FROM delivered_bars WHERE dt='2026-11-18';
-- clauses and names 168
SELECT count(DISTINCT "$PATH") FROM delivered_bars WHERE dt='2026-11-18';
-- clauses and names 169
SELECT d."$path" LIKE '%bars%', count(*) FROM delivered_bars d WHERE dt='2026-11-18' GROUP BY 1;
-- clauses and names 170: COLUMN_NOT_FOUND
SELECT "$path" FROM bars WHERE dt='2026-11-23';
-- clauses and names 171: SYNTAX_ERROR
SELECT $path FROM delivered_bars;
-- clauses and names 172
SELECT DISTINCT "$file_size" > 0 FROM delivered_bars WHERE dt='2026-11-23';
-- clauses and names 173
SELECT DISTINCT "$file_size" FROM delivered_bars WHERE dt='2026-11-23';
-- clauses and names 174
SELECT DISTINCT "$file_modified_time" > TIMESTAMP '2020-01-01 00:00:00 UTC' FROM delivered_bars WHERE dt='2026-11-23';
-- clauses and names 175
SELECT DISTINCT "$partition" FROM delivered_bars WHERE dt='2026-11-23';
-- clauses and names 176: COLUMN_NOT_FOUND
SELECT DISTINCT "$bucket" FROM delivered_bars WHERE dt='2026-11-23';
-- clauses and names 177: COLUMN_NOT_FOUND
SELECT "$nothing" FROM delivered_bars WHERE dt='2026-11-23';
-- numbers and text 1
SELECT 1/3;
-- numbers and text 2
SELECT 1.0/3;
-- numbers and text 3
SELECT 1/3.0;
-- numbers and text 4
SELECT 10/4, -10/4, 10/-4;
-- numbers and text 5
SELECT 10 % 3, -10 % 3, 10 % -3, mod(-10, 3), mod(10, -3);
-- numbers and text 6
SELECT -7.5 % 2, 7.5 % -2.0, mod(-7.5, 2);
-- numbers and text 7
SELECT 7e0 % 2, -7e0 % 2;
-- numbers and text 8: DIVISION_BY_ZERO
SELECT 5.5 / 0;
-- numbers and text 9: DIVISION_BY_ZERO
SELECT 5 / 0;
-- numbers and text 10
SELECT 5e0 / 0;
-- numbers and text 11: DIVISION_BY_ZERO
SELECT 5 % 0;
-- numbers and text 12
SELECT 5e0 % 0;
-- numbers and text 13
SELECT 0e0 / 0;
-- numbers and text 14
SELECT CAST(1 AS decimal(38,10)) / 3;
-- numbers and text 15
SELECT CAST(1 AS decimal(38,0)) * CAST(1 AS decimal(38,0));
-- numbers and text 16
SELECT CAST(1 AS decimal(38,2)) * CAST(1.5 AS decimal(38,2));
-- numbers and text 17: SYNTAX_ERROR
SELECT CAST(12345678901234567890123456789012345678 AS decimal(38,0)) + 1;
-- numbers and text 18: INVALID_LITERAL
SELECT 12345678901234567890123456789012345678.0;
-- numbers and text 19: INVALID_LITERAL
SELECT 99999999999999999999999999999999999999.0 * 10;
-- numbers and text 20: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0)) + 1;
-- numbers and text 21: NUMERIC_VALUE_OUT_OF_RANGE
SELECT DECIMAL '99999999999999999999999999999999999999' * 10;
-- numbers and text 22
SELECT CAST(1 AS decimal(10,2)) / CAST(3 AS decimal(5,1));
-- numbers and text 23
SELECT CAST(100 AS decimal(20,4)) / CAST(7 AS decimal(20,10));
-- numbers and text 24
SELECT 1.10 + 2.2, 1.10 - 2.2, 1.10 * 2.2, 1.10 / 2.2;
-- numbers and text 25
SELECT 0.1 + 0.2, 0.1e0 + 0.2e0;
-- numbers and text 26
SELECT 1.5 + 1, 1.5 - 1, 1.5 * 2, 3 / 1.5;
-- numbers and text 27
SELECT 1.5 + 1e0;
-- numbers and text 28
SELECT 2.5 = 2.50, 2.5 = 2.5e0, 2 = 2.0;
-- numbers and text 29
SELECT round(2.5), round(-2.5), round(2.45, 1), round(2.455, 2), round(2.5e0), round(1234.567, -2), round(1234, -2), round(1234.567e0, -2);
-- numbers and text 30
SELECT round(0.285, 2), round(1.005e0, 2), round(2.675e0, 2), round(5.015e0, 2);
-- numbers and text 31
SELECT ceil(1.2), floor(-1.2), ceiling(-1.2), truncate(1.29), truncate(-1.29), truncate(1.29, 1);
-- numbers and text 32
SELECT CAST(1.5 AS integer), CAST(-1.5 AS integer), CAST(2.5e0 AS bigint), CAST(0.5 AS bigint);
-- numbers and text 33
SELECT CAST(1.256 AS decimal(10,2)), CAST(1.255e0 AS decimal(10,2)), CAST(-1.255 AS decimal(3,2));
-- numbers and text 34: INVALID_CAST_ARGUMENT
SELECT CAST(100 AS decimal(2,0));
-- numbers and text 35: INVALID_CAST_ARGUMENT
SELECT CAST('1.5' AS decimal(3,1)), CAST('1.55' AS decimal(3,1)), CAST(' 1.5 ' AS decimal(3,1));
-- numbers and text 36
SELECT CAST('1e2' AS decimal(5,1));
-- numbers and text 37: INVALID_CAST_ARGUMENT
SELECT CAST('' AS decimal(5,1));
-- numbers and text 38: INVALID_CAST_ARGUMENT
SELECT CAST('abc' AS decimal(5,1));
-- numbers and text 39
SELECT CAST(1.5 AS varchar), CAST(1.50 AS varchar), CAST(1 AS varchar), CAST(true AS varchar);
-- numbers and text 40
SELECT CAST(high AS decimal(10,2)), CAST(high AS decimal(10,1)), CAST(high AS integer) FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 3;
-- numbers and text 41
SELECT sum(CAST(high AS decimal(10,2))), avg(CAST(high AS decimal(10,2))) FROM bars WHERE dt='2026-11-23' AND name='META';
-- numbers and text 42
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES 1.5, 2.25, 3.1) AS t(x);
-- numbers and text 43
SELECT avg(x) FROM (VALUES 1.5, 2.5, NULL) AS t(x);
-- numbers and text 44
SELECT avg(x) FROM (VALUES 1, 2) AS t(x);
-- numbers and text 45
SELECT avg(x) FROM (VALUES 1e0, 2e0) AS t(x);
-- numbers and text 46
SELECT sum(x) / count(*) FROM (VALUES 1, 2) AS t(x);
-- numbers and text 47
SELECT sum(x) / count(*) FROM (VALUES 1.5, 2.25) AS t(x);
-- numbers and text 48
SELECT sum(x) * 1.0 / count(*) FROM (VALUES 1, 2) AS t(x);
-- numbers and text 49
SELECT 100.0 * count_if(x > 1) / count(*) FROM (VALUES 1, 2, 3) AS t(x);
-- numbers and text 50
SELECT 100 * (max(high) - min(low)) / min(low) FROM bars WHERE dt='2026-11-23' AND name='META';
-- numbers and text 51
SELECT round(100 * (max(high) - min(low)) / min(low), 2) FROM bars WHERE dt='2026-11-23' AND name='META';
-- numbers and text 52
SELECT 2147483648 + 1;
-- numbers and text 53: NUMERIC_VALUE_OUT_OF_RANGE
SELECT 9223372036854775807 * 2;
-- numbers and text 54
SELECT -9223372036854775808;
-- numbers and text 55
SELECT - 9223372036854775808;
-- numbers and text 56: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(2147483648 AS integer);
-- numbers and text 57: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(40000 AS smallint);
-- numbers and text 58: INVALID_CAST_ARGUMENT
SELECT CAST('9223372036854775808' AS bigint);
-- numbers and text 59: INVALID_CAST_ARGUMENT
SELECT CAST('12a' AS integer);
-- numbers and text 60: INVALID_CAST_ARGUMENT
SELECT CAST('1.5' AS integer);
-- numbers and text 61
SELECT CAST(' 12 ' AS integer);
-- numbers and text 62
SELECT CAST('+5' AS integer);
-- numbers and text 63: INVALID_CAST_ARGUMENT
SELECT CAST('abc' AS double);
-- numbers and text 64
SELECT CAST('1e5' AS double), CAST('1.5' AS double), CAST(' 1.5 ' AS double), CAST('NaN' AS double), CAST('Infinity' AS double);
-- numbers and text 65
SELECT CAST('TRUE' AS boolean), CAST('f' AS boolean), CAST('1' AS boolean), CAST(0 AS boolean), CAST(2 AS boolean), CAST(true AS integer);
-- numbers and text 66: TYPE_MISMATCH
SELECT CAST(1 AS text);
-- numbers and text 67: TYPE_MISMATCH
SELECT CAST(1 AS string);
-- numbers and text 68: TYPE_MISMATCH
SELECT CAST(1 AS int), CAST(1 AS long);
-- numbers and text 69
SELECT CAST(NULL AS integer), CAST(NULL AS varchar), CAST(NULL AS date);
-- numbers and text 70
SELECT NULL;
-- numbers and text 71
SELECT NULL = NULL, NULL IS NULL, 1 = NULL, NULL IN (1), 1 IN (1, NULL), 2 IN (1, NULL), 2 NOT IN (1, NULL);
-- numbers and text 72
SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL;
-- numbers and text 73
SELECT substr('2026-11-23T09', 0, 11), substr('abc', 0), substr('abc', -5);
-- numbers and text 74
SELECT substr('abc', -2), substr('abc', -2, 1), substr('abc', 4), substr('abc', 3, 5), substr('abc', 1, 0), substr('abc', 2, -1), substr('abc', -3, 2);
-- numbers and text 75
SELECT substring('abc', 0), substring('abc', 2), substring('abc' FROM 2), substring('abc' FROM 2 FOR 1), substring('abc', 0, 2), substring('abc' FROM 0 FOR 2);
-- numbers and text 76
SELECT substr(ts, 0, 11) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- numbers and text 77: FUNCTION_NOT_FOUND
SELECT substr('abc', 1.0);
-- numbers and text 78: FUNCTION_NOT_FOUND
SELECT substr(12345, 2);
-- numbers and text 79
SELECT split_part('a,b,c', ',', 1), split_part('a,b,c', ',', 3), split_part('a,b,c', ',', 4), split_part('abc', ',', 1), split_part('abc', ',', 2), split_part('', ',', 1), split_part('a,,c', ',', 2);
-- numbers and text 80
SELECT split_part('abc', '', 1), split_part('abc', '', 3), split_part('abc', '', 4);
-- numbers and text 81
SELECT split_part(ts, 'T', 1), split_part(split_part(ts, 'T', 2), ':', 1) FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- numbers and text 82
SELECT split_part('a,b', ',', x) FROM (VALUES 1, 2) AS t(x);
-- numbers and text 83: INVALID_FUNCTION_ARGUMENT
SELECT split('abc', '');
-- numbers and text 84
SELECT split(ts, 'T')[1] FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- numbers and text 85
SELECT element_at(split(ts, 'T'), 1), element_at(split(ts, 'T'), -1), element_at(split(ts, 'T'), 9) FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- numbers and text 86: INVALID_FUNCTION_ARGUMENT
SELECT element_at(ARRAY[1, 2], 0);
-- numbers and text 87
SELECT ARRAY[1, 2][1];
-- numbers and text 88: INVALID_FUNCTION_ARGUMENT
SELECT ARRAY[1, 2][3];
-- numbers and text 89: INVALID_FUNCTION_ARGUMENT
SELECT ARRAY[1, 2][0];
-- numbers and text 90: SYNTAX_ERROR
SELECT ARRAY[1, NULL], ARRAY['a', NULL], ARRAY[]; 
SELECT cardinality(ARRAY[1, 2]), contains(ARRAY[1, 2], 2), array_join(ARRAY[1, NULL, 2], '-'), array_join(ARRAY[1, NULL, 2], '-', 'x'), array_max(ARRAY[1, NULL]), array_sort(ARRAY[3, 1, NULL, 2]);
-- numbers and text 91
SELECT concat('a', 'b', NULL);
-- numbers and text 92: INVALID_FUNCTION_ARGUMENT
SELECT concat('a');
-- numbers and text 93
SELECT 'a' || 'b' || 'c';
-- numbers and text 94
SELECT length(NULL), length(''), length(' a ');
-- numbers and text 95
SELECT trim('  a '), ltrim('  a '), rtrim(' a  '), trim(both 'x' from 'xax'), trim('xax', 'x'), trim(leading from ' a ');
-- numbers and text 96
SELECT trim(' a	');
-- numbers and text 97
SELECT lpad('a', 3, 'xy'), rpad('a', 3, 'xy'), lpad('abc', 2, 'x'), lpad('a', 0, 'x');
-- numbers and text 98: FUNCTION_NOT_FOUND
SELECT lpad('a', 3);
-- numbers and text 99: INVALID_FUNCTION_ARGUMENT
SELECT lpad('a', -1, 'x');
-- numbers and text 100
SELECT starts_with('abc', 'ab'), starts_with('abc', '');
-- numbers and text 101
SELECT 'a' < 'B', 'a' = 'A', 'a ' = 'a', 'é' > 'z';
-- numbers and text 102
SELECT 'abc' LIKE 'a%', 'abc' LIKE 'A%', 'a_c' LIKE 'a\_c', 'a_c' LIKE 'a\_c' ESCAPE '\', 'abc' LIKE 'a_c', 'abc' NOT LIKE 'x%', 'a%' LIKE 'a$%' ESCAPE '$';
-- numbers and text 103
SELECT 'abc' LIKE NULL, NULL LIKE 'a';
-- numbers and text 104: TYPE_MISMATCH
SELECT 1 LIKE '1';
-- numbers and text 105: INVALID_FUNCTION_ARGUMENT
SELECT 'abc' LIKE 'a$' ESCAPE '$';
-- numbers and text 106: INVALID_FUNCTION_ARGUMENT
SELECT 'abc' LIKE 'a%' ESCAPE 'xy';
-- functions and windows 1
SELECT x FROM (VALUES 1, NULL, 2) AS t(x) ORDER BY x;
-- functions and windows 2
SELECT x FROM (VALUES 1, NULL, 2) AS t(x) ORDER BY x DESC;
-- functions and windows 3
SELECT x FROM (VALUES 1, NULL, 2) AS t(x) ORDER BY x NULLS FIRST;
-- functions and windows 4
SELECT x FROM (VALUES 1, NULL, 2) AS t(x) ORDER BY x DESC NULLS LAST;
-- functions and windows 5
SELECT x, row_number() OVER (ORDER BY x DESC) r FROM (VALUES 1, NULL, 2) AS t(x) ORDER BY r;
-- functions and windows 6
SELECT array_agg(x ORDER BY x DESC) FROM (VALUES 1, NULL, 2) AS t(x);
-- functions and windows 7
SELECT max(x), min(x), max(x, 2), min(x, 2), count(x), count(*) FROM (VALUES 1, NULL, 2) AS t(x);
-- functions and windows 8
SELECT count(*) FILTER (WHERE x > 1), sum(x) FILTER (WHERE x > 5), count(*) FILTER (WHERE NULL) FROM (VALUES 1, NULL, 2) AS t(x);
-- functions and windows 9
SELECT approx_distinct(x), approx_distinct(x, 0.01) FROM (VALUES 1, 1, NULL, 2) AS t(x);
-- functions and windows 10
SELECT approx_distinct(name) FROM bars WHERE dt='2026-11-23';
-- functions and windows 11
SELECT count(DISTINCT name), count(DISTINCT ts) FROM bars WHERE dt='2026-11-23';
-- functions and windows 12
SELECT approx_percentile(x, 0.5) FROM (VALUES 1, 2, 3, 4) AS t(x);
-- functions and windows 13
SELECT approx_percentile(x, ARRAY[0.1, 0.9]) FROM (VALUES 1, 2, 3, 4) AS t(x);
-- functions and windows 14
SELECT max_by(s, x), min_by(s, x) FROM (VALUES (1, 'a'), (2, 'b'), (2, 'c'), (NULL, 'd')) AS t(x, s);
-- functions and windows 15
SELECT max_by(s, x), min_by(s, x) FROM (VALUES (1, NULL), (NULL, 'd')) AS t(x, s);
-- functions and windows 16
SELECT max_by(s, x) FROM (VALUES (2, 'c'), (2, 'b'), (2, 'a')) AS t(x, s);
-- functions and windows 17
SELECT min_by(s, x) FROM (VALUES (2, 'c'), (2, 'b'), (2, 'a')) AS t(x, s);
-- functions and windows 18
SELECT max_by(s, x, 2) FROM (VALUES (1, 'a'), (2, 'b'), (3, 'c')) AS t(x, s);
-- functions and windows 19
SELECT max_by(ts, high), min_by(ts, low) FROM bars WHERE dt='2026-11-23' AND name='META';
-- functions and windows 20
SELECT arbitrary(x), any_value(x) FROM (VALUES 1, 1) AS t(x);
-- functions and windows 21
SELECT stddev(x), stddev_samp(x), stddev_pop(x), variance(x), var_pop(x) FROM (VALUES 1) AS t(x);
-- functions and windows 22
SELECT sum(x) FROM (VALUES 1) AS t(x) WHERE x > 5;
-- functions and windows 23
SELECT avg(x), count(x), array_agg(x) FROM (VALUES 1) AS t(x) WHERE x > 5;
-- functions and windows 24
SELECT array_agg(x) FROM (VALUES 1, NULL) AS t(x);
-- functions and windows 25
SELECT array_agg(DISTINCT x) FROM (VALUES 1, 1) AS t(x);
-- functions and windows 26: FUNCTION_NOT_FOUND
SELECT string_agg(name, ',') FROM bars WHERE dt='2026-11-23';
-- functions and windows 27: FUNCTION_NOT_FOUND
SELECT group_concat(name) FROM bars WHERE dt='2026-11-23';
-- functions and windows 28: FUNCTION_NOT_FOUND
SELECT count(DISTINCT name, ts) FROM bars WHERE dt='2026-11-23';
-- functions and windows 29
SELECT count() FROM bars WHERE dt='2026-11-23';
-- functions and windows 30
SELECT count(1), count(NULL) FROM bars WHERE dt='2026-11-23';
-- functions and windows 31: FUNCTION_NOT_FOUND
SELECT median(high) FROM bars WHERE dt='2026-11-23';
-- functions and windows 32: FUNCTION_NOT_FOUND
SELECT mode(high) FROM bars WHERE dt='2026-11-23';
-- functions and windows 33: FUNCTION_NOT_FOUND
SELECT first(high) FROM bars WHERE dt='2026-11-23';
-- functions and windows 34: FUNCTION_NOT_FOUND
SELECT last(high) FROM bars WHERE dt='2026-11-23';
-- functions and windows 35: FUNCTION_NOT_FOUND
SELECT arg_max(ts, high) FROM bars WHERE dt='2026-11-23';
-- functions and windows 36
SELECT sum(DISTINCT x) FROM (VALUES 1, 1, 2) AS t(x);
-- functions and windows 37
SELECT sum(x) OVER (ORDER BY x), sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), sum(x) OVER () FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x;
-- functions and windows 38
SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 4) AS t(x) ORDER BY x;
-- functions and windows 39
SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 4) AS t(x) ORDER BY x;
-- functions and windows 40
SELECT x, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING), sum(x) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) FROM (VALUES 1, 2, 4) AS t(x) ORDER BY x;
-- functions and windows 41
SELECT x, sum(x) OVER w FROM (VALUES 1, 2, 4) AS t(x) WINDOW w AS (ORDER BY x) ORDER BY x;
-- functions and windows 42
SELECT x, lag(x) OVER (ORDER BY x), lead(x) OVER (ORDER BY x), lag(x, 2) OVER (ORDER BY x), lag(x, 1, 0) OVER (ORDER BY x) FROM (VALUES 1, 2, 4) AS t(x) ORDER BY x;
-- functions and windows 43
SELECT x, first_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x), nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES 1, 2, 4) AS t(x) ORDER BY x;
-- functions and windows 44
SELECT x, lag(x) IGNORE NULLS OVER (ORDER BY y) FROM (VALUES (1, 1), (NULL, 2), (3, 3)) AS t(x, y) ORDER BY y;
-- functions and windows 45
SELECT x, last_value(x) IGNORE NULLS OVER (ORDER BY y) FROM (VALUES (1, 1), (NULL, 2), (3, 3)) AS t(x, y) ORDER BY y;
-- functions and windows 46
SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 1, 1, 4) AS t(x) ORDER BY x;
-- functions and windows 47: MISSING_OVER
SELECT row_number() FROM (VALUES 1) AS t(x);
-- functions and windows 48
SELECT row_number() OVER () FROM (VALUES 1) AS t(x);
-- functions and windows 49
SELECT rank() OVER () FROM (VALUES 1, 2) AS t(x);
-- functions and windows 50
SELECT sum(x) OVER (PARTITION BY y ORDER BY x) s FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b')) AS t(x, y) ORDER BY s;
-- functions and windows 51
SELECT avg(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 4) AS t(x) ORDER BY x;
-- functions and windows 52
SELECT count(DISTINCT x) OVER () FROM (VALUES 1, 2, 4) AS t(x);
-- functions and windows 53: EXPRESSION_NOT_SCALAR
SELECT x FROM (VALUES 1, 2) AS t(x) WHERE row_number() OVER (ORDER BY x) = 1;
-- functions and windows 54: EXPRESSION_NOT_AGGREGATE
SELECT name, sum(high) OVER (PARTITION BY name) FROM bars WHERE dt='2026-11-23' GROUP BY name;
-- functions and windows 55: INVALID_WINDOW_FRAME
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM (VALUES 1, 2) AS t(x);
-- functions and windows 56: INVALID_WINDOW_FRAME
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM (VALUES 1, 2) AS t(x);
-- functions and windows 57
SELECT date_diff('day', DATE '2026-11-20', DATE '2026-11-23'), date_diff('hour', TIMESTAMP '2026-11-23 00:59:00', TIMESTAMP '2026-11-23 01:01:00'), date_diff('minute', TIMESTAMP '2026-11-23 00:59:30', TIMESTAMP '2026-11-23 01:01:00'), date_diff('second', TIMESTAMP '2026-11-23 01:01:00', TIMESTAMP '2026-11-23 00:59:30');
-- functions and windows 58: INVALID_FUNCTION_ARGUMENT
SELECT date_diff('days', DATE '2026-01-31', DATE '2026-02-28');
-- functions and windows 59
SELECT date_diff('DAY', DATE '2026-01-31', DATE '2026-02-28');
-- functions and windows 60: FUNCTION_NOT_FOUND
SELECT date_diff('day', '2026-01-31', '2026-02-28');
-- functions and windows 61: INVALID_FUNCTION_ARGUMENT
SELECT date_diff('hour', DATE '2026-01-31', DATE '2026-02-28');
-- functions and windows 62
SELECT date_diff('day', DATE '2026-01-31', TIMESTAMP '2026-02-28 10:00:00');
-- functions and windows 63
SELECT date_diff('millisecond', TIMESTAMP '2026-11-23 00:00:00', TIMESTAMP '2026-11-23 00:00:01.5');
-- functions and windows 64
SELECT date_add('day', 1, DATE '2026-11-23'), date_add('month', 1, DATE '2026-01-31'), date_add('year', -1, DATE '2024-02-29'), date_add('week', 2, DATE '2026-11-23'), date_add('quarter', 1, DATE '2026-11-30');
-- functions and windows 65
SELECT date_add('hour', 1, TIMESTAMP '2026-11-23 23:30:00'), date_add('minute', -90, TIMESTAMP '2026-11-23 00:30:00'), date_add('second', 1, TIMESTAMP '2026-11-23 00:30:00'), date_add('millisecond', 1, TIMESTAMP '2026-11-23 00:30:00.000');
-- functions and windows 66: INVALID_FUNCTION_ARGUMENT
SELECT date_add('hour', 1, DATE '2026-11-23');
-- functions and windows 67: FUNCTION_NOT_FOUND
SELECT date_add('day', 1.5, DATE '2026-11-23');
-- functions and windows 68
SELECT date_trunc('day', TIMESTAMP '2026-11-23 09:30:00'), date_trunc('hour', TIMESTAMP '2026-11-23 09:30:00'), date_trunc('minute', TIMESTAMP '2026-11-23 09:30:15'), date_trunc('week', TIMESTAMP '2026-11-25 09:30:00'), date_trunc('month', TIMESTAMP '2026-11-25 09:30:00'), date_trunc('quarter', TIMESTAMP '2026-11-25 09:30:00'), date_trunc('year', TIMESTAMP '2026-11-25 09:30:00');
-- functions and windows 69
SELECT date_trunc('week', DATE '2026-11-25'), date_trunc('month', DATE '2026-11-25'), date_trunc('day', DATE '2026-11-25');
-- functions and windows 70: FUNCTION_NOT_FOUND
SELECT date_trunc('hour', '2026-11-23 09:30:00');
-- functions and windows 71: FUNCTION_NOT_FOUND
SELECT date_trunc('hour', ts) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- functions and windows 72: INVALID_FUNCTION_ARGUMENT
SELECT date_trunc('fortnight', DATE '2026-11-25');
-- functions and windows 73: INVALID_FUNCTION_ARGUMENT
SELECT date_trunc('decade', DATE '2026-11-25');
-- functions and windows 74
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06.789', '%Y-%m-%d %H:%i:%s'), date_format(TIMESTAMP '2026-11-03 14:05:06.789', '%c/%e/%y %h:%i %p %W %M %a %b %f %j %k %l %T %r %S %%');
-- functions and windows 75
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%M');
-- functions and windows 76: INVALID_FUNCTION_ARGUMENT
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%D');
-- functions and windows 77: INVALID_FUNCTION_ARGUMENT
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%w');
-- functions and windows 78: INVALID_FUNCTION_ARGUMENT
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%U');
-- functions and windows 79
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', 'yyyy-MM');
-- functions and windows 80
SELECT date_format(DATE '2026-11-03', '%d.%m.%Y');
-- functions and windows 81: FUNCTION_NOT_FOUND
SELECT date_format('2026-11-03', '%d.%m.%Y');
-- functions and windows 82
SELECT date_parse('2026-11-23 09:30', '%Y-%m-%d %H:%i'), date_parse('2026-11-23', '%Y-%m-%d');
-- functions and windows 83
SELECT date_parse('2026-11-23 09:30:15', '%Y-%m-%d %T');
-- functions and windows 84: INVALID_FUNCTION_ARGUMENT
SELECT date_parse('2026-11-23 09:30:15', '%Y-%m-%d');
-- functions and windows 85: INVALID_FUNCTION_ARGUMENT
SELECT date_parse('2026-11-23', '%Y/%m/%d');
-- functions and windows 86
SELECT date_parse(substr(ts, 1, 19), '%Y-%m-%dT%H:%i:%s') FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- functions and windows 87
SELECT date_parse('2026-11-23 09:30:15.123', '%Y-%m-%d %H:%i:%s.%f');
-- functions and windows 88
SELECT from_unixtime(0), from_unixtime(1.5e0), from_unixtime(1795444200);
-- functions and windows 89
SELECT to_unixtime(TIMESTAMP '2026-11-23 09:30:00'), to_unixtime(TIMESTAMP '2026-11-23 09:30:00 UTC');
-- functions and windows 90
SELECT year(DATE '2026-11-23'), month(DATE '2026-11-23'), day(DATE '2026-11-23'), quarter(DATE '2026-11-23'), week(DATE '2026-11-23'), day_of_week(DATE '2026-11-23'), day_of_year(DATE '2026-11-23'), hour(TIMESTAMP '2026-11-23 09:30:15'), minute(TIMESTAMP '2026-11-23 09:30:15'), second(TIMESTAMP '2026-11-23 09:30:15');
-- functions and windows 91
SELECT extract(hour FROM TIMESTAMP '2026-11-23 09:30:00'), extract(year FROM DATE '2026-11-23'), extract(week FROM DATE '2026-11-23'), extract(dow FROM DATE '2026-11-22'), extract(doy FROM DATE '2026-11-22'), extract(quarter FROM DATE '2026-11-22'), extract(day_of_week FROM DATE '2026-11-22'), extract(yow FROM DATE '2027-01-01'), extract(minute FROM TIMESTAMP '2026-11-23 09:30:00'), extract(second FROM TIMESTAMP '2026-11-23 09:30:15.5');
-- functions and windows 92: SYNTAX_ERROR
SELECT extract(epoch FROM DATE '2026-11-22');
-- functions and windows 93: SYNTAX_ERROR
SELECT extract(century FROM DATE '2026-11-22');
-- functions and windows 94
SELECT hour(DATE '2026-11-23');
-- functions and windows 95: FUNCTION_NOT_FOUND
SELECT hour('2026-11-23');
-- functions and windows 96: FUNCTION_NOT_FOUND
SELECT dayofweek(DATE '2026-11-23');
-- functions and windows 97: FUNCTION_NOT_FOUND
SELECT dayname(DATE '2026-11-23');
-- functions and windows 98: FUNCTION_NOT_FOUND
SELECT datediff('day', DATE '2026-11-20', DATE '2026-11-23');
-- functions and windows 99: FUNCTION_NOT_FOUND
SELECT to_timestamp('2026-11-20', 'YYYY-MM-DD');
-- functions and windows 100: FUNCTION_NOT_FOUND
SELECT strptime('2026-11-20', '%Y-%m-%d');
-- functions and windows 101: FUNCTION_NOT_FOUND
SELECT to_char(DATE '2026-11-20', 'YYYY');
-- functions and windows 102: FUNCTION_NOT_FOUND
SELECT to_date('2026-11-20', 'YYYY-MM-DD');
-- functions and windows 103
SELECT current_timestamp > TIMESTAMP '2020-01-01 00:00:00';
-- functions and windows 104
SELECT current_date > DATE '2020-01-01', localtimestamp > TIMESTAMP '2020-01-01 00:00:00';
-- functions and windows 105: FUNCTION_NOT_FOUND
SELECT getdate();
-- functions and windows 106
SELECT regexp_like('META', '^M'), regexp_like('META', 'm'), regexp_like('META', '(?i)m'), regexp_like('a1', '\d'), regexp_like('abc', 'x|b');
-- functions and windows 107: INVALID_FUNCTION_ARGUMENT
SELECT regexp_extract('a1b22', '([a-z])(\d+)', 3);
-- functions and windows 108
SELECT regexp_replace('a1b22', '\d'), regexp_replace('a1b22', '\d', 'x'), regexp_replace('a1b22', '([a-z])(\d)', '$2$1');
-- functions and windows 109: INVALID_FUNCTION_ARGUMENT
SELECT regexp_like('abc', '(');
-- functions and windows 110
SELECT regexp_extract('', 'x*'), regexp_replace('abc', 'x*', '-');
-- functions and windows 111
SELECT x FROM UNNEST(ARRAY[1, 2]) AS t(x);
-- functions and windows 112
SELECT x, n FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n);
-- functions and windows 113
SELECT t.x, y FROM (VALUES ARRAY[1, 2]) AS t(x) CROSS JOIN UNNEST(x) AS u(y);
-- functions and windows 114
SELECT y FROM (VALUES (1, ARRAY[1, 2]), (2, ARRAY[])) AS t(n, x) CROSS JOIN UNNEST(x) AS u(y);
-- functions and windows 115
SELECT n, y FROM (VALUES (1, ARRAY[1, 2]), (2, NULL)) AS t(n, x) LEFT JOIN UNNEST(x) AS u(y) ON true ORDER BY 1, 2;
-- functions and windows 116: SYNTAX_ERROR
SELECT unnest(ARRAY[1, 2]);
-- functions and windows 117
SELECT * FROM UNNEST(sequence(1, 3)) AS t(x);
-- functions and windows 118
SELECT * FROM UNNEST(ARRAY[1, 2]);
-- functions and windows 119
SELECT sequence(3, 1), sequence(1, 10, 4), sequence(3, 1, -1);
-- functions and windows 120: INVALID_FUNCTION_ARGUMENT
SELECT sequence(1, 3, -1);
-- functions and windows 121
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y) ORDER BY x;
-- functions and windows 122
SELECT * FROM (VALUES 1, 2) AS t ORDER BY 1;
-- functions and windows 123: TYPE_MISMATCH
SELECT * FROM (VALUES (1, 'a'), (2));
-- functions and windows 124: TYPE_MISMATCH
SELECT * FROM (VALUES 1, 'a') AS t(x);
-- functions and windows 125
SELECT * FROM (VALUES 1, 2.5, 3e0) AS t(x) ORDER BY 1;
-- functions and windows 126: MISMATCHED_COLUMN_ALIASES
SELECT * FROM (VALUES 1, NULL) AS t(x, y);
-- functions and windows 127
VALUES 1, 2;
-- functions and windows 128
VALUES (1, 'a');
-- functions and windows 129: TABLE_NOT_FOUND
TABLE nowhere;
-- functions and windows 130
SELECT CASE WHEN x > 1 THEN 'a' END FROM (VALUES 1, 2) AS t(x) ORDER BY 1;
-- functions and windows 131
SELECT CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'more' END FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x;
-- functions and windows 132
SELECT CASE WHEN true THEN 1 ELSE 2.5 END, CASE WHEN true THEN 1 ELSE 2e0 END;
-- functions and windows 133
SELECT if(true, 1), if(false, 1), if(true, 1, 2.5), if(NULL, 1, 2);
-- functions and windows 134: TYPE_MISMATCH
SELECT if(1, 1, 2);
-- functions and windows 135
SELECT nullif(1, 2), nullif(1, 1), coalesce(NULL, 1), coalesce(NULL, NULL), coalesce(1, 2.5), nullif(1, 2.5);
-- functions and windows 136
SELECT greatest(1, 2.5), least(1, 2e0), greatest('a', 'b'), greatest(DATE '2026-11-23', DATE '2026-11-24'), greatest(1, NULL);
-- functions and windows 137: TYPE_MISMATCH
SELECT 1 IN ('a');
-- functions and windows 138
SELECT 1 BETWEEN 0 AND 2, 1 NOT BETWEEN 2 AND 3, 2 BETWEEN 3 AND 1, 1.5 BETWEEN 1 AND 2;
-- functions and windows 139
SELECT (1, 2) = (1, 2), (1, 'a') IN ((1, 'a')), (1, 2) < (1, 3);
-- functions and windows 140
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x IN (SELECT 2);
-- functions and windows 141
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x = (SELECT max(y) FROM (VALUES 1, 2) AS u(y));
-- functions and windows 142: SUBQUERY_MULTIPLE_ROWS
SELECT (SELECT x FROM (VALUES 1, 2) AS t(x));
-- functions and windows 143: SYNTAX_ERROR
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x > ALL (SELECT 1), x < 3;
-- functions and windows 144
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x > ALL (SELECT 1) ORDER BY x;
-- functions and windows 145
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x = ANY (SELECT 1) OR x >= SOME (SELECT 3) ORDER BY x;
-- functions and windows 146
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE EXISTS (SELECT 1 FROM (VALUES 2) AS u(y) WHERE u.y = t.x);
-- functions and windows 147
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE NOT EXISTS (SELECT 1 FROM (VALUES 2) AS u(y) WHERE u.y = x) ORDER BY x;
-- functions and windows 148
SELECT x, count(*) FROM (VALUES 1, 2, 2) AS t(x) GROUP BY ROLLUP (x) ORDER BY x;
-- functions and windows 149
SELECT x, y, count(*) FROM (VALUES (1, 2), (2, 2)) AS t(x, y) GROUP BY CUBE (x, y) ORDER BY x, y;
-- functions and windows 150
SELECT x, y, count(*), grouping(x, y) FROM (VALUES (1, 2), (2, 2)) AS t(x, y) GROUP BY GROUPING SETS ((x), (y), ()) ORDER BY x, y;
-- functions and windows 151
SELECT x AS a, x + 1 AS a FROM (VALUES 1) AS t(x);
-- functions and windows 152: AMBIGUOUS_NAME
SELECT a FROM (SELECT 1 AS a, 2 AS a);
-- functions and windows 153
SELECT 1 AS _col0, 2;
-- functions and windows 154
SELECT 1, x, 2 FROM (VALUES 1) AS t(x);
-- functions and windows 155
SELECT count(*), max(x) FROM (VALUES 1) AS t(x);
-- functions and windows 156
SELECT sqrt(-1), ln(0), ln(-1), log10(0), power(0, -1);
-- functions and windows 157: SYNTAX_ERROR
SELECT 5 & 3;
-- functions and windows 158: SYNTAX_ERROR
SELECT 7 // 2;
-- functions and windows 159: SYNTAX_ERROR
SELECT 5 DIV 2;
-- functions and windows 160: SYNTAX_ERROR
SELECT !true;
-- functions and windows 161
SELECT NOT true AND false OR true;
-- functions and windows 162: SYNTAX_ERROR
SELECT 1 = 1 = true;
-- functions and windows 163
SELECT -(-1), - -1, +1, -x FROM (VALUES 1) AS t(x);
-- functions and windows 164
SELECT 1.e0, .5, 5., 1.5E-3, 1E3;
-- functions and windows 165: COLUMN_NOT_FOUND
SELECT "abc";
-- functions and windows 166: COLUMN_NOT_FOUND
SELECT name FROM bars WHERE name = "META" AND dt='2026-11-23';
-- functions and windows 167
SELECT 1 -- comment;
-- functions and windows 168
SELECT /* c */ 1 /* d */;
-- functions and windows 169: SYNTAX_ERROR
SELECT 1 # comment;
-- functions and windows 170
SELECT 1 a, 2 AS b, 3 "c d", 4 AS select_;
-- functions and windows 171: SYNTAX_ERROR
SELECT 1 AS select;
-- functions and windows 172
SELECT 1 AS limit, 2 AS offset, 3 AS date, 4 AS interval, 5 AS year, 6 AS first;
-- functions and windows 173: SYNTAX_ERROR
SELECT 1 AS group;
-- functions and windows 174
SELECT dt, interval FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- functions and windows 175: COLUMN_NOT_FOUND
SELECT date FROM bars;
-- functions and windows 176
SELECT count(*) cnt FROM bars WHERE dt = '2026-11-23' AND "interval" = '1m' AND high BETWEEN 1 AND 1e9 AND name IN ('META', 'XYZ');
-- functions and windows 177: TYPE_MISMATCH
SELECT count(*) FROM bars WHERE dt = 20261123;
-- functions and windows 178: TYPE_MISMATCH
SELECT count(*) FROM bars WHERE dt = DATE '2026-11-23';
-- functions and windows 179
SELECT count(*) FROM bars WHERE dt BETWEEN '2026-11-23' AND '2026-11-24';
-- functions and windows 180
SELECT count(*) FROM bars WHERE dt LIKE '2026-11-23%' AND dt='2026-11-23';
-- functions and windows 181: TYPE_MISMATCH
SELECT high FROM bars WHERE high > '100' AND dt='2026-11-23';
-- functions and windows 182: FUNCTION_NOT_FOUND
SELECT high || '' FROM bars WHERE dt='2026-11-23';
-- functions and windows 183: DIVISION_BY_ZERO
SELECT volume / 0 FROM bars WHERE dt='2026-11-23';
-- functions and windows 184
SELECT volume + high FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions and windows 185
SELECT volume / 1000, volume / 1000.0, volume / 1e3 FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions and windows 186
SELECT high - low, high * 1.1, high / 3, round(high * 1.1, 3) FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions and windows 187
SELECT high > 100.5, high = 361.24, CAST(high AS decimal(10,2)) = 361.24 FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions and windows 188
SELECT round(avg(high), 2), round(stddev(high), 6) FROM bars WHERE dt='2026-11-23' AND name='META';
-- functions and windows 189
SELECT sum(volume), avg(volume) FROM bars WHERE dt='2026-11-23' AND name='META';
-- functions and windows 190
SELECT nullif(sum(volume), 0) FROM bars WHERE dt='2026-11-23' AND name='NONE';
-- functions and windows 191
SELECT max(name), min(name) FROM bars WHERE dt='2026-11-23';
-- functions and windows 192
SELECT max(true);
-- functions and windows 193
SELECT max(ARRAY[1]);
-- functions and windows 194: FUNCTION_NOT_FOUND
SELECT sum('a');
-- functions and windows 195: FUNCTION_NOT_FOUND
SELECT avg(DATE '2026-11-23');
-- functions and windows 196: FUNCTION_NOT_FOUND
SELECT nosuch(1);
-- functions and windows 197: FUNCTION_NOT_FOUND
SELECT abs('a');
-- functions and windows 198: FUNCTION_NOT_FOUND
SELECT abs();
-- functions and windows 199: FUNCTION_NOT_FOUND
SELECT round(1, 2, 3);
-- functions and windows 200: FUNCTION_NOT_FOUND
SELECT length(1);
-- functions and windows 201: SYNTAX_ERROR
SELECT coalesce();
-- functions and windows 202: FUNCTION_NOT_FOUND
SELECT substr('abc');
-- functions and windows 203: FUNCTION_NOT_FOUND
SELECT year('2026');
-- functions and windows 204: COLUMN_NOT_FOUND
SELECT EXPLAIN;
-- functions and windows 205
SELECT b.* FROM bars b WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions and windows 206: TABLE_NOT_FOUND
SELECT bars.* FROM bars b;
-- functions and windows 207
SELECT *, 1 AS one FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- functions and windows 208: COLUMN_NOT_FOUND
SELECT *;
-- functions and windows 209
SELECT ((((((((((1))))))))));
-- functions and windows 210
SELECT count(*) FROM bars b, LATERAL (SELECT b.high AS h) WHERE dt='2026-11-23';
-- mixed 1
SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' AS t, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY 1 ORDER BY 1 LIMIT 2;
-- mixed 2
SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' AS t, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' ORDER BY t LIMIT 2;
-- mixed 3
SELECT date_trunc('hour', from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York') AS h, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY 1 ORDER BY 1;
-- mixed 4
SELECT date_trunc('hour', from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York') AS h, max(high) FROM bars WHERE dt='2026-11-23' GROUP BY date_trunc('hour', from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York') ORDER BY h DESC;
-- mixed 5
WITH b AS (SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' AS t, high FROM bars WHERE dt='2026-11-23') SELECT hour(t), max(high) FROM b GROUP BY hour(t) ORDER BY 1;
-- mixed 6
WITH b AS (SELECT from_iso8601_timestamp(ts) AS t, high FROM bars WHERE dt='2026-11-23') SELECT t AT TIME ZONE 'UTC', max(high) FROM b GROUP BY t ORDER BY 1 LIMIT 2;
-- mixed 7
WITH b AS (SELECT from_iso8601_timestamp(ts) AS t FROM bars WHERE dt='2026-11-23') SELECT min(t) AT TIME ZONE 'UTC', max(t) AT TIME ZONE 'Asia/Tokyo' FROM b;
-- mixed 8
SELECT max(from_iso8601_timestamp(ts)) - min(from_iso8601_timestamp(ts)) FROM bars WHERE dt='2026-11-23';
-- mixed 9
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND from_iso8601_timestamp(ts) >= TIMESTAMP '2026-11-23 15:00:00 UTC';
-- mixed 10
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND from_iso8601_timestamp(ts) >= TIMESTAMP '2026-11-23 10:00:00 America/New_York';
-- mixed 11
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND CAST(from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' AS date) = DATE '2026-11-23';
-- mixed 12
SELECT CAST(from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'UTC' AS timestamp);
-- mixed 13
SELECT date_diff('minute', from_iso8601_timestamp('2026-11-23T09:30:00-05:00'), from_iso8601_timestamp('2026-11-23T15:30:00Z'));
-- mixed 14
SELECT date_diff('day', TIMESTAMP '2026-11-22 23:00:00 America/New_York', TIMESTAMP '2026-11-23 22:00:00 America/New_York');
-- mixed 15
SELECT date_add('hour', 1, from_iso8601_timestamp('2026-11-23T09:30:00-05:00')) AT TIME ZONE 'UTC';
-- mixed 16
SELECT date_format(from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'Asia/Tokyo', '%Y-%m-%d %H:%i');
-- mixed 17
SELECT year(current_timestamp) > 2000, hour(TIMESTAMP '2026-11-23 09:30:00 UTC');
-- mixed 18
SELECT day(TIMESTAMP '2026-11-23 23:30:00 -05:00'), day_of_month(DATE '2026-11-23'), doy(DATE '2026-11-23'), dow(DATE '2026-11-22'), week_of_year(DATE '2027-01-01'), year_of_week(DATE '2027-01-01');
-- mixed 19
SELECT date_trunc('day', TIMESTAMP '2026-11-23 09:30:00 UTC');
-- mixed 20
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' + INTERVAL '1' HOUR;
-- mixed 21
SELECT hour(TIMESTAMP '2026-11-23 09:30:00' AT TIME ZONE 'Asia/Tokyo');
-- mixed 22
SELECT hour(TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE '+05:30'), minute(TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE '+05:30');
-- mixed 23: INVALID_FUNCTION_ARGUMENT
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'EST';
-- mixed 24: INVALID_FUNCTION_ARGUMENT
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'america/new_york';
-- mixed 25
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'GMT';
-- mixed 26
SELECT CAST('2026-11-23 09:30:00.1225' AS timestamp), CAST('2026-11-23 09:30:00.0005' AS timestamp), CAST('2026-11-23 23:59:59.9996' AS timestamp);
-- mixed 27: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00 america/new_york' AS timestamp with time zone);
-- mixed 28
SELECT CAST('2026-11-23 09:30:00 CET' AS timestamp with time zone);
-- mixed 29
SELECT CAST('2026-11-23 09:30:00	UTC' AS timestamp with time zone);
-- mixed 30: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23	09:30:00' AS timestamp);
-- mixed 31: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00,5' AS timestamp);
-- mixed 32: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00.' AS timestamp);
-- mixed 33: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 9:30 PM' AS timestamp);
-- mixed 34: INVALID_CAST_ARGUMENT
SELECT CAST('Nov 23 2026' AS date);
-- mixed 35: INVALID_CAST_ARGUMENT
SELECT CAST('2026.11.23' AS date);
-- mixed 36: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23Z' AS date);
-- mixed 37
SELECT CAST('2026-11-23 UTC' AS timestamp);
-- mixed 38: INVALID_CAST_ARGUMENT
SELECT CAST('2026-11-23 09:30:00 UTC' AS date);
-- mixed 39
SELECT CAST('0001-01-01' AS date), CAST('9999-12-31' AS date);
-- mixed 40: INVALID_CAST_ARGUMENT
SELECT CAST('2026-00-10' AS date);
-- mixed 41: INVALID_CAST_ARGUMENT
SELECT CAST(' ' AS date);
-- mixed 42
SELECT TRY_CAST('2026-11-23T09:30:00-05:00' AS timestamp with time zone), TRY_CAST('2026-11-23 09:30:00 -05:00' AS timestamp);
-- mixed 43
SELECT TRY_CAST(ts AS timestamp), TRY_CAST(ts AS date) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 44
SELECT CAST(substr(ts, 1, 10) AS date), CAST(substr(ts, 1, 10) AS timestamp) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 45: TYPE_MISMATCH
SELECT name FROM bars WHERE dt='2026-11-23' AND ts BETWEEN TIMESTAMP '2026-11-23 09:30:00' AND TIMESTAMP '2026-11-23 09:31:00';
-- mixed 46
SELECT count(*) FROM bars WHERE dt >= date_format(DATE '2026-11-23', '%Y-%m-%d') AND dt <= '2026-11-23';
-- mixed 47
SELECT count(*) FROM bars WHERE dt >= CAST(DATE '2026-11-23' AS varchar) AND dt < CAST(DATE '2026-11-23' + INTERVAL '1' DAY AS varchar);
-- mixed 48: TYPE_MISMATCH
SELECT count(*) FROM bars WHERE dt = current_date;
-- mixed 49
SELECT count(*) FROM bars WHERE date(dt) >= DATE '2026-11-23' - INTERVAL '1' DAY AND dt > '2026-11-20' AND dt < '2026-11-24';
-- mixed 50
SELECT substr(name, 1, 1) AS name, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY 1, 2;
-- mixed 51
SELECT substr(name, 1, 1) AS name, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY 1 ORDER BY 1;
-- mixed 52
SELECT high * 2 AS high FROM bars WHERE dt='2026-11-23' AND name = 'META' AND high < 362 ORDER BY high LIMIT 1;
-- mixed 53
SELECT upper(name) AS n FROM bars WHERE dt='2026-11-23' GROUP BY upper(name) ORDER BY upper(name) LIMIT 2;
-- mixed 54
SELECT name, max(high) AS high FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY round(high) DESC, name LIMIT 2;
-- mixed 55
SELECT name, max(high) AS m FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY max(high) DESC LIMIT 2;
-- mixed 56
SELECT name, max(high) AS m FROM bars WHERE dt='2026-11-23' GROUP BY name HAVING name > 'M' ORDER BY name LIMIT 2;
-- mixed 57: COLUMN_NOT_FOUND
SELECT name AS n, max(high) AS m FROM bars WHERE dt='2026-11-23' GROUP BY name HAVING n > 'M';
-- mixed 58: COLUMN_NOT_FOUND
SELECT name AS n, count(*) AS c FROM bars WHERE dt='2026-11-23' GROUP BY name HAVING count(*) > 1 AND c > 1;
-- mixed 59
SELECT name, count(*) AS high FROM bars WHERE dt='2026-11-23' GROUP BY name HAVING max(high) > 300 ORDER BY name LIMIT 2;
-- mixed 60: COLUMN_NOT_FOUND
SELECT count(*) AS c FROM bars WHERE dt='2026-11-23' AND c > 1;
-- mixed 61
SELECT name, row_number() OVER (ORDER BY m) FROM (SELECT name, max(high) m FROM bars WHERE dt='2026-11-23' GROUP BY name) ORDER BY 2 LIMIT 2;
-- mixed 62
SELECT name, max(high) m, rank() OVER (ORDER BY max(high) DESC) r FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY r LIMIT 2;
-- mixed 63
SELECT a.name, b.name FROM bars a JOIN bars b ON a.ts = b.ts AND a.name < b.name WHERE a.dt='2026-11-23' AND b.dt='2026-11-23' AND a.name='META' ORDER BY 2, a.ts LIMIT 1;
-- mixed 64
SELECT ts, name FROM bars a JOIN (VALUES 'META') AS n(name) USING (name) WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- mixed 65
SELECT * FROM (VALUES (1, 2)) AS a(x, y) JOIN (VALUES (1, 3)) AS b(x, z) USING (x);
-- mixed 66
SELECT a.y, x FROM (VALUES (1, 2)) AS a(x, y) LEFT JOIN (VALUES (2, 3)) AS b(x, z) USING (x);
-- mixed 67
SELECT x FROM (VALUES 1) AS a(x) LEFT OUTER JOIN (VALUES 1) AS b(y) ON x = y WHERE y IS NOT NULL;
-- mixed 68
SELECT 1 WHERE false;
-- mixed 69: TYPE_MISMATCH
SELECT 1 WHERE 1;
-- mixed 70
SELECT 1 HAVING true;
-- mixed 71: COLUMN_NOT_FOUND
SELECT 'a' = "b";
-- mixed 72: SYNTAX_ERROR
SELECT 1 FROM bars WHERE name = `META`;
-- mixed 73: MISMATCHED_COLUMN_ALIASES
SELECT name n FROM bars AS b (x) WHERE dt='2026-11-23';
-- mixed 74: SYNTAX_ERROR
SELECT name AS FROM bars;
-- mixed 75: SYNTAX_ERROR
SELECT name AS 1x FROM bars;
-- mixed 76: SYNTAX_ERROR
SELECT 1x;
-- mixed 77
SELECT name ASC FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 78
SELECT name FROM bars b WHERE b.dt='2026-11-23' ORDER BY b.ts, b.name ASC NULLS LAST LIMIT 1;
-- mixed 79: SYNTAX_ERROR
SELECT name FROM bars FETCH 1;
-- mixed 80: SYNTAX_ERROR
SELECT name FROM bars LIMIT 1 FETCH FIRST 1 ROW ONLY;
-- mixed 81: SYNTAX_ERROR
SELECT name FROM bars OFFSET 1 OFFSET 2;
-- mixed 82: SYNTAX_ERROR
SELECT name FROM bars LIMIT (1);
-- mixed 83: SYNTAX_ERROR
SELECT name FROM bars LIMIT 1 + 1;
-- mixed 84: SYNTAX_ERROR
SELECT name FROM bars LIMIT NULL;
-- mixed 85
SELECT name FROM bars WHERE dt='2026-11-23' ORDER BY name OFFSET 0 LIMIT 1;
-- mixed 86: SYNTAX_ERROR
SELECT name FROM bars GROUP BY;
-- mixed 87
SELECT name, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY (name) ORDER BY name LIMIT 1;
-- mixed 88
SELECT name, dt, count(*) FROM bars WHERE dt='2026-11-23' GROUP BY (name, dt) ORDER BY name LIMIT 1;
-- mixed 89
SELECT count(*) FROM bars WHERE dt='2026-11-23' GROUP BY ();
-- mixed 90: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT name FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY max(high);
-- mixed 91
SELECT DISTINCT name, max(high) m FROM bars WHERE dt='2026-11-23' GROUP BY name ORDER BY m LIMIT 1;
-- mixed 92
SELECT DISTINCT * FROM (VALUES (1, 2), (1, 2)) AS t(x, y) ORDER BY x;
-- mixed 93: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT x FROM (VALUES (1, 2), (1, 3)) AS t(x, y) ORDER BY y;
-- mixed 94
SELECT DISTINCT x + 1 FROM (VALUES 1) AS t(x) ORDER BY x + 1;
-- mixed 95: EXPRESSION_NOT_IN_DISTINCT
SELECT DISTINCT x + 1 FROM (VALUES 1) AS t(x) ORDER BY x;
-- mixed 96
SELECT ALL x FROM (VALUES 1, 1) AS t(x);
-- mixed 97: SYNTAX_ERROR
SELECT DISTINCT x, DISTINCT y FROM (VALUES (1, 2)) AS t(x, y);
-- mixed 98
SELECT x FROM (VALUES 1) AS t(x) UNION ALL SELECT y FROM (VALUES 2) AS t(y) ORDER BY x DESC LIMIT 1;
-- mixed 99: TYPE_MISMATCH
SELECT 1 UNION ALL SELECT true;
-- mixed 100: TYPE_MISMATCH
SELECT 1 UNION ALL SELECT DATE '2026-11-23';
-- mixed 101: TYPE_MISMATCH
SELECT '1' UNION ALL SELECT 1;
-- mixed 102
SELECT 1.5 UNION ALL SELECT 2e0 ORDER BY 1;
-- mixed 103
SELECT 1.25 UNION ALL SELECT 10.5 ORDER BY 1;
-- mixed 104
SELECT CAST(1 AS bigint) UNION ALL SELECT 2 ORDER BY 1;
-- mixed 105: TYPE_MISMATCH
SELECT ARRAY[1] UNION ALL SELECT 1;
-- mixed 106
SELECT NULL UNION ALL SELECT 'a' ORDER BY 1;
-- mixed 107: TYPE_MISMATCH
SELECT 1 EXCEPT SELECT '1';
-- mixed 108: TYPE_MISMATCH
SELECT name, high FROM bars WHERE dt='2026-11-23' INTERSECT SELECT high, name FROM bars WHERE dt='2026-11-23';
-- mixed 109
(SELECT 1) UNION (SELECT 2) ORDER BY 1;
-- mixed 110
SELECT * FROM (SELECT 1 UNION ALL SELECT 2) ORDER BY 1;
-- mixed 111: NOT_SUPPORTED
SELECT * FROM (SELECT 1 AS x) NATURAL JOIN (SELECT 1 AS x);
-- mixed 112: NOT_SUPPORTED
SELECT * FROM (SELECT 1 AS x) a NATURAL LEFT JOIN (SELECT 1 AS x) b;
-- mixed 113
SELECT * FROM (SELECT 1 AS x) CROSS JOIN (SELECT 2 AS y);
-- mixed 114: SYNTAX_ERROR
SELECT * FROM (SELECT 1 AS x) a LEFT ANTI JOIN (SELECT 1 AS x) b USING (x);
-- mixed 115: SYNTAX_ERROR
SELECT * FROM (SELECT 1 AS x) a GLOBAL JOIN (SELECT 1 AS x) b USING (x);
-- mixed 116: SYNTAX_ERROR
SELECT * FROM (SELECT 1 AS x) a LATERAL JOIN (SELECT 1 AS x) b;
-- mixed 117: SYNTAX_ERROR
SELECT * FROM bars FOR SYSTEM_TIME AS OF '2026-11-23';
-- mixed 118: SYNTAX_ERROR
SELECT * FROM bars@v1;
-- mixed 119: FUNCTION_NOT_FOUND
SELECT name FROM bars WHERE dt='2026-11-23' AND name LIKE ANY ('M%');
-- mixed 120: SYNTAX_ERROR
SELECT name FROM bars WHERE dt='2026-11-23' AND name IS TRUE;
-- mixed 121: SYNTAX_ERROR
SELECT name FROM bars WHERE dt='2026-11-23' AND (high > 1) IS TRUE;
-- mixed 122: SYNTAX_ERROR
SELECT name FROM bars WHERE dt='2026-11-23' AND name NOTNULL;
-- mixed 123: SYNTAX_ERROR
SELECT name FROM bars WHERE dt='2026-11-23' AND name ISNULL;
-- mixed 124: SYNTAX_ERROR
SELECT name FROM bars WHERE dt='2026-11-23' AND high BETWEEN SYMMETRIC 2 AND 1;
-- mixed 125: TYPE_MISMATCH
SELECT name FROM bars WHERE dt='2026-11-23' AND NOT name;
-- mixed 126: SYNTAX_ERROR
SELECT count(*) FROM bars WHERE dt='2026-11-23' && high > 1;
-- mixed 127: SYNTAX_ERROR
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND high > 1 XOR true;
-- mixed 128
SELECT IF(high > 1, 'a') FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 129: FUNCTION_NOT_FOUND
SELECT IIF(high > 1, 'a', 'b') FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 130: FUNCTION_NOT_FOUND
SELECT nvl(high, 0) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 131: FUNCTION_NOT_FOUND
SELECT isnull(high, 0) FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- mixed 132: FUNCTION_NOT_FOUND
SELECT date_part('hour', TIMESTAMP '2026-11-23 09:30:00');
-- mixed 133: FUNCTION_NOT_FOUND
SELECT to_number('1');
-- mixed 134: FUNCTION_NOT_FOUND
SELECT string(1);
-- mixed 135: FUNCTION_NOT_FOUND
SELECT int('1');
-- mixed 136: FUNCTION_NOT_FOUND
SELECT len('a');
-- mixed 137: FUNCTION_NOT_FOUND
SELECT charindex('a', 'ba');
-- mixed 138: FUNCTION_NOT_FOUND
SELECT instr('ba', 'a');
-- mixed 139: FUNCTION_NOT_FOUND
SELECT mid('abc', 1, 1);
-- mixed 140: FUNCTION_NOT_FOUND
SELECT contains('abc', 'a');
-- mixed 141: FUNCTION_NOT_FOUND
SELECT list_contains(ARRAY[1], 1);
-- mixed 142: FUNCTION_NOT_FOUND
SELECT array_length(ARRAY[1]);
-- mixed 143: FUNCTION_NOT_FOUND
SELECT ARRAY(1, 2);
-- mixed 144: FUNCTION_NOT_FOUND
SELECT STRUCT(1);
-- mixed 145: TYPE_NOT_FOUND
SELECT INTERVAL '1' DAYS;
-- mixed 146: TYPE_NOT_FOUND
SELECT INTERVAL '1' WEEK;
-- mixed 147: TYPE_NOT_FOUND
SELECT DATE '2026-11-23' + INTERVAL '1' WEEK;
-- mixed 148: TYPE_MISMATCH
SELECT DATE('2026-11-23') + 1;
-- mixed 149: TYPE_MISMATCH
SELECT DATE '2026-11-23' + '1';
-- mixed 150: TYPE_MISMATCH
SELECT '1' * 2;
-- mixed 151: TYPE_MISMATCH
SELECT 'a' > 1;
-- mixed 152: TYPE_MISMATCH
SELECT true + 1;
-- mixed 153: TYPE_MISMATCH
SELECT 1 AND true;
-- mixed 154: TYPE_MISMATCH
SELECT high AND true FROM bars WHERE dt='2026-11-23';
-- mixed 155: FUNCTION_NOT_FOUND
SELECT sum(name) FROM bars WHERE dt='2026-11-23';
-- mixed 156: FUNCTION_NOT_FOUND
SELECT avg(ts) FROM bars WHERE dt='2026-11-23';
-- mixed 157: FUNCTION_NOT_FOUND
SELECT abs(name) FROM bars WHERE dt='2026-11-23';
-- mixed 158: FUNCTION_NOT_FOUND
SELECT lower(high) FROM bars WHERE dt='2026-11-23';
-- mixed 159: FUNCTION_NOT_FOUND
SELECT concat(name, high) FROM bars WHERE dt='2026-11-23';
-- mixed 160: FUNCTION_NOT_FOUND
SELECT name || high FROM bars WHERE dt='2026-11-23';
-- mixed 161
SELECT name || CAST(CAST(volume AS bigint) AS varchar) FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- mixed 162: FUNCTION_NOT_FOUND
SELECT length(high) FROM bars WHERE dt='2026-11-23';
-- mixed 163: FUNCTION_NOT_FOUND
SELECT max(high, low) FROM bars WHERE dt='2026-11-23';
-- mixed 164
SELECT greatest(high, low) FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- mixed 165
SELECT min(high), min_by(ts, high) FROM bars WHERE dt='2026-11-23' AND name='META';
-- mixed 166: FUNCTION_NOT_FOUND
SELECT element_at(ARRAY['a'], 'x');
-- mixed 167: TYPE_MISMATCH
SELECT ARRAY[1, 2]['a'];
-- mixed 168: FUNCTION_NOT_FOUND
SELECT split_part('a,b', ',', 1.5);
-- mixed 169
SELECT regexp_extract(ts, '(\d+):(\d+)', 2) FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- mixed 170
SELECT regexp_replace(ts, '[-+]\d\d:\d\d$', '') FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- mixed 171
SELECT regexp_replace(ts, 'T.*') FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- mixed 172
SELECT regexp_replace(ts, '(\d+)-(\d+)-(\d+).*', '$3.$2.$1') FROM bars WHERE dt='2026-11-23' ORDER BY ts LIMIT 1;
-- mixed 173
SELECT regexp_like('a.b', 'a\.b'), regexp_like('ab', '^a$'), regexp_like('', ''), regexp_like(NULL, 'a'), regexp_like('A', '[[:upper:]]'), regexp_like('ab', 'a b');
-- mixed 174: INVALID_FUNCTION_ARGUMENT
SELECT regexp_replace('ab', 'b', '$1');
-- mixed 175
SELECT trim(both from ' a '), trim(trailing 'x' from 'xax'), trim('x' from 'xax'), trim('');
-- mixed 176
SELECT lpad(CAST(7 AS varchar), 2, '0'), rpad('a', 5, 'bc');
-- mixed 177
SELECT round(1.5), round(-0.5), round(0.5e0), round(1.25, 1), round(-1.25, 1), round(1.35e0, 1), round(12345.678, -2), round(2e0, 3);
-- mixed 178
SELECT round(high, 1), round(high * 100) / 100 FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 2;
-- mixed 179
SELECT 7 / 2, -7 / 2, 7 / -2, 7 % 2, -7 % 2, 7.0 / 2, 7 / 2.0, 7e0 / 2, 1 / 2 * 2, 2 * 1 / 2;
-- mixed 180
SELECT 1.0 / 3.0, 1.00 / 3, 10.0 / 3.000, 2.0 / 3 * 3, 1 / 3.00000;
-- mixed 181
SELECT 0.1 + 0.2 = 0.3, 0.1e0 + 0.2e0 = 0.3e0;
-- mixed 182
SELECT CAST(0.1 AS double) + CAST(0.2 AS double), CAST(1 AS real) / 3, CAST(0.1 AS real);
-- mixed 183
SELECT CAST(1 AS decimal(5,2)) + CAST(1 AS decimal(10,4)), CAST(1 AS decimal(5,2)) * 3, CAST(10 AS decimal(5,2)) % 3;
-- mixed 184
SELECT CAST(99999.99 AS decimal(7,2)) * CAST(99999.99 AS decimal(7,2));
-- mixed 185: INVALID_FUNCTION_ARGUMENT
SELECT CAST(1 AS decimal(38,20)) * CAST(1 AS decimal(38,20));
-- mixed 186
SELECT CAST(1 AS decimal(30,15)) / CAST(3 AS decimal(30,15));
-- mixed 187
SELECT 1.5 > 1, 1.5 BETWEEN 1 AND 2.0, 1.5 IN (1.50, 2), greatest(1.5, 2.25), coalesce(NULL, 1.5), CASE WHEN true THEN 1.5 ELSE 2.25 END, if(true, 1, 2.5), nullif(1.5, 1.50);
-- mixed 188
SELECT min(x), max(x), sum(x), avg(x), count(x) FROM (VALUES 1.1, 22.22, 333.333) AS t(x);
-- mixed 189
SELECT sum(x) / 2, avg(x) * 2, max(x) - min(x) FROM (VALUES 1.1, 22.22) AS t(x);
-- mixed 190
SELECT x / 3, x * 1.1, x + 0.05, x % 0.7 FROM (VALUES 1.1, 22.22) AS t(x) ORDER BY 1;
-- mixed 191
SELECT floor(1.5), ceil(-1.5), floor(-1.5e0), truncate(1.567, 2), truncate(-1.5e0), sqrt(2.25), power(1.5, 2), ln(1.5), mod(5.5, 2);
-- mixed 192
SELECT bigint '5', decimal '1.5', double '1.5', integer '7', real '1.5', boolean 'true', varchar 'a', date '2026-11-23';
-- mixed 193
SELECT json '{"a":1}';
-- mixed 194
SELECT 1e400;
-- mixed 195
SELECT CAST('1e400' AS double);
-- mixed 196
SELECT tinyint '127', smallint '5';
-- mixed 197: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(2147483647 AS bigint) + 1, 2147483647 + CAST(1 AS bigint), abs(CAST(-2147483648 AS integer));
-- mixed 198: NUMERIC_VALUE_OUT_OF_RANGE
SELECT sum(CAST(9223372036854775807 AS bigint)) + 1;
-- mixed 199: NUMERIC_VALUE_OUT_OF_RANGE
SELECT count(*) * 9223372036854775807 FROM (VALUES 1, 1) AS t(x);
-- refused 1
SELECT CAST('-2026-11-23' AS date);
-- refused 2
SELECT CAST('12026-11-23' AS date);
-- refused 3
SELECT TRY(CAST('x' AS date));
-- refused 4
SELECT CAST('2026-11-23 09:30:00' AS timestamp(6));
-- refused 5
SELECT CAST('2026-11-23 09:30:00.123456' AS timestamp(0));
-- refused 6
SELECT CAST('2026-11-23 09:30:00.6' AS timestamp(0));
-- refused 7
SELECT CAST('2026-11-23 09:30:00.123456' AS timestamp(6));
-- refused 8
SELECT TIMESTAMP '2026-11-23 09:30:00.123456';
-- refused 9
SELECT CAST(TIMESTAMP '2026-11-23 09:30:00' AS varchar);
-- refused 10
SELECT CAST(TIMESTAMP '2026-11-23 09:30:00 UTC' AS varchar);
-- refused 11
SELECT from_iso8601_timestamp('2026-11-23T09:30:00-05:00');
-- refused 12
SELECT from_iso8601_timestamp('2026-11-23T09:30:00Z');
-- refused 13
SELECT from_iso8601_timestamp('2026-11-23T09:30:00');
-- refused 14
SELECT from_iso8601_timestamp('2026-11-23');
-- refused 15
SELECT from_iso8601_timestamp('2026-11-23 09:30:00');
-- refused 16
SELECT from_iso8601_timestamp('2026-11-23T09:30:00.123+09:00');
-- refused 17
SELECT from_iso8601_date('2026-327');
-- refused 18
SELECT from_iso8601_date('2026-W48-1');
-- refused 19
SELECT to_iso8601(DATE '2026-11-23');
-- refused 20
SELECT TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE INTERVAL '-5' HOUR;
-- refused 21
SELECT with_timezone(TIMESTAMP '2026-11-23 09:30:00', 'America/New_York');
-- refused 22
SELECT at_timezone(TIMESTAMP '2026-11-23 09:30:00 UTC', 'America/New_York');
-- refused 23
SELECT TIMESTAMP '2026-11-23 09:30:00 America/New_York' + INTERVAL '1' DAY;
-- refused 24
SELECT CAST(DATE '2026-11-23' - DATE '2026-11-20' AS varchar);
-- refused 25
SELECT INTERVAL '1' MONTH;
-- refused 26
SELECT INTERVAL '1 2' DAY TO HOUR;
-- refused 27
SELECT INTERVAL '1-2' YEAR TO MONTH;
-- refused 28
SELECT INTERVAL '1' DAY + INTERVAL '1' MONTH;
-- refused 29
SELECT name FROM bars TABLESAMPLE BERNOULLI (10) WHERE dt='2026-11-23';
-- refused 30
SELECT count(*) FROM bars TABLESAMPLE BERNOULLI (100) WHERE dt='2026-11-23';
-- refused 31
SELECT abs(-1.5), abs(-1), sign(-1.5), sign(-2), sign(-2e0);
-- refused 32
SELECT CAST(1.5e0 AS varchar);
-- refused 33
SELECT CAST(high AS varchar) FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- refused 34
SELECT avg(x) OVER () FROM (VALUES 1.5, 2.5) AS t(x);
-- refused 35
SELECT avg(x) FILTER (WHERE x > 2) FROM (VALUES 1.5, 2.5) AS t(x);
-- refused 36
SELECT avg(DISTINCT x) FROM (VALUES 1.5, 2.5) AS t(x);
-- refused 37
SELECT 1_000;
-- refused 38
SELECT 0x10;
-- refused 39
SELECT CAST('a' AS varchar(1)), CAST('abc' AS varchar(2));
-- refused 40
SELECT CAST('abc' AS char(2));
-- refused 41
SELECT split('a,b,c', ','), split('a,b,c', ',', 2), split('abc', ','), split('', ',');
-- refused 42
SELECT array_distinct(ARRAY[1, 1, 2]), array_position(ARRAY[1, 2], 2), slice(ARRAY[1, 2, 3], 2, 2), ARRAY[1] || ARRAY[2], ARRAY[1] || 2;
-- refused 43
SELECT 'a' || NULL;
-- refused 44
SELECT concat_ws(',', 'a', NULL, 'b');
-- refused 45
SELECT lpad('a', 3, '');
-- refused 46
SELECT replace('abc', 'b'), replace('abc', 'b', 'x'), replace('abc', '', 'x');
-- refused 47
SELECT strpos('abcabc', 'c'), strpos('abc', ''), strpos('abc', 'x'), strpos('abcabc', 'c', 2), position('c' in 'abc');
-- refused 48
SELECT upper('abc'), lower('ABC'), reverse('abc'), chr(65), codepoint('A');
-- refused 49
SELECT approx_percentile(x, 1.5) FROM (VALUES 1, 2, 3, 4) AS t(x);
-- refused 50
SELECT bool_and(x), bool_or(x), every(x) FROM (VALUES true, false) AS t(x);
-- refused 51
SELECT stddev(x), var_pop(x), corr(x, y), covar_pop(x, y) FROM (VALUES (1, 2), (2, 4), (3, 7)) AS t(x, y);
-- refused 52
SELECT corr(x, y) FROM (VALUES (1, 2), (1, 4)) AS t(x, y);
-- refused 53
SELECT geometric_mean(x) FROM (VALUES 1, 2) AS t(x);
-- refused 54
SELECT histogram(x) FROM (VALUES 1, 1, 2) AS t(x);
-- refused 55
SELECT date_diff('month', DATE '2026-01-31', DATE '2026-02-28'), date_diff('year', DATE '2025-06-01', DATE '2026-05-31'), date_diff('quarter', DATE '2026-01-31', DATE '2026-06-30'), date_diff('week', DATE '2026-11-20', DATE '2026-11-28');
-- refused 56
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%x %v');
-- refused 57
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%z');
-- refused 58
SELECT date_format(TIMESTAMP '2026-11-03 04:05:06', '%A %B %I');
-- refused 59
SELECT date_parse('2026-11-23T09:30:00', '%Y-%m-%dT%H:%i:%s'), date_parse('11/23/26', '%m/%d/%y'), date_parse('Nov 3 2026', '%b %e %Y'), date_parse('9:30 PM', '%h:%i %p');
-- refused 60
SELECT date_parse('2026-11-23', 'yyyy-MM-dd');
-- refused 61
SELECT date_parse(ts, '%Y-%m-%dT%H:%i:%s%z') FROM bars WHERE dt='2026-11-23' AND name='META' LIMIT 1;
-- refused 62
SELECT format_datetime(TIMESTAMP '2026-11-03 04:05:06', 'yyyy-MM-dd HH:mm');
-- refused 63
SELECT parse_datetime('2026-11-03', 'yyyy-MM-dd');
-- refused 64
SELECT from_unixtime(0, 'America/New_York');
-- refused 65
SELECT day_of_month(DATE '2026-11-23'), dow(DATE '2026-11-23'), doy(DATE '2026-11-23'), year_of_week(DATE '2027-01-01'), week_of_year(DATE '2027-01-01'), last_day_of_month(DATE '2026-02-11'), millisecond(TIMESTAMP '2026-11-23 09:30:15.123');
-- refused 66
SELECT regexp_extract('a1b22', '\d+'), regexp_extract('a1b22', '([a-z])(\d+)', 2), regexp_extract('a', '\d'), regexp_extract_all('a1b22', '\d+');
-- refused 67
SELECT regexp_replace('abc', '(b)', '[$1]'), regexp_replace('abc', '(?<mid>b)', '[${mid}]');
-- refused 68
SELECT regexp_replace('abc', 'b', '\\1');
-- refused 69
SELECT regexp_split('a1b', '\d'), regexp_count('a1b2', '\d'), regexp_position('a1b2', '\d');
-- refused 70
SELECT regexp_like('abc', 'a(?=b)');
-- refused 71
SELECT regexp_like('aa', '(a)\1');
-- refused 72
SELECT regexp_like('a
b', 'a.b'), regexp_like('a
b', '^b'), regexp_like('é', '\w'), regexp_like('a', '\p{Lower}'), regexp_like('abc', 'A(?i)');
-- refused 73
SELECT regexp_like('abc', 'a{1,2000}');
-- refused 74
SELECT x, y FROM UNNEST(ARRAY[1, 2], ARRAY['a']) AS t(x, y);
-- refused 75
SELECT d FROM UNNEST(sequence(DATE '2026-11-20', DATE '2026-11-23', INTERVAL '1' DAY)) AS t(d);
-- refused 76
SELECT ROW(1, 'a');
-- refused 77
SELECT json_extract_scalar('{"a": 1}', '$.a'), json_extract('{"a": [1]}', '$.a');
-- refused 78
SELECT json_parse('{"a": 1}');
-- refused 79
SELECT map(ARRAY['a'], ARRAY[1])['a'];
-- refused 80
SELECT typeof(1), typeof('a'), typeof(1.5);
-- refused 81
SELECT random() < 1;
-- refused 82
SELECT transform(ARRAY[1, 2], x -> x + 1);
-- refused 83
SELECT reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s);
-- refused 84
SELECT filter(ARRAY[1, 2], x -> x > 1);
-- refused 85
SELECT power(2, 10), sqrt(2), exp(1), ln(10), log10(100), log2(8), log(2, 8), pi(), cbrt(27), mod(7, 3);
-- refused 86
SELECT width_bucket(5, 0, 10, 5), degrees(pi()), radians(180e0), sin(0e0);
-- refused 87
SELECT 'it''s', 'a"b', '\n', U&'\0041', X'41';
-- refused 88
SELECT try(1 / 0);
-- refused 89
SELECT try_cast(1.5e0 AS varchar);
-- refused 90
WITH b AS (SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' AS t, high FROM bars WHERE dt='2026-11-23') SELECT t, high FROM b ORDER BY t LIMIT 1;
-- refused 91
WITH b AS (SELECT from_iso8601_timestamp(ts) AS t FROM bars WHERE dt='2026-11-23') SELECT min(t) FROM b;
-- refused 92
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York' >= TIMESTAMP '2026-11-23 10:00:00';
-- refused 93
SELECT count(*) FROM bars WHERE dt='2026-11-23' AND CAST(from_iso8601_timestamp(ts) AS date) = DATE '2026-11-23';
-- refused 94
SELECT CAST(from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AS timestamp);
-- refused 95
SELECT date_add('hour', 1, from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'UTC');
-- refused 96
SELECT date_format(from_iso8601_timestamp('2026-11-23T09:30:00-05:00'), '%H');
-- refused 97
SELECT date_trunc('day', TIMESTAMP '2026-11-23 23:30:00 -05:00');
-- refused 98
SELECT TIMESTAMP '2026-11-23 09:30:00' AT TIME ZONE 'Asia/Tokyo' AT TIME ZONE 'UTC';
-- refused 99
SELECT a.* FROM (VALUES (1, 2)) AS a(x, y) JOIN (VALUES (1, 3)) AS b(x, z) USING (x);
-- refused 100
SELECT convert(varchar, 1);
-- refused 101
SELECT regexp_extract('b', '(a)?b', 1);
-- refused 102
SELECT regexp_replace('aXbX', 'X', '$0'), regexp_replace('ab', 'b', '$');
-- refused 103
SELECT reverse(ARRAY[1, 2]), reverse('ab'), reverse('');
-- refused 104
SELECT chr(0x41);
-- refused 105
SELECT CAST(1e400 AS varchar);
-- refused 106
SELECT listagg(name, ',') WITHIN GROUP (ORDER BY ts) FROM bars WHERE dt = '2026-11-23' AND volume > 880;
-- refused 107
SELECT X'00ff';
-- clauses and names: an ambiguous column: AMBIGUOUS_NAME
SELECT x FROM (VALUES 1) AS a(x), (VALUES 1) AS b(x);
-- clauses and names: an ambiguous column of a join: AMBIGUOUS_NAME
SELECT name FROM bars a JOIN bars b ON a.ts = b.ts WHERE a.dt='2026-11-23' AND b.dt='2026-11-23';
-- numbers and text: a double beyond bigint: INVALID_CAST_ARGUMENT
SELECT CAST(1e20 AS bigint);
-- numbers and text: a double beyond integer: NUMERIC_VALUE_OUT_OF_RANGE
SELECT CAST(3e9 AS integer);
-- clauses and names: VALUES in a union
VALUES 1 UNION ALL SELECT 2 ORDER BY 1;
-- clauses and names: HAVING on a column of VALUES
SELECT x AS y, count(*) FROM (VALUES 1, -1) AS t(x) GROUP BY x HAVING x > 0;
-- clauses and names: VALUES in WITH
WITH v(x, y) AS (VALUES (1, 'a')) SELECT y FROM v;
-- refused: a double as text
SELECT name || CAST(volume AS varchar) FROM bars WHERE dt='2026-11-23' AND name='META' ORDER BY ts LIMIT 1;
-- refused: VALUES with ORDER BY
VALUES 1, 2 ORDER BY 1 DESC;
-- refused: VALUES in parentheses
(VALUES 1);
