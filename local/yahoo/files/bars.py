"""A user's files of bars, of any form that local/yahoo/files reads, as one checked table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from finance_stream.errors import join_names, make_printable
from finance_stream.exchanges import UNKNOWN_CALENDAR
from local.yahoo.exchange import find_exchange
from local.yahoo.files.aliases import BAR_COLUMNS, COLLECTED_AT, DATE, INTERVAL, NAME, PRICES, TIME, TS
from local.yahoo.files.columns import BarTable, name_columns
from local.yahoo.files.content import PARQUET, decode, list_files, read_contents
from local.yahoo.files.instants import join_time, read_instants, to_text
from local.yahoo.files.interval import SHORTEST_MINUTES, find_minutes, list_intervals, read_intervals
from local.yahoo.files.json_table import read_json_table
from local.yahoo.files.numbers import read_numbers
from local.yahoo.files.parquet_table import read_parquet_table
from local.yahoo.files.table import Table, make_error
from local.yahoo.files.text_table import read_text_table
from local.yahoo.files.tickers import read_tickers

# Yahoo's numbers are floats in pandas. Above this limit a float can't hold every whole number.
MAX_VOLUME = 2**53
# The fields of the course's file, whose dates start with the month: 05/14/2020 09:30:00.
_COURSE = {"name", "timestamp", "high", "low"}
_MAX_NAMED = 5
_COLUMNS = (NAME, "at", *BAR_COLUMNS, "file", "place", "minutes", COLLECTED_AT)


@dataclass(frozen=True)
class BarFile:
    """The bars of a file or folder, and notes on the choices that were made to read them.

    ``bars`` has the columns ``name``, ``at`` (UTC), ``open high low close volume`` (float, NaN for null) and
    ``minutes``, the length of a bar. Each (name, at) occurs once.
    """

    bars: pd.DataFrame
    notes: tuple[str, ...]


def read_bars(path: Path, *, zone: str | None = None, tickers: Sequence[str] = ()) -> BarFile:
    """Read the bars of a file, or of all bar files below a folder, in the files' order.

    Of duplicates, the bar with the latest ``collected_at`` is kept, as in the query layer.

    Parameters
    ----------
    zone
        IANA time zone of times that have none. Default: each ticker's exchange's.
    tickers
        Those of ``--tickers``: a single one names the rows of a file that has no tickers.

    Raises
    ------
    ReplayError
        If a file or a value is missing, broken, impossible or contradictory.
    """
    files = list_files(path)
    notes: list[str] = []
    tables = []
    for file in files:
        parts = list(read_contents(file))
        alone = len(files) == len(parts) == 1
        tables += [_read_table(_parse(name, content), zone, tickers, notes, alone=alone) for name, content in parts]
    bars = _remove_duplicates(pd.concat(tables, ignore_index=True))
    if bars.empty:
        raise make_error(str(path), f"no bar in it. {' '.join(notes)}")
    bars = _set_minutes(bars, notes)
    return BarFile(bars[[NAME, "at", *BAR_COLUMNS, "minutes"]], tuple(map(make_printable, dict.fromkeys(notes))))


def _parse(name: str, content: bytes) -> Table:
    """Return the rows of one file unchecked. Its content tells the form, not its name."""
    if content.startswith(PARQUET):
        return read_parquet_table(name, content)
    text = decode(name, content)
    if not text.strip():
        raise make_error(name, "empty: no bar in it")
    return (read_json_table if text.lstrip()[0] in "{[" else read_text_table)(name, text)


def _read_table(table: Table, zone: str | None, asked: Sequence[str], notes: list[str], *, alone: bool) -> pd.DataFrame:
    """Check each field of a file's rows alone and against the others of its row. Return the bars."""
    month_first = {str(column).lower() for column in table.frame.columns} >= _COURSE
    named = name_columns(table)
    numbers = pd.DataFrame(read_numbers(named.table, BAR_COLUMNS, named.labels))
    kept = _find_bars(table.file, numbers, notes)
    named, numbers = named.keep(kept), numbers[kept].reset_index(drop=True)
    table = named.table
    if table.frame.empty:
        return pd.DataFrame(columns=_COLUMNS)
    _check_numbers(named, numbers)
    names, note = read_tickers(table, named.label(NAME), asked, alone=alone)
    notes += [note] if note else []
    at = _read_starts(named, names, zone, notes, month_first=month_first)
    bars = pd.DataFrame({NAME: names, "at": at, **numbers, "file": table.file, "place": table.places})
    bars["minutes"] = read_intervals(table, INTERVAL, named.label(INTERVAL)) if INTERVAL in table.frame else np.nan
    bars[COLLECTED_AT] = pd.Series(pd.NaT, index=bars.index, dtype="datetime64[us, UTC]")
    if COLLECTED_AT in table.frame:
        known = table.frame[COLLECTED_AT].notna()
        texts = table.frame[COLLECTED_AT][known].map(to_text).reset_index(drop=True)
        utc = pd.Series("UTC", index=texts.index)
        bars.loc[known, COLLECTED_AT] = read_instants(table.keep(known), texts, COLLECTED_AT, utc)[0].to_numpy()
    return bars


