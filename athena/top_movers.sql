-- The tickers that moved most in each session, up or down, from its first price to its last.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per session and ticker, the largest move first. A ticker without an open or a close in the session has no row:
--   place                   1 is the largest move, up or down (equal moves share a place)
--   open, close             of the first bar with an open, and of the last bar with a close, in the quote currency
--   change_percent          from open to close
--   previous_close          close of the ticker's session before (null: not in the given dates)
--   change_since_previous   from previous_close to close, in percent, as on a ticker tape
WITH sessions AS (
  SELECT
    name AS ticker,
    dt AS session,
    min_by(open, ts) FILTER (WHERE open IS NOT NULL) AS open,
    max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
  GROUP BY name, dt
),
moves AS (
  SELECT
    ticker,
    session,
    open,
    close,
    round(100e0 * (close / CASE WHEN open > 0e0 THEN open END - 1e0), 4) AS change_percent,
    lag(close) OVER (PARTITION BY ticker ORDER BY session) AS previous_close
  FROM sessions
)
SELECT
  session,
  rank() OVER (PARTITION BY session ORDER BY abs(change_percent) DESC) AS place,
  ticker,
  open,
  close,
  change_percent,
  previous_close,
  round(100e0 * (close / CASE WHEN previous_close > 0e0 THEN previous_close END - 1e0), 4) AS change_since_previous
FROM moves
WHERE change_percent IS NOT NULL
ORDER BY session, place, ticker
