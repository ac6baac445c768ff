-- The range of each ticker's session: first and last price, high and low with their times, and their distance.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker and session, prices in the quote currency:
--   ticker         varchar
--   session        date     local date of the bars
--   open           double   of the first bar with an open (null: no bar has one)
--   high           double   the highest high
--   low            double   the lowest low
--   close          double   of the last bar with a close (null: no bar has one)
--   range_percent  double   distance from the low to the high, in percent of the low (null: the low is not above 0)
--   high_at        varchar  start of the first bar that reached the high, exchange-local with its UTC offset
--   low_at         varchar  start of the first bar that reached the low
--   volume         double   shares (null: no bar has a volume)
WITH reached AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    ts,
    open,
    high,
    low,
    close,
    volume,
    max(high) OVER (PARTITION BY "interval", dt, session, name) AS top,
    min(low) OVER (PARTITION BY "interval", dt, session, name) AS bottom
  FROM bars
),
daily_range AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    min_by(open, ts) FILTER (WHERE open IS NOT NULL) AS open,
    max(high) AS high,
    min(low) AS low,
    max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close,
    round(100e0 * (max(high) / CASE WHEN min(low) > 0e0 THEN min(low) END - 1e0), 4) AS range_percent,
    min(ts) FILTER (WHERE high = top) AS high_at,
    min(ts) FILTER (WHERE low = bottom) AS low_at,
    sum(volume) AS volume
  FROM reached
  GROUP BY "interval", dt, session, ticker
)
SELECT
  ticker,
  session,
  open,
  high,
  low,
  close,
  range_percent,
  high_at,
  low_at,
  volume
FROM daily_range
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY ticker, session
