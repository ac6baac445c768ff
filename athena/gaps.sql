-- Which bars of each company are there: what `npm run gaps` holds against the exchange's calendar.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per ticker and local date, since one a bar would be four million for ten thousand companies' day:
--   bars    how many there are
--   starts  the time of day at which each starts, exchange-local with its UTC offset, a space between: 09:30:00-04:00
SELECT
  name AS ticker,
  dt AS session,
  count(*) AS bars,
  array_join(array_agg(substr(ts, 12) ORDER BY ts), ' ') AS starts
FROM bars
WHERE "interval" = ? AND dt >= ? AND dt < ?
GROUP BY name, dt
ORDER BY name, dt
