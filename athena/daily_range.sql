-- The range of each ticker's session: first and last price, high and low with their times, and their distance.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker and session, prices in the quote currency:
--   open, close       of the first bar with an open, and of the last bar with a close (null: no bar has one)
--   high, low         the highest high and the lowest low
--   range_percent     distance from the low to the high, in percent of the low (null: the low is not above 0)
--   high_at, low_at   start of the first bar that reached it, exchange-local with its UTC offset
--   volume            shares (null: no bar has a volume)
WITH asked AS (
  SELECT
    name AS ticker,
    dt AS session,
    ts,
    open,
    high,
    low,
    close,
    volume,
    max(high) OVER (PARTITION BY name, dt) AS top,
    min(low) OVER (PARTITION BY name, dt) AS bottom
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
)
SELECT
  ticker,
  session,
  min_by(open, ts) FILTER (WHERE open IS NOT NULL) AS open,
  max(high) AS high,
  min(low) AS low,
  max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close,
  round(100e0 * (max(high) / CASE WHEN min(low) > 0e0 THEN min(low) END - 1e0), 4) AS range_percent,
  min(ts) FILTER (WHERE high = top) AS high_at,
  min(ts) FILTER (WHERE low = bottom) AS low_at,
  sum(volume) AS volume
FROM asked
GROUP BY ticker, session
ORDER BY ticker, session
