-- The latest bar of each ticker in the given dates, and its distance to the newest bar of all.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker. The view has one per ticker and session, with the distance to the session's newest bar:
--   ticker          varchar
--   session         date       the bar's local date
--   ts              varchar    its start, exchange-local with its UTC offset
--   open            double     in the quote currency (may be null)
--   high            double
--   low             double
--   close           double     may be null
--   volume          double     shares (may be null)
--   behind_minutes  integer    minutes from its start to the start of the newest bar of any ticker, in real time across time zones
--   collected_at    varchar    time of the request to Yahoo, UTC
--   started_at      timestamp  its start, UTC
WITH timed AS (
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
    collected_at,
    CAST(from_iso8601_timestamp(ts) AT TIME ZONE 'UTC' AS timestamp) AS started_at
  FROM bars
),
placed AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    ts,
    open,
    high,
    low,
    close,
    volume,
    collected_at,
    started_at,
    max(started_at) OVER (PARTITION BY "interval", dt, session) AS newest,
    row_number() OVER (PARTITION BY "interval", dt, session, ticker ORDER BY started_at DESC, ts DESC) AS place
  FROM timed
),
latest_bars AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    ts,
    open,
    high,
    low,
    close,
    volume,
    CAST(date_diff('minute', started_at, newest) AS integer) AS behind_minutes,
    collected_at,
    started_at
  FROM placed
  WHERE place = 1
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
  CAST(date_diff('minute', started_at, newest) AS integer) AS behind_minutes,
  collected_at
FROM (
  SELECT
    *,
    max(started_at) OVER () AS newest,
    row_number() OVER (PARTITION BY ticker ORDER BY started_at DESC, ts DESC, session DESC) AS place
  FROM latest_bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
)
WHERE place = 1
ORDER BY ticker
