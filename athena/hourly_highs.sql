-- The highest price of each company in each hour of each session.
--
-- Parameters, in order: interval, first date, the date after the last, and the time since which a bar counts as delivered
-- by the run that asks (UTC, as in collected_at). Parameters stand in WHERE clauses only, since Athena takes them nowhere else.
--
-- One row a name, session and hour:
--   high             the highest high of the hour, in the quote currency
--   high_at          start of the first bar that reached it, exchange-local with its UTC offset
--   minutes_at_high  bars of the hour that reached it (minutes at the interval 1m)
--   bars             bars of the hour
--   bars_delivered   those of them collected since the last parameter
WITH asked AS (
  SELECT
    name,
    dt AS session,
    CAST(substr(ts, 12, 2) AS integer) AS hour,
    ts,
    high,
    collected_at
  FROM bars
  WHERE "interval" = ? AND dt >= ? AND dt < ?
),
topped AS (
  SELECT
    name,
    session,
    hour,
    ts,
    high,
    max(high) OVER (PARTITION BY name, session, hour) AS top
  FROM asked
),
highs AS (
  SELECT
    name,
    session,
    hour,
    max(high) AS high,
    min(ts) FILTER (WHERE high = top) AS high_at,
    count_if(high = top) AS minutes_at_high,
    count(*) AS bars
  FROM topped
  GROUP BY name, session, hour
),
delivered AS (
  SELECT
    name,
    session,
    hour,
    count(*) AS bars_delivered
  FROM asked
  WHERE collected_at >= ?
  GROUP BY name, session, hour
)
SELECT
  highs.name,
  highs.session,
  highs.hour,
  highs.high,
  highs.high_at,
  highs.minutes_at_high,
  highs.bars,
  coalesce(delivered.bars_delivered, 0) AS bars_delivered
FROM highs
LEFT JOIN delivered
  ON delivered.name = highs.name AND delivered.session = highs.session AND delivered.hour = highs.hour
ORDER BY highs.name, highs.session, highs.hour
