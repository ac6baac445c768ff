-- The spread of the tickers' hourly highs: the highest, the lowest and the median of each hour.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- Prices of two tickers can't be compared. So each hour's high is relative to the ticker's first price in the session: its
-- first bar's open, or the middle of that bar's high and low if Yahoo gave no open.
-- One row per session and exchange-local hour. All values but the tickers and counts are in percent above that first price:
--   tickers                     number of tickers with a bar in the hour
--   highest, highest_ticker     the highest of their highs and its ticker, the first by name if there are several
--   median                      half of the highs are above it
--   lowest, lowest_ticker       the lowest of their highs and its ticker
--   spread                      from the lowest to the highest, in percentage points
WITH asked AS (
  SELECT
    name AS ticker,
    dt AS session,
    CAST(substr(ts, 12, 2) AS integer) AS hour,
    high,
    first_value(coalesce(open, (high + low) / 2e0)) OVER (PARTITION BY name, dt ORDER BY ts) AS began
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
),
highs AS (
  SELECT
    ticker,
    session,
    hour,
    100e0 * (max(high) / CASE WHEN min(began) > 0e0 THEN min(began) END - 1e0) AS high
  FROM asked
  GROUP BY ticker, session, hour
),
placed AS (
  SELECT
    ticker,
    session,
    hour,
    high,
    row_number() OVER (PARTITION BY session, hour ORDER BY high, ticker) AS place,
    count(*) OVER (PARTITION BY session, hour) AS tickers,
    max(high) OVER (PARTITION BY session, hour) AS highest,
    min(high) OVER (PARTITION BY session, hour) AS lowest
  FROM highs
  WHERE high IS NOT NULL
)
SELECT
  session,
  hour,
  count(*) AS tickers,
  round(max(highest), 4) AS highest,
  min(ticker) FILTER (WHERE high = highest) AS highest_ticker,
  round(avg(high) FILTER (WHERE 2 * place BETWEEN tickers AND tickers + 2), 4) AS median,
  round(min(lowest), 4) AS lowest,
  min(ticker) FILTER (WHERE high = lowest) AS lowest_ticker,
  round(max(highest) - min(lowest), 4) AS spread
FROM placed
GROUP BY session, hour
ORDER BY session, hour
