-- Name the delivered objects of one date with bars that are in the view bars, but not in compacted_bars, by comparing every
-- value. None of these objects may be deleted. An object that was delivered after compact.sql ran is among them.
--
-- Parameters, in order: interval, date, both again, and both once more.
--
-- One row per object:
--   path      its URI, or none for bars that are in no delivered object, which can't be
--   bars      bars of the view that are in it and in no Parquet file
--
-- IS NOT DISTINCT FROM, since a bar's open, close and volume may be null.
WITH uncompacted AS (
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
),
delivered AS (
  SELECT DISTINCT
    "$path" AS path,
    name,
    ts,
    open,
    high,
    low,
    close,
    volume,
    collected_at
  FROM delivered_bars
  WHERE "interval" = ? AND dt = ?
)
SELECT
  coalesce(delivered.path, 'none') AS path,
  count(*) AS bars
FROM uncompacted
LEFT JOIN delivered
  ON uncompacted.name = delivered.name
  AND uncompacted.ts = delivered.ts
  AND uncompacted.open IS NOT DISTINCT FROM delivered.open
  AND uncompacted.high IS NOT DISTINCT FROM delivered.high
  AND uncompacted.low IS NOT DISTINCT FROM delivered.low
  AND uncompacted.close IS NOT DISTINCT FROM delivered.close
  AND uncompacted.traded IS NOT DISTINCT FROM delivered.volume
  AND uncompacted.collected_at IS NOT DISTINCT FROM delivered.collected_at
GROUP BY 1
ORDER BY 1
