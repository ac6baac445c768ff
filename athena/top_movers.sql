-- Which companies moved most in each session: from its first price to its last, up or down.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- One row per session and ticker, the largest move first; a company without an open or a close in the session has none:
--   place                   1 is the largest move, up or down; equal moves share a place
--   open, close             of the first bar that has an open, and of the last that has a close, in the quote currency
--   change_percent          from open to close
--   previous_close          of the name's session before, where that is among the dates asked for; else null
--   change_since_previous   from previous_close to close, in percent: what a ticker tape shows
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
    round(100e0 * (close / nullif(open, 0e0) - 1e0), 4) AS change_percent,
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
  round(100e0 * (close / nullif(previous_close, 0e0) - 1e0), 4) AS change_since_previous
FROM moves
WHERE change_percent IS NOT NULL
ORDER BY session, place, ticker
