-- The highest price of each ticker in each hour of each session.
--
-- Parameters, in order: interval, first date, the date after the last, and the time since which a bar counts as delivered
-- by this execution (UTC, as in collected_at). Athena allows parameters in WHERE clauses only. So CROSS JOIN doubles each bar,
-- and the second one counts only if it was collected since then. A second FROM would read the bars from S3 a second time.
--
-- One row per ticker, session and hour:
--   high             the highest high of the hour, in the quote currency
--   high_at          start of the first bar that reached it, exchange-local with its UTC offset
--   minutes_at_high  bars of the hour that reached it (minutes at the interval 1m)
--   bars             bars of the hour
--   bars_delivered   bars of the hour that were collected since the last parameter
WITH asked AS (
  SELECT
    name AS ticker,
    dt AS session,
    CAST(substr(ts, 12, 2) AS integer) AS hour,
    ts,
    high,
    again
  FROM bars
  CROSS JOIN UNNEST(ARRAY[false, true]) AS counted (again)
  WHERE "interval" = ? AND dt >= ? AND dt < ? AND (NOT again OR collected_at >= ?)
),
topped AS (
  SELECT
    *,
    max(high) OVER (PARTITION BY ticker, session, hour) AS top
  FROM asked
)
SELECT
  ticker,
  session,
  hour,
  max(high) AS high,
  min(ts) FILTER (WHERE high = top) AS high_at,
  count_if(high = top AND NOT again) AS minutes_at_high,
  count_if(NOT again) AS bars,
  count_if(again) AS bars_delivered
FROM topped
GROUP BY ticker, session, hour
ORDER BY ticker, session, hour
