"""What a local run leaves in out/: the answer as CSV, the delivered objects, and a word on where the bars are from."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from local.pipeline import Pipeline

HIGHS_CSV = "hourly_highs.csv"
_COLUMNS = ("name", "session", "hour", "high", "high_at", "minutes_at_high")


def write_outputs(out: Path, pipeline: Pipeline, highs: Sequence[dict[str, Any]], source: str) -> list[Path]:
    """Write the highs and the delivered objects into ``out``, replacing those of an earlier run; the objects' paths.

    Every output names its ``source``, so that synthetic data cannot be taken for a market's.
    """
    shutil.rmtree(out / "bars", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    with (out / HIGHS_CSV).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, (*_COLUMNS, "source"), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "source": source} for row in highs)
    (out / "SOURCE.txt").write_text(f"The bars of the last run are from: {source}\n", encoding="utf-8")
    delivered = []
    for key, content in pipeline.objects("bars/"):
        path = out.joinpath(*PurePosixPath(key).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        delivered.append(path)
    return delivered
