"""The lake of the comparison: a streamed synthetic session, and dates with awkward objects."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.pipeline import Pipeline
from local.source import Source, choose_source

SESSION, AFTER_SESSION = "2026-11-23", "2026-11-24"
DAYS = ("2026-11-18", "2026-11-19")


class StreamFailedError(Exception):
    """A failure to stream the synthetic session. The text is the execution's error and cause."""


def make_source(package_dir: Path) -> Source:
    """Return the source of the session to stream, with the stage's tickers."""
    window = {"start": SESSION, "end": None, "tickers": None, "interval": None}
    return choose_source(package_dir, datetime.now(UTC), replay=None, source="synthetic", seed=1, serve=False, **window)


def stream(pipeline: Pipeline, source: Source) -> None:
    """Have the state machine collect and deliver the session.

    Raises
    ------
    StreamFailedError
    """
    for execution_input in source.execution_inputs:
        end = pipeline.execute(**execution_input)
        if not end.succeeded:
            raise StreamFailedError(f"{end.error}: {end.cause}")


def put_awkward_objects(pipeline: Pipeline) -> int:
    """Store duplicates, nulls, other offsets and malformed lines, as a lake may have them.

    Return the number of objects.
    """
    s3, objects = pipeline.cloud.client("s3"), _make_objects()
    for key, lines in objects.items():
        body = "\n".join(lines).encode()
        stored = gzip.compress(body) if key.endswith(".gz") else body
        s3.put_object(Bucket=pipeline.bucket, Key=f"bars/{key}", Body=stored)
    return len(objects)


def _make_bar(name: str, ts: str, high: float | None, collected: str = "T12:00:00.000000Z", **fields: Any) -> str:
    low = (high or 0) - 2.5
    bar = {"name": name, "ts": ts, "open": low + 1, "high": high, "low": low, "close": low + 2.25, "volume": 100}
    bar |= {"interval": "1m", "collected_at": f"{DAYS[1]}{collected}"}
    return json.dumps(bar | fields)


def _make_objects() -> dict[str, list[str]]:
    first, second = (f"interval=1m/dt={day}" for day in DAYS)
    return {
        f"{first}/a.json.gz": _make_ordinary_lines(DAYS[0]),
        f"{first}/b.json.gz": _make_duplicate_lines(DAYS[0]),
        f"{first}/lines.json.gz": _make_awkward_lines(DAYS[0]),
        f"{first}/plain.json": [_make_bar("PLAIN", f"{DAYS[0]}T09:30:00-05:00", 5.5)],
        f"{first}/deeper/a.json.gz": [_make_bar("DEEPER", f"{DAYS[0]}T09:30:00-05:00", 6.5)],
        f"{first}/_hidden.json": [_make_bar("HIDDEN", f"{DAYS[0]}T09:30:00-05:00", 7.5)],
        f"{first}/empty.json": [],
        f"{first}/empty.json.gz": [],
        f"{second}/a.json.gz": _make_foreign_lines(DAYS[1]),
        f"interval=5m/dt={DAYS[0]}/a.json.gz": [
            _make_bar("META", f"{DAYS[0]}T{hour:02}:{minute:02}:00-05:00", 20 + (hour * minute) % 7, interval="5m")
            for hour in range(10, 16)
            for minute in range(0, 60, 5)
        ],
        # Outside every projected partition.
        f"interval=3m/dt={DAYS[0]}/a.json.gz": [_make_bar("THREE", f"{DAYS[0]}T09:30:00-05:00", 8.5)],
        "interval=1m/dt=2026-11-8/a.json.gz": [_make_bar("DATE", "2026-11-08T09:30:00-05:00", 9.5)],
        "beside.json.gz": [_make_bar("BESIDE", f"{DAYS[0]}T09:30:00-05:00", 10.5)],
    }


def _make_ordinary_lines(day: str) -> list[str]:
    """Make three hours of two tickers, which reach their highs several times."""
    return [
        _make_bar(
            name, f"{day}T{hour:02}:{minute:02}:00-05:00", base + (minute * 7 + hour) % 11 / 10, volume=minute * hour
        )
        for name, base in (("META", 600.0), ("BRK-B", 0.0005))
        for hour in (9, 10, 11)
        for minute in range(30 if hour == 9 else 0, 60, 3)
    ]


