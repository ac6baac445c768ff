-- The volume profile of each ticker's session: the traded volume by price, in ten steps from low to high.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- A bar's volume counts at its typical price: the mean of high, low and close, and without a close the middle of the
-- other two. Bars without a volume are left out, and don't count for the limits of the steps.
-- One row per ticker, session and step with a bar, the highest price first:
--   step            10 is the highest tenth of the session's range, 1 the lowest (always 1 if all prices are equal)
--   price_from      lower limit of the step, in the quote currency (this price belongs to the step)
--   price_to        upper limit of the step
--   bars            number of bars in the step
--   volume          their shares
--   share_percent   share of the session's volume (null: that volume is 0)
--   is_busiest      true if no step of the session has more volume: the point of control. None is without any volume
WITH asked AS (
  SELECT
    name AS ticker,
    dt AS session,
    (high + low + coalesce(close, (high + low) / 2e0)) / 3e0 AS typical,
    min(low) OVER (PARTITION BY name, dt) AS bottom,
    max(high) OVER (PARTITION BY name, dt) AS top,
    volume
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ? AND volume IS NOT NULL
),
stepped AS (
  SELECT
    ticker,
    session,
    bottom,
    top,
    volume,
    coalesce(1 + least(9, CAST(floor(10e0 * (typical - bottom) / nullif(top - bottom, 0e0)) AS integer)), 1) AS step
  FROM asked
),
profile AS (
  SELECT
    ticker,
    session,
    step,
    min(bottom) AS bottom,
    max(top) AS top,
    count(*) AS bars,
    sum(volume) AS volume
  FROM stepped
  GROUP BY ticker, session, step
),
summed AS (
  SELECT
    ticker,
    session,
    step,
    bottom,
    top,
    bars,
    volume,
    sum(volume) OVER (PARTITION BY ticker, session) AS session_volume,
    max(volume) OVER (PARTITION BY ticker, session) AS busiest_volume
  FROM profile
)
SELECT
  ticker,
  session,
  step,
  round(bottom + (top - bottom) * (step - 1) / 10e0, 8) AS price_from,
  round(bottom + (top - bottom) * step / 10e0, 8) AS price_to,
  bars,
  volume,
  round(100e0 * volume / nullif(session_volume, 0), 4) AS share_percent,
  volume = busiest_volume AND volume > 0 AS is_busiest
FROM summed
ORDER BY ticker, session, step DESC
