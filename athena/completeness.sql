-- The completeness of each ticker's session: its bars, the first and the last, its holes, and the times of collection.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- SQL doesn't know the exchange's calendar. `npm run gaps` compares the bars with it.
-- One row per ticker and session:
--   bars               the number of bars
--   first_at, last_at  start of the first and of the last, exchange-local with their UTC offset
--   holes              missing bars between the two, with those of a lunch break
--   no_close           bars without a close
--   no_volume          bars without a volume
--   collections        the number of different times of collection
--   last_collected     the latest of these times, UTC
WITH asked AS (
  SELECT
    name AS ticker,
    dt AS session,
    ts,
    close,
    volume,
    collected_at,
    to_unixtime(from_iso8601_timestamp(ts)) / 60e0 AS starts,
    CAST(regexp_extract("interval", '[0-9]+') AS integer) * CASE WHEN "interval" LIKE '%h' THEN 60 ELSE 1 END AS minutes
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
)
SELECT
  ticker,
  session,
  count(*) AS bars,
  min(ts) AS first_at,
  max(ts) AS last_at,
  CAST((max(starts) - min(starts)) / min(minutes) AS integer) + 1 - count(*) AS holes,
  count_if(close IS NULL) AS no_close,
  count_if(volume IS NULL) AS no_volume,
  count(DISTINCT collected_at) AS collections,
  max(collected_at) AS last_collected
FROM asked
GROUP BY ticker, session
ORDER BY ticker, session
