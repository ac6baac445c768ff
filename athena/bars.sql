-- The view `bars` for all queries: each bar once.
--
-- Duplicates are normal: delivery is at least once, runs overlap, a poll may see the newest bar before its end, and a bar is in
-- both tables while its date is compacted. The view keeps the row with the latest collected_at.
-- Rows that tie there are ordered by all other columns, so that each query, and the compaction, takes the same row: most volume
-- first, since volume only grows while a bar is unfinished, then the highest high, and so on. Rows that tie in every column are
-- the same bar.
-- "interval", dt and session don't change the PARTITION BY. They are in it so that Athena applies a query's filter on them before
-- the window, and reads only their partitions.
-- The volume of a compacted bar is in traded, and in older files a whole number in volume.
-- The SerDe reads a malformed line as a row of nulls. The view leaves out such rows, and good JSON that isn't a bar:
-- hourly_highs.sql reads the hour from ts, and one such line would fail every query of its date. Compaction reads the view.
--
-- One row per bar:
--   name          varchar    the ticker
--   ts            varchar    start of the bar, exchange-local ISO 8601 with its UTC offset
--   open          double     in the quote currency (may be null)
--   high          double
--   low           double
--   close         double     may be null
--   volume        double     shares, or coins (may be null)
--   collected_at  varchar    time of the request to Yahoo, UTC
--   session       date       dt as a date. A filter on it reads only the partitions of its dates, as one on dt does
--   started_at    timestamp  start of the bar, UTC. A filter on it alone reads all dates
SELECT
  name,
  ts,
  open,
  high,
  low,
  close,
  volume,
  collected_at,
  session,
  CAST(from_iso8601_timestamp(ts) AT TIME ZONE 'UTC' AS timestamp) AS started_at,
  "interval",
  dt
FROM (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY "interval", dt, session, name, ts
      ORDER BY
        collected_at DESC NULLS LAST,
        volume DESC NULLS LAST,
        high DESC NULLS LAST,
        low ASC NULLS LAST,
        close DESC NULLS LAST,
        open DESC NULLS LAST
    ) AS newness
  FROM (
    SELECT
      name,
      ts,
      open,
      high,
      low,
      close,
      volume,
      collected_at,
      "interval",
      dt,
      CAST(dt AS date) AS session
    FROM delivered_bars
    WHERE name IS NOT NULL
      AND high IS NOT NULL
      AND low IS NOT NULL
      AND regexp_like(ts, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$')
    UNION ALL
    SELECT
      name,
      ts,
      open,
      high,
      low,
      close,
      coalesce(traded, CAST(volume AS double)) AS volume,
      collected_at,
      "interval",
      dt,
      CAST(dt AS date) AS session
    FROM compacted_bars
  )
)
WHERE newness = 1
