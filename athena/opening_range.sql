-- The opening range of each ticker's session, its first 30 minutes, and the position of the close: above, below or inside.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- The 30 minutes begin with the ticker's first bar of the date, since SQL knows no calendar. At the interval 1h they are
-- that bar alone.
-- One row per ticker and session, prices in the quote currency:
--   ticker        varchar
--   session       date     local date of the bars
--   opens_at      varchar  start of the first bar, exchange-local with its UTC offset
--   opening_high  double   the highest high of the bars that start in the 30 minutes
--   opening_low   double   their lowest low
--   close         double   of the session's last bar with a close
--   closed        varchar  above, below or inside the opening range (null: no bar has a close)
--   above_at      varchar  start of the first bar after the 30 minutes that closed above the range (null: none)
--   below_at      varchar  start of the first bar after the 30 minutes that closed below the range (null: none)
WITH opened AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    ts,
    high,
    low,
    close,
    min(ts) OVER (PARTITION BY "interval", dt, session, name) AS opens_at
  FROM bars
),
timed AS (
  SELECT
    *,
    date_diff('minute', from_iso8601_timestamp(opens_at), from_iso8601_timestamp(ts)) < 30 AS is_opening
  FROM opened
),
ranged AS (
  SELECT
    *,
    max(CASE WHEN is_opening THEN high END) OVER (PARTITION BY "interval", dt, session, ticker) AS opening_high,
    min(CASE WHEN is_opening THEN low END) OVER (PARTITION BY "interval", dt, session, ticker) AS opening_low
  FROM timed
),
closed AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    min(opens_at) AS opens_at,
    max(opening_high) AS opening_high,
    min(opening_low) AS opening_low,
    max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close,
    min(ts) FILTER (WHERE NOT is_opening AND close > opening_high) AS above_at,
    min(ts) FILTER (WHERE NOT is_opening AND close < opening_low) AS below_at
  FROM ranged
  GROUP BY "interval", dt, session, ticker
),
opening_range AS (
  SELECT
    *,
    CASE
      WHEN close > opening_high THEN 'above'
      WHEN close < opening_low THEN 'below'
      WHEN close IS NOT NULL THEN 'inside'
    END AS closed
  FROM closed
)
SELECT
  ticker,
  session,
  opens_at,
  opening_high,
  opening_low,
  close,
  closed,
  above_at,
  below_at
FROM opening_range
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY ticker, session
