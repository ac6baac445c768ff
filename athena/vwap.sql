-- The volume-weighted average price (VWAP) of each ticker's session, and the last price's distance to it.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- A bar's price is its typical price: the mean of high, low and close, and without a close the middle of the other two.
-- One row per ticker and session:
--   ticker           varchar
--   session          date     local date of the bars
--   vwap             double   typical price by volume, in the quote currency (null: nothing was traded, or no volume is known)
--   close            double   of the last bar with a close
--   to_vwap_percent  double   the close's distance above the VWAP in percent, negative below it
--   volume           double   shares (null: no bar has a volume)
--   bars             bigint   bars of the session
--   no_volume        bigint   bars of the session without a volume, which have no weight
WITH typical AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    ts,
    (high + low + coalesce(close, (high + low) / 2e0)) / 3e0 AS typical,
    close,
    volume
  FROM bars
),
weighed AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    sum(typical * volume) / nullif(sum(volume), 0) AS mean,
    max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close,
    sum(volume) AS volume,
    count(*) AS bars,
    count_if(volume IS NULL) AS no_volume
  FROM typical
  GROUP BY "interval", dt, session, ticker
),
vwap AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    round(mean, 8) AS vwap,
    close,
    round(100e0 * (close / CASE WHEN mean > 0e0 THEN mean END - 1e0), 4) AS to_vwap_percent,
    volume,
    bars,
    no_volume
  FROM weighed
)
SELECT
  ticker,
  session,
  vwap,
  close,
  to_vwap_percent,
  volume,
  bars,
  no_volume
FROM vwap
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY ticker, session
