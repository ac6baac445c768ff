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
SELECT 1, 1.0, 1e0, 'a', true, NULL, date '2026-11-23', timestamp '2026-11-23 09:30:00', 2147483648, interval '1' day, X'00ff', count(*), 1 + 2147483648 FROM (VALUES 1) AS t(x);
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
-- syntax and names 114
SELECT listagg(name, ',') WITHIN GROUP (ORDER BY ts) FROM bars WHERE dt = '2026-11-23' AND volume > 880;
-- syntax and names 115: FUNCTION_NOT_FOUND
SELECT group_concat(name) FROM bars;
-- syntax and names 116: FUNCTION_NOT_FOUND
SELECT first(name) FROM bars;
-- syntax and names 117
SELECT max(ts) FROM bars WHERE dt = ANY (SELECT '2026-11-23');
-- syntax and names 118
SELECT count(*) FROM bars WHERE (name, dt) IN (('META', '2026-11-23'));
-- syntax and names 119
SELECT name, rank() OVER w FROM bars WHERE dt = '2026-11-23' AND volume > 880 WINDOW w AS (ORDER BY volume) ORDER BY 2;
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
