-- The latest bar of each ticker in the given dates, and its distance to the newest bar of all.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker:
--   session                  the bar's local date
--   ts                       its start, exchange-local with its UTC offset
--   open, high, low, close   in the quote currency (open and close may be null)
--   volume                   shares (may be null)
--   behind_minutes           minutes from its start to the start of the newest bar of any ticker, in real time across time zones
--   collected_at             time of the request to Yahoo, UTC
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
    collected_at,
    to_unixtime(from_iso8601_timestamp(ts)) AS starts
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
),
placed AS (
  SELECT
    ticker,
    session,
    ts,
    open,
    high,
    low,
    close,
    volume,
    collected_at,
    starts,
    max(starts) OVER () AS newest,
    row_number() OVER (PARTITION BY ticker ORDER BY starts DESC, ts DESC, session DESC) AS place
  FROM asked
)
SELECT
  ticker,
  session,
  ts,
  open,
  high,
  low,
  close,
  volume,
  CAST((newest - starts) / 60e0 AS integer) AS behind_minutes,
  collected_at
FROM placed
WHERE place = 1
ORDER BY ticker
