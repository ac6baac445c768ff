"""Rows of Parquet, as pandas, DuckDB or ``npm run query --parquet`` write them."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow.parquet

from local.yahoo.files.table import Table, make_error, make_frame

# A small file may hold any number of equal rows.
MAX_ROWS = 5_000_000


def read_parquet_table(name: str, content: bytes) -> Table:
    """Return the rows of a Parquet file, with its index as a column if it has a name or times.

    Raises
    ------
    ReplayError
        If the file can't be read, or has more than :data:`MAX_ROWS` rows.
    """
    try:
        rows = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata.num_rows
        frame = pd.read_parquet(io.BytesIO(content)) if rows <= MAX_ROWS else pd.DataFrame()
    except Exception as error:  # pandas' metadata may hold anything
        raise make_error(name, f"cannot be read: {type(error).__name__}: {error}") from error
    if rows > MAX_ROWS:
        raise make_error(name, f"{rows:,} rows, at most {MAX_ROWS:,} are read (split it into several files)")
    if frame.empty:
        raise make_error(name, "empty: no bar in it")
    if not isinstance(frame.index, pd.RangeIndex):
        names = [
            one or ("ts" if isinstance(frame.index, pd.DatetimeIndex) else f"index{at}")
            for at, one in enumerate(frame.index.names)
        ]
        frame = frame.reset_index(names=names)
    return Table(name, make_frame(frame), [*range(1, len(frame) + 1)], unit="row")