def _find_bars(file: str, numbers: pd.DataFrame, notes: list[str]) -> pd.Series[bool]:
    """Return the rows that are bars. Rows without a price, and rows of zeros, are none: no market was open."""
    prices = numbers[[*PRICES]]
    absent = prices.isna().all(axis=1)
    zero = ~absent & prices.fillna(0).eq(0).all(axis=1) & numbers["volume"].fillna(0).eq(0)
    for rows, one, more in (
        (absent, "row without a price is not a bar", "rows without a price are not bars"),
        (zero, "all-zero row is not a bar", "all-zero rows are not bars"),
    ):
        if count := int(rows.sum()):
            notes.append(f"{file}: {count:,} {one if count == 1 else more}.")
    return ~(absent | zero)


def _check_numbers(named: BarTable, numbers: pd.DataFrame) -> None:
    table = named.table
    for field in ("high", "low"):
        table.refuse(numbers[field].isna(), named.label(field), "a number, since a bar has a high and a low", field)
    table.refuse(numbers["high"] < numbers["low"], named.label("high"), "at least the bar's low", "high")
    volume = numbers["volume"]
    bad = (volume < 0) | (volume > MAX_VOLUME)
    table.refuse(bad, named.label("volume"), f"a number from 0 to {MAX_VOLUME:,}, or null", "volume")


def _read_starts(
    named: BarTable, names: pd.Series[str], zone: str | None, notes: list[str], *, month_first: bool
) -> pd.Series[pd.Timestamp]:
    """Return the instant at which each bar starts. A time without a zone is the exchange's, or in ``zone``."""
    table = named.table
    exchanges = {str(name): find_exchange(str(name), zone or "UTC") for name in names.unique()}
    own = names.map({name: exchange.zone for name, exchange in exchanges.items()})
    named_zone = "UTC" if named.utc else zone
    given = pd.Series(named_zone, index=names.index) if named_zone else own
    texts, label = _get_times(named)
    at, offsets = read_instants(table, texts, label, given, month_first=month_first)
    table.refuse(at != at.dt.floor("s"), label, "a bar starts on a whole second", TS if TS in table.frame else TIME)
    notes += _describe_zones(table.file, at, offsets, own, given)
    if unknown := [name for name, exchange in exchanges.items() if exchange.calendar == UNKNOWN_CALENDAR]:
        listed = join_names(unknown, _MAX_NAMED)
        notes.append(f"{table.file}: no exchange is known of {listed}: its hours are in {zone or 'UTC'} (--tz).")
    return at


