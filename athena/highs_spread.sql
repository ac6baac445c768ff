-- The spread of the tickers' hourly highs: the highest, the lowest and the median of each hour.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- Prices of two tickers can't be compared. So each hour's high is relative to the ticker's first price in the session: its
-- first bar's open, or the middle of that bar's high and low if Yahoo gave no open.
-- One row per session and exchange-local hour. All values but the names and counts are in percent above that first price:
--   companies                   number of tickers with a bar in the hour
--   highest, highest_name       the highest of their highs and its name, with several the first by name
--   median                      half of the highs are above it
--   lowest, lowest_name         the lowest of their highs and its name
--   spread                      from the lowest to the highest, in percentage points
WITH asked AS (
  SELECT
    name,
    dt AS session,
    CAST(substr(ts, 12, 2) AS integer) AS hour,
    high,
    first_value(coalesce(open, (high + low) / 2e0)) OVER (PARTITION BY name, dt ORDER BY ts) AS began
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
),
highs AS (
  SELECT
    name,
    session,
    hour,
    100e0 * (max(high) / nullif(min(began), 0e0) - 1e0) AS high
  FROM asked
  GROUP BY name, session, hour
),
placed AS (
  SELECT
    name,
    session,
    hour,
    high,
    row_number() OVER (PARTITION BY session, hour ORDER BY high, name) AS place,
    count(*) OVER (PARTITION BY session, hour) AS companies,
    max(high) OVER (PARTITION BY session, hour) AS highest,
    min(high) OVER (PARTITION BY session, hour) AS lowest
  FROM highs
  WHERE high IS NOT NULL
)
SELECT
  session,
  hour,
  count(*) AS companies,
  round(max(highest), 4) AS highest,
  min(name) FILTER (WHERE high = highest) AS highest_name,
  round(avg(high) FILTER (WHERE 2 * place BETWEEN companies AND companies + 2), 4) AS median,
  round(min(lowest), 4) AS lowest,
  min(name) FILTER (WHERE high = lowest) AS lowest_name,
  round(max(highest) - min(lowest), 4) AS spread
FROM placed
GROUP BY session, hour
ORDER BY session, hour
