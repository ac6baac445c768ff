-- Write to compacted_bars what the view bars has of one date and compacted_bars has not.
--
-- Parameters, in order: interval, date, and both again.
--
-- Whoever runs it twice, or after a run that was cut in half, writes what is missing and nothing twice. EXCEPT reads both sides
-- to their ends before the first row is written, so that no row is read that this statement has written. Of two rows that differ
-- in anything the newer is written as well, and the view takes it.
INSERT INTO compacted_bars
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
  volume,
  collected_at,
  "interval",
  dt
FROM compacted_bars
WHERE "interval" = ? AND dt = ?
