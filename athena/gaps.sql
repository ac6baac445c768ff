-- The starts of each ticker's bars, which `npm run gaps` compares with the exchange's calendar.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker and local date. One row per bar would be four million rows for a date of ten thousand tickers:
--   bars    the number of bars
--   starts  start of each bar as the exchange-local time with its UTC offset, separated by spaces: 09:30:00-04:00
SELECT
  name AS ticker,
  dt AS session,
  count(*) AS bars,
  array_join(array_agg(substr(ts, 12) ORDER BY ts), ' ') AS starts
FROM bars
WHERE "interval" = ? AND dt >= ? AND dt < ?
GROUP BY name, dt
ORDER BY name, dt
