-- How many bars of one date the view bars has that compacted_bars has not, each value compared: none, and the delivered
-- objects of the date may go.
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
    volume,
    collected_at,
    "interval",
    dt
  FROM compacted_bars
  WHERE "interval" = ? AND dt = ?
)
