"""The outputs of a local run on a full disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from finance_stream.client.output_file import NEIGHBOUR
from local.outputs import PAGE
from tests.conftest import ROOT
from tests.unit.test_outputs import content

# The full disk is a limit of 20,000 bytes per file.
FULL_DISK = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from finance_stream.client.output_file import OutputError
from finance_stream.client.report.pictures import draw
from finance_stream.client.result import write_parquet
from local.outputs import PAGE, OutFolder
from tests.unit.report import executed, report, rows
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
out = Path(sys.argv[1])
found = report(rows("META"), executed(["META"]))
for write in (
    lambda: OutFolder(out).add(PAGE, b"x" * 100_000),
    lambda: OutFolder(out).save({"bars/x": b"x" * 100_000}),
    lambda: write_parquet(pa.table({"n": [str(n) for n in range(100_000)]}), out / "rows.parquet"),
    lambda: draw(found, out, "png"),
):
    try:
        write()
    except OutputError as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, before)  # for the data of a coverage run
"""


@pytest.mark.fault(54)
def test_outputs_are_whole_or_absent_on_a_full_disk(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [PAGE, "bars/x", "rows.parquet", "highs-common.png"]
    assert ran.stdout.splitlines() == [f"{tmp_path / name}: cannot be written: File too large" for name in names]
    assert (ran.returncode, ran.stderr) == (0, "")
    assert content(tmp_path) == {}
    assert not list(tmp_path.rglob(f"{NEIGHBOUR}*"))
