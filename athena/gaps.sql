-- The starts of each ticker's bars, which `npm run gaps` compares with the exchange's calendar.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker and local date. One row per bar would be four million rows for a date of ten thousand tickers:
--   ticker   varchar
--   session  date     local date of the bars
--   bars     bigint   the number of bars
--   starts   varchar  start of each bar as the exchange-local time with its UTC offset, separated by spaces: 09:30:00-04:00
WITH gaps AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    count(*) AS bars,
    array_join(array_agg(substr(ts, 12) ORDER BY ts), ' ') AS starts
  FROM bars
  GROUP BY "interval", dt, session, name
)
SELECT
  ticker,
  session,
  bars,
  starts
FROM gaps
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY ticker, session
