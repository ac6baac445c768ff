-- The completeness of each ticker's session: its bars, the first and the last, its holes, and the times of collection.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- SQL doesn't know the exchange's calendar. `npm run gaps` compares the bars with it.
-- One row per ticker and session:
--   ticker          varchar
--   session         date     local date of the bars
--   bars            bigint   the number of bars
--   first_at        varchar  start of the first, exchange-local with its UTC offset
--   last_at         varchar  start of the last
--   holes           bigint   missing bars between the two, with those of a lunch break
--   no_close        bigint   bars without a close
--   no_volume       bigint   bars without a volume
--   collections     bigint   the number of different times of collection
--   last_collected  varchar  the latest of these times, UTC
WITH timed AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    ts,
    close,
    volume,
    collected_at,
    to_unixtime(from_iso8601_timestamp(ts)) / 60e0 AS starts,
    CAST(regexp_extract("interval", '[0-9]+') AS integer) * CASE WHEN "interval" LIKE '%h' THEN 60 ELSE 1 END AS minutes
  FROM bars
),
completeness AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    count(*) AS bars,
    min(ts) AS first_at,
    max(ts) AS last_at,
    CAST((max(starts) - min(starts)) / min(minutes) AS integer) + 1 - count(*) AS holes,
    count_if(close IS NULL) AS no_close,
    count_if(volume IS NULL) AS no_volume,
    count(DISTINCT collected_at) AS collections,
    max(collected_at) AS last_collected
  FROM timed
  GROUP BY "interval", dt, session, ticker
)
SELECT
  ticker,
  session,
  bars,
  first_at,
  last_at,
  holes,
  no_close,
  no_volume,
  collections,
  last_collected
FROM completeness
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY ticker, session
