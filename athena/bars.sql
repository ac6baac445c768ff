-- The view `bars`, which every query reads: each bar once.
--
-- Delivery is at least once, a poll sees the newest bar before it is complete, runs overlap, and a bar is in both tables while
-- its date is compacted. So a bar can be in the lake several times, and the one collected last is the one that counts.
-- "interval" and dt are in PARTITION BY, where they change nothing, so that a query's filter on them is applied before the
-- window and only its partitions are read.
-- A malformed line is a row of nulls to the SerDe. It, and a line of good JSON that is no bar, are left out: hourly_highs.sql
-- reads the hour out of ts, and one such line would fail every query of its day. What is compacted has come this way.
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
  dt
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY "interval", dt, name, ts ORDER BY collected_at DESC) AS newness
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
      dt
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
      volume,
      collected_at,
      "interval",
      dt
    FROM compacted_bars
  )
)
WHERE newness = 1
