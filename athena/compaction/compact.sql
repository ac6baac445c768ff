-- Write the bars of one date that are in the view bars, but not in compacted_bars, to compacted_bars.
--
-- Parameters, in order: interval, date, and both again.
--
-- You can run it again, also after an interrupted run: it writes only missing bars. EXCEPT reads both sides to their ends before
-- the first row is written, so the statement never reads its own rows. If a bar differs in any value from the compacted one, it
-- is written as well, and the view keeps the one that was collected last.
INSERT INTO compacted_bars
SELECT
  name,
  ts,
  open,
  high,
  low,
  close,
  CAST(NULL AS bigint) AS volume,
  collected_at,
  volume AS traded,
  "interval",
  dt
FROM bars
WHERE "interval" = ? AND dt = ?
EXCEPT
SELECT
  name,
  ts,
  open,
  high,
  low,
  close,
  CAST(NULL AS bigint) AS volume,
  collected_at,
  coalesce(traded, CAST(volume AS double)) AS traded,
  "interval",
  dt
FROM compacted_bars
WHERE "interval" = ? AND dt = ?
