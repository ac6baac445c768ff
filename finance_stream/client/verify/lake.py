"""The canary's bars in the lake: the object that Firehose wrote, the rows that Athena reads, and the file of a result.

Firehose's names of objects: https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
Athena's files of results: https://docs.aws.amazon.com/athena/latest/ug/querying.html
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from finance_stream.bars import NEWLINE
from finance_stream.client.athena import TB, quote_text
from finance_stream.client.stored import open_object
from finance_stream.client.verify.api import Record
from finance_stream.client.verify.canary import INTERVAL, MAX_OBJECT_BYTES, Canary, Stored
from finance_stream.client.verify.checks import ARCHITECTURE, QUERY, Check, check_differences, compare
from finance_stream.gzipped import NotGzip, gunzip
from finance_stream.prices import ATHENA_MIN_QUERY_BYTES, ATHENA_TB

GZIP = b"\x1f\x8b\x08"
NAME = r"-\d+-\d{4}(-\d{2}){5}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json\.gz"
FIELDS = ("name", "ts", "open", "high", "low", "close", "volume", "interval", "collected_at")
NUMBERS = ("open", "high", "low", "close", "volume")
COLUMNS = {
    "name": "varchar",
    "ts": "varchar",
    **dict.fromkeys(NUMBERS, "double"),
    "collected_at": "varchar",
    "interval": "varchar",
    "dt": "varchar",
}
QUOTED = ", ".join(f'"{name}"' for name in COLUMNS)
STATEMENT = (
    f"SELECT {QUOTED} FROM bars "  # noqa: S608 - our own columns
    'WHERE "interval" = ? AND dt = ? AND name = ? ORDER BY ts'
)


def check_objects(canary: Canary, found: Sequence[Stored], collected: int | None, record: Record) -> Iterator[Check]:
    """Yield the checks of the objects: their keys, gzip, newlines and fields."""
    stream = re.escape(canary.deployment.stream)
    wanted = f"{canary.folder}{canary.deployment.stream}-...json.gz"
    place = re.compile(re.escape(canary.folder) + stream + NAME)
    elsewhere = [f"s3://.../{one.key}" for one in found if not place.fullmatch(one.key)]
    yield check_differences("object's key", wanted, elsewhere or ([] if found else ["no object"]), ARCHITECTURE)
    if not found:
        return
    texts = {one.key: _unpack(one) for one in found}
    for key, text in texts.items():
        record("lake", "object", {"key": key}, {"text": None if text is None else text.decode(errors="replace")})
    packed = [one.key for one in found if not one.content.startswith(GZIP) or texts[one.key] is None]
    yield check_differences("object's compression", "gzip", [f"{key} is not gzip" for key in packed], ARCHITECTURE)
    ends = [f"{key} doesn't end with one" for key, text in texts.items() if text and not text.endswith(NEWLINE)]
    yield check_differences("end of each record", "a newline", ends, ARCHITECTURE)
    lines = [line for text in texts.values() if text for line in text.split(NEWLINE) if line]
    yield compare("fields of each bar", ", ".join(FIELDS), _name_fields(lines), ARCHITECTURE)
    yield compare("bars in the objects", f"{collected} collected", f"{canary.count_own(list(found))} collected", QUERY)


def check_rows(canary: Canary, found: Sequence[Stored], record: Record) -> Iterator[Check]:
    """Yield the checks of a query over the canary's bars: its types, its rows, and the bytes of its CSV file."""
    bars = {bar["ts"]: bar for one in found for bar in one.bars or ()}
    parameters = [quote_text(one) for one in (INTERVAL, str(canary.day), canary.ticker)]
    cursor = canary.deployment.athena.run(STATEMENT, parameters)
    location = cursor.output_location or ""
    canary.results.append(location)
    canary.query_dollars += max(cursor.data_scanned_in_bytes or 0, ATHENA_MIN_QUERY_BYTES) / TB * ATHENA_TB
    types = {column[0]: column[1] for column in cursor.description or ()}
    yield compare("types of Athena's columns", _join(COLUMNS), _join(types), QUERY)
    content = open_object(canary.deployment.s3, location).read()
    record("athena", "result", {"query": STATEMENT}, {"types": types, "text": content.decode(errors="replace")})
    text = content.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    differences = [_compare_row(row, bars.get(row["ts"], {})) for row in rows]
    missing = [f"{ts} is missing" for ts in sorted(bars.keys() - {row["ts"] for row in rows})]
    named = [one for one in differences if one]
    yield check_differences("rows of Athena", f"{len(bars)}, as in the objects", [*missing, *named], QUERY)
    yield compare("bytes of Athena's CSV", "quoted values, lines end with \\n", _describe_csv(text, rows), QUERY)


def _unpack(stored: Stored) -> bytes | None:
    try:
        return gunzip(stored.content, MAX_OBJECT_BYTES)
    except NotGzip:
        return None


def _name_fields(lines: Sequence[bytes]) -> str:
    """Return the fields of the lines, in order, or the first line that has others."""
    for line in lines:
        try:
            bar = json.loads(line)
        except ValueError:
            return f"not JSON: {line[:80].decode(errors='replace')}"
        if not isinstance(bar, dict) or tuple(bar) != FIELDS:
            return ", ".join(bar) if isinstance(bar, dict) else f"not an object: {line[:80].decode()}"
    return ", ".join(FIELDS) if lines else "no bar"


def _compare_row(row: dict[str, str], bar: dict[str, Any]) -> str:
    """Return the first column of a row that isn't the bar's value, or an empty text."""
    for name in FIELDS:
        there = row.get(name) or ""
        value = (float(there) if there else None) if name in NUMBERS else there
        if value != bar.get(name):
            return f"{name} at {row['ts']} is '{there}', not '{bar.get(name)}'"
    return "" if row["dt"] == row["ts"][:10] else f"dt at {row['ts']} is '{row['dt']}'"


def _join(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _describe_csv(text: str, rows: Sequence[dict[str, str]]) -> str:
    """Write the rows as Athena does, and compare the texts: each value in quotes, and nothing for null."""
    lines = [",".join(f'"{name}"' for name in COLUMNS)]
    lines += [",".join(f'"{row[name]}"' if row[name] else "" for name in COLUMNS) for row in rows]
    wanted = "".join(f"{line}\n" for line in lines)
    if text == wanted:
        return "quoted values, lines end with \\n"
    place = next((at for at, pair in enumerate(zip(text, wanted, strict=False)) if pair[0] != pair[1]), len(wanted))
    return f"at character {place}: {text[place : place + 40]!r}, not {wanted[place : place + 40]!r}"
