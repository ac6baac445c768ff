-- every delivered line
SELECT * FROM delivered_bars WHERE dt BETWEEN '2026-11-18' AND '2026-11-19';
-- every bar
SELECT * FROM bars WHERE dt BETWEEN '2026-11-18' AND '2026-11-23';
