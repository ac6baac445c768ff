-- The volume profile of each ticker's session: the traded volume by price, in ten steps from low to high.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- A bar's volume counts at its typical price: the mean of high, low and close, and without a close the middle of the
-- other two. Bars without a volume are left out, and don't count for the limits of the steps.
-- One row per ticker, session and step with a bar, the highest price first:
--   ticker         varchar
--   session        date     local date of the bars
--   step           integer  10 is the highest tenth of the session's range, 1 the lowest (always 1 if all prices are equal)
--   price_from     double   lower limit of the step, in the quote currency (this price belongs to the step)
--   price_to       double   upper limit of the step
--   bars           bigint   number of bars in the step
--   volume         double   their shares
--   share_percent  double   share of the session's volume (null: that volume is 0)
--   is_busiest     boolean  true if no step of the session has more volume: the point of control. None is without any volume
WITH typical AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    (high + low + coalesce(close, (high + low) / 2e0)) / 3e0 AS typical,
    min(low) OVER (PARTITION BY "interval", dt, session, name) AS bottom,
    max(high) OVER (PARTITION BY "interval", dt, session, name) AS top,
    volume
  FROM bars
  WHERE volume IS NOT NULL
),
stepped AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    bottom,
    top,
    volume,
    coalesce(1 + least(9, CAST(floor(10e0 * (typical - bottom) / nullif(top - bottom, 0e0)) AS integer)), 1) AS step
  FROM typical
),
profile AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    step,
    min(bottom) AS bottom,
    max(top) AS top,
    count(*) AS bars,
    sum(volume) AS volume
  FROM stepped
  GROUP BY "interval", dt, session, ticker, step
),
summed AS (
  SELECT
    *,
    sum(volume) OVER (PARTITION BY "interval", dt, session, ticker) AS session_volume,
    max(volume) OVER (PARTITION BY "interval", dt, session, ticker) AS busiest_volume
  FROM profile
),
volume_profile AS (
  SELECT
    "interval",
    dt,
    session,
    ticker,
    step,
    round(bottom + (top - bottom) * (step - 1) / 10e0, 8) AS price_from,
    round(bottom + (top - bottom) * step / 10e0, 8) AS price_to,
    bars,
    volume,
    round(100e0 * volume / nullif(session_volume, 0), 4) AS share_percent,
    volume = busiest_volume AND volume > 0 AS is_busiest
  FROM summed
)
SELECT
  ticker,
  session,
  step,
  price_from,
  price_to,
  bars,
  volume,
  share_percent,
  is_busiest
FROM volume_profile
WHERE "interval" = ? AND dt >= ? AND dt < ?
ORDER BY ticker, session, step DESC
