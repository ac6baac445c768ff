-- The tickers that moved most in each session, up or down, from its first price to its last.
--
-- Parameters, in order: interval, first date, the date after the last.
--
-- The statement adds the close of the ticker's session before, previous_close, and the change from it to close in percent, as on
-- a ticker tape: change_since_previous. Both are null if that session is not in the given dates. The view has neither, because it
-- would have to read every date before the one that you ask for.
-- One row per session and ticker, the largest move first. In the statement, a ticker without a move has no row:
--   session         date     local date of the bars
--   place           bigint   1 is the largest move, up or down (equal moves share a place, null: no move is known)
--   ticker          varchar
--   open            double   of the first bar with an open, in the quote currency
--   close           double   of the last bar with a close
--   change_percent  double   from open to close (null: the session has no open or no close, or its open is not above 0)
WITH sessions AS (
  SELECT
    "interval",
    dt,
    session,
    name AS ticker,
    min_by(open, ts) FILTER (WHERE open IS NOT NULL) AS open,
    max_by(close, ts) FILTER (WHERE close IS NOT NULL) AS close
  FROM bars
  GROUP BY "interval", dt, session, name
),
moves AS (
  SELECT
    *,
    round(100e0 * (close / CASE WHEN open > 0e0 THEN open END - 1e0), 4) AS change_percent
  FROM sessions
),
top_movers AS (
  SELECT
    "interval",
    dt,
    session,
    CASE
      WHEN change_percent IS NOT NULL
        THEN rank() OVER (PARTITION BY "interval", dt, session ORDER BY abs(change_percent) DESC NULLS LAST)
    END AS place,
    ticker,
    open,
    close,
    change_percent
  FROM moves
)
SELECT
  session,
  place,
  ticker,
  open,
  close,
  change_percent,
  previous_close,
  round(100e0 * (close / CASE WHEN previous_close > 0e0 THEN previous_close END - 1e0), 4) AS change_since_previous
FROM (
  SELECT
    *,
    lag(close) OVER (PARTITION BY ticker ORDER BY session) AS previous_close
  FROM top_movers
  WHERE "interval" = ? AND dt >= ? AND dt < ?
)
WHERE change_percent IS NOT NULL
ORDER BY session, place, ticker
