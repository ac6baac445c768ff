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
