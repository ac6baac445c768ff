"""What a local run leaves in out/: the answer as CSV, the delivered objects, and a word on where the bars are from."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from client.answer import write_csv
from local.pipeline import Pipeline

HIGHS_CSV = "hourly_highs.csv"


def write_outputs(out: Path, pipeline: Pipeline, highs: Sequence[dict[str, Any]], source: str) -> list[Path]:
    """Write the highs and the delivered objects into ``out``, replacing those of an earlier run; the objects' paths.

    Every output names its ``source``, so that synthetic data cannot be taken for a market's.
    """
    shutil.rmtree(out / "bars", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    with (out / HIGHS_CSV).open("w", newline="", encoding="utf-8") as file:
        write_csv(file, highs, source)
    (out / "SOURCE.txt").write_text(f"The bars of the last run are from: {source}\n", encoding="utf-8")
    delivered = []
    for key, content in pipeline.objects("bars/"):
        path = out.joinpath(*PurePosixPath(key).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        delivered.append(path)
    return delivered
