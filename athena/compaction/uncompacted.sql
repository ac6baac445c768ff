-- Count the bars of one date that are in the view bars, but not in compacted_bars, by comparing every value. If there are
-- none, the delivered objects of the date may be deleted.
--
-- Parameters, in order: interval, date, and both again.
SELECT count(*) AS uncompacted
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
    coalesce(traded, CAST(volume AS double)),
    collected_at,
    "interval",
    dt
  FROM compacted_bars
  WHERE "interval" = ? AND dt = ?
)
