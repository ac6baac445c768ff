-- The spread of the tickers' hourly highs: the highest, the lowest and the median of each hour.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- Prices of two tickers can't be compared. So each hour's high is relative to the ticker's first price in the session: its
-- first bar's open, or the middle of that bar's high and low if Yahoo gave no open.
-- One row per session and exchange-local hour. All values but the tickers and counts are in percent above that first price:
--   session         date     local date of the bars
--   hour            integer  exchange-local
--   tickers         bigint   number of tickers with a bar in the hour
--   highest         double   the highest of their highs
--   highest_ticker  varchar  its ticker, the first by name if there are several
--   median          double   half of the highs are above it
--   lowest          double   the lowest of their highs
--   lowest_ticker   varchar  its ticker
--   spread          double   from the lowest to the highest, in percentage points
WITH begun AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    CAST(substr(ts, 12, 2) AS integer) AS hour,
    high,
    first_value(coalesce(open, (high + low) / 2e0)) OVER (PARTITION BY "interval", dt, session, name ORDER BY ts) AS began
  FROM bars
),
highs AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    hour,
    100e0 * (max(high) / CASE WHEN min(began) > 0e0 THEN min(began) END - 1e0) AS high
  FROM begun
  GROUP BY "interval", dt, session, ticker, hour
),
placed AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    hour,
    high,
    row_number() OVER (PARTITION BY "interval", dt, session, hour ORDER BY high, ticker) AS place,
    count(*) OVER (PARTITION BY "interval", dt, session, hour) AS tickers,
    max(high) OVER (PARTITION BY "interval", dt, session, hour) AS highest,
    min(high) OVER (PARTITION BY "interval", dt, session, hour) AS lowest
  FROM highs
  WHERE high IS NOT NULL
),
highs_spread AS (
  SELECT
    "interval",
    dt,
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
  GROUP BY "interval", dt, session, hour
)
SELECT
  session,
  hour,
  tickers,
  highest,
  highest_ticker,
  median,
  lowest,
  lowest_ticker,
  spread
FROM highs_spread
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY session, hour
