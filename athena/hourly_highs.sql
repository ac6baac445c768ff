-- The highest price of each ticker in each hour of each session.
--
-- Parameters, in order: interval, first date, the date after the last, and the time since which a bar counts as delivered
-- by this execution (UTC, as in collected_at). The last one makes the column bars_delivered, which the view doesn't have: the
-- bars of the hour that were collected since. Athena allows parameters in WHERE clauses only. So the statement reads the
-- hour's times of collection as rows, with a null that keeps an hour without any. A second FROM would read the bars from S3
-- a second time.
--
-- One row per ticker, session and hour:
--   ticker           varchar
--   session          date       local date of the bars
--   hour             integer    exchange-local
--   high             double     the highest high of the hour, in the quote currency
--   high_at          varchar    start of the first bar that reached it, exchange-local with its UTC offset
--   minutes_at_high  bigint     bars of the hour that reached it (minutes at the interval 1m)
--   bars             bigint     bars of the hour
--   started_at       timestamp  start of the hour, UTC
WITH hours AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    CAST(substr(ts, 12, 2) AS integer) AS hour,
    ts,
    high,
    collected_at,
    max(high) OVER (PARTITION BY "interval", dt, session, name, substr(ts, 12, 2)) AS top
  FROM bars
),
hourly_highs AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    hour,
    max(high) AS high,
    min(ts) FILTER (WHERE high = top) AS high_at,
    count_if(high = top) AS minutes_at_high,
    count(*) AS bars,
    CAST(
      from_iso8601_timestamp(concat(substr(min(ts), 1, 13), ':00:00', substr(min(ts), 20))) AT TIME ZONE 'UTC' AS timestamp
    ) AS started_at,
    array_agg(collected_at) AS collections
  FROM hours
  GROUP BY "interval", dt, session, ticker, hour
)
SELECT
  ticker,
  session,
  hour,
  high,
  high_at,
  minutes_at_high,
  bars,
  count(delivered_at) AS bars_delivered
FROM hourly_highs
CROSS JOIN UNNEST(collections || ARRAY[CAST(NULL AS varchar)]) AS delivered (delivered_at)
WHERE "interval" = ? AND dt >= ? AND dt < ? AND (delivered_at IS NULL OR delivered_at >= ?)
GROUP BY ticker, session, hour, high, high_at, minutes_at_high, bars
ORDER BY ticker, session, hour
