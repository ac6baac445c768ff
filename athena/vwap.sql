-- The volume-weighted average price (VWAP) of each ticker's session, and the last price's distance to it.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- A bar's price is its typical price: the mean of high, low and close, and without a close the middle of the other two.
-- One row per ticker and session:
--   vwap             typical price by volume, in the quote currency (null: nothing was traded, or no volume is known)
--   close            of the last bar with a close
--   to_vwap_percent  the close's distance above the VWAP in percent, negative below it
--   volume           shares (null: no bar has a volume)
--   bars             bars of the session
--   no_volume        bars of the session without a volume, which have no weight
WITH asked AS (
  SELECT
    name AS ticker,
    dt AS session,
    ts,
    (high + low + coalesce(close, (high + low) / 2e0)) / 3e0 AS typical,
    close,
    volume
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
),
weighed AS (
  SELECT
    ticker,
    session,
    sum(typical * volume) / nullif(sum(volume), 0) AS vwap,
    max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close,
    sum(volume) AS volume,
    count(*) AS bars,
    count_if(volume IS NULL) AS no_volume
  FROM asked
  GROUP BY ticker, session
)
SELECT
  ticker,
  session,
  round(vwap, 8) AS vwap,
  close,
  round(100e0 * (close / CASE WHEN vwap > 0e0 THEN vwap END - 1e0), 4) AS to_vwap_percent,
  volume,
  bars,
  no_volume
FROM weighed
ORDER BY ticker, session