def _make_duplicate_lines(day: str) -> list[str]:
    """Make duplicates: unchanged, collected later and higher, collected earlier and higher, and at the same time."""
    ts = f"{day}T10:00:00-05:00"
    return [
        _make_ordinary_lines(day)[0],
        _make_bar("META", ts, 700.0, "T13:00:00.000000Z"),
        _make_bar("META", ts, 699.0, "T12:59:59.999999Z"),
        _make_bar("META", f"{day}T10:03:00-05:00", 999.0, "T11:00:00.000000Z"),
        *(_make_bar("TIED", ts, high, volume=volume) for high, volume in ((5.5, None), (7.5, 3), (6.5, 3), (8.5, 2))),
    ]


def _make_awkward_lines(day: str) -> list[str]:
    """Make lines that two readers may understand differently."""
    ts = [f"{day}T12:{minute:02}:00-05:00" for minute in range(60)]
    return [
        _make_bar("NULLS", ts[0], 1.5, open=None, close=None, volume=None),
        _make_bar("NOHIGH", ts[1], None),
        json.dumps({"name": "MISSING", "ts": ts[2], "high": 2.5}),
        _make_bar("TRUNCATED", ts[3], 3.5)[:-9],
        "",
        "   ",
        "no JSON at all",
        "null",
        json.dumps(["LIST", ts[4], 1, 2, 0.5, 1.5, 7, f"{DAYS[1]}T12:00:00.000000Z"]),
        json.dumps(["SHORT", ts[5]]),
        "  " + _make_bar("INDENTED", ts[6], 4.5) + "  \r",
        _make_bar("FIRST", ts[7], 5.5) + _make_bar("SECOND", ts[7], 5.5),
        _make_bar("TAIL", ts[8], 5.5) + " and more",
        json.dumps({"NAME": "UPPER", "Ts": ts[9], "HIGH": 6.5, "volume": 3}),
        '{"name": "TWICE", "ts": "' + ts[10] + '", "high": 1.5, "high": 2.5}',
        _make_bar("EXTRA", ts[11], 7.5, more={"nested": [1, {"a": None}]}),
        _make_bar("TEXTS", ts[12], 8.5, open="7.5", volume="12"),
        _make_bar("WHOLE", ts[13], 9),
        _make_bar("FRACTION", ts[14], 10.5, volume=12.0),
        _make_bar("BIG", ts[15], 12345678.9, low=1e7, open=1e21, close=9999999.999, volume=9223372036854775807),
        _make_bar("SMALL", ts[16], 0.001, low=0.0001, open=1.1e-7),
        _make_bar("SUM", ts[17], 0.1 + 0.2),
        _make_bar("Ünï ☃ 🎉", ts[18], 11.5),
        '{"name": "\\u00e9\\ud83c\\udf89\\t\\"quoted\\" \\/", "ts": "' + ts[19] + '", "high": 12.5}',
        json.dumps({"name": 123, "ts": ts[20], "high": 13.5}),
        json.dumps({"name": True, "ts": ts[21], "high": 14.5}),
        json.dumps({"name": 1.50, "ts": ts[22], "high": 15.5}),
        json.dumps({"name": "", "ts": ts[23], "high": 16.5}),
        "{}",
        "[]",
    ]


def _make_foreign_lines(day: str) -> list[str]:
    """Make lines of exchanges east and west of Greenwich, on it, and with half an hour in their offset."""
    offsets = {"7203.T": "+09:00", "VOD.L": "+00:00", "RELIANCE.NS": "+05:30", "SHOP.TO": "-05:00", "BTC-USD": "+00:00"}
    return [
        _make_bar(name, f"{day}T{hour:02}:{minute:02}:00{offset}", 50 + hour + minute / 60)
        for name, offset in offsets.items()
        for hour in (0, 9, 23)
        for minute in (0, 29, 59)
    ]