def _get_times(named: BarTable) -> tuple[pd.Series[str], str]:
    """Return the text of each start, and the name of its column in the file."""
    texts = {
        field: [*map(to_text, named.table.frame[field])] for field in (TS, DATE, TIME) if field in named.table.frame
    }
    if TS in texts:
        return pd.Series(texts[TS], dtype=object), named.label(TS)
    joined = list(map(join_time, texts[DATE], texts[TIME]))
    return pd.Series(joined, dtype=object), f"{named.label(DATE)} {named.label(TIME)}"


def _describe_zones(
    file: str, at: pd.Series[pd.Timestamp], offsets: pd.Series[pd.Timedelta], own: pd.Series[str], given: pd.Series[str]
) -> Iterator[str]:
    """Yield a note for each zone that times were converted to, or that times without a zone were taken for."""
    for zone in own.unique():
        rows = own == zone
        local = at[rows].dt.tz_convert(str(zone)).dt.tz_localize(None) - at[rows].dt.tz_localize(None)
        if (offsets[rows].notna() & (local != offsets[rows])).any():
            yield f"{file}: times of another zone are converted to the exchange's: {zone}."
    naive = offsets.isna()
    for zone in given[naive].unique():
        if (given[naive & (given == zone)] == own[naive & (given == zone)]).all():
            yield f"{file}: times without a zone are taken for the exchange's: {zone} (--tz names another)."
        else:
            yield f"{file}: times without a zone are taken for {zone}'s, and converted to the exchange's."


def _remove_duplicates(bars: pd.DataFrame) -> pd.DataFrame:
    """Return each (name, at) of an interval once: the bar that was collected last.

    Raises
    ------
    ReplayError
        If two bars that were collected last differ.
    """
    key = [NAME, "at", "minutes"]
    collected = bars[COLLECTED_AT].fillna(pd.Timestamp(0, tz="UTC"))
    bars = bars[collected == collected.groupby([bars[one] for one in key], dropna=False).transform("max")]
    bars = bars.drop_duplicates([*key, *BAR_COLUMNS])
    again = bars[bars.duplicated(key)]
    if len(again):
        row = again.iloc[0]
        start = row["at"].tz_convert(find_exchange(row[NAME]).zone).isoformat()
        raise make_error(row["file"], f"the bar of {row[NAME]} at {start} differs from the one before it", row["place"])
    return bars


def _set_minutes(bars: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return the bars with the length of each, and only the shortest of a ticker. The others are computed from them."""
    unsaid = bars[bars["minutes"].isna()]
    inferred = {str(name): find_minutes(own["at"]) for name, own in unsaid.groupby(NAME, sort=False)}
    for name, minutes in inferred.items():
        _refuse_days(unsaid[unsaid[NAME] == name], name)
        if minutes < SHORTEST_MINUTES:
            seconds = f"bars of {minutes * 60:g} seconds, but the shortest are of a minute (join them first)"
            raise make_error(str(bars.loc[bars[NAME] == name, "file"].iloc[0]), f"{name} has {seconds}")
    bars = bars.assign(minutes=bars["minutes"].fillna(bars[NAME].map(inferred)).astype(int))
    shortest = bars.groupby(NAME)["minutes"].transform("min")
    if count := int((bars["minutes"] > shortest).sum()):
        notes.append(f"{count:,} longer bars are left out: they are computed from the shorter ones of their ticker.")
    bars = bars[bars["minutes"] == shortest].drop_duplicates([NAME, "at"])
    for minutes in sorted({*bars["minutes"]} - {SHORTEST_MINUTES}):
        names = bars.loc[bars["minutes"] == minutes, NAME].unique().tolist()
        possible = ", ".join(list_intervals([minutes]))
        notes.append(f"The bars of {join_names(names, _MAX_NAMED)} are {minutes} minutes long (intervals: {possible}).")
    return bars


def _refuse_days(own: pd.DataFrame, name: str) -> None:
    """Refuse daily bars: each starts at midnight."""
    local = own["at"].dt.tz_convert(find_exchange(name).zone)
    if local.nunique() > 1 and (local == local.dt.normalize()).all():
        raise make_error(own["file"].iloc[0], f"{name} has a bar per date, but bars must be intraday (1m to 1h)")
