-- How complete each company's session is: its bars, from when to when, with how many holes, and when they were collected.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- What the exchange's calendar has is not known here: `npm run gaps` holds the bars against it.
-- One row per ticker and session:
--   bars               how many there are
--   first_at, last_at  when the first and the last start, exchange-local with their UTC offset
--   holes              bars that are missing between the two; a lunch break is one hole a bar, too
--   no_close           bars without a close
--   no_volume          bars without a volume
--   collections        how many different times of collection the bars have
--   last_collected     the latest of them, UTC
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
