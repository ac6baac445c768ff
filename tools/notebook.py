"""``.venv/bin/python -m tools.notebook``: executes notebooks/analysis.ipynb, and writes docs/notebook.md of it.

It needs the variables of ``npm run local -- --serve --start 2026-11-23``. The notebook itself stays without outputs.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "analysis.ipynb"
PAGE = ROOT / "docs" / "notebook.md"
# Relative to docs/. The name of the cell follows.
IMAGES = "images/notebook-"
TIMEOUT_SECONDS = 300


def execute(path: Path, variables: Mapping[str, str]) -> Any:
    """Return the notebook with its outputs. The kernel leaves no file of its own in your home folder.

    Parameters
    ----------
    variables
        The environment of the kernel beside this process's own.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        With the traceback of a cell that failed.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        own = dict.fromkeys(("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"), folder)
        with mock.patch.dict(os.environ, {**own, **variables, "PYTHONPATH": str(ROOT)}):
            client = NotebookClient(notebook, timeout=TIMEOUT_SECONDS, resources={"metadata": {"path": folder}})
            return client.execute()


def render(notebook: Any) -> tuple[str, dict[str, bytes]]:
    """Return an executed notebook as Markdown, and its pictures by their paths in docs/."""
    parts, images = [], {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.outputs:
            if "image/png" in (data := output.get("data", {})):
                path = f"{IMAGES}{cell.id.removesuffix('-code')}.png"
                images[path] = base64.b64decode(data["image/png"])
                parts.append(f"![The picture of the cell above]({path})")
            elif text := data.get("text/plain") or output.get("text"):
                parts.append("```\n" + "\n".join(line.rstrip() for line in text.rstrip().splitlines()) + "\n```")
    return "\n\n".join(parts) + "\n", images


def main() -> int:
    page, images = render(execute(NOTEBOOK, {}))
    PAGE.write_text(page, encoding="utf-8")
    for path, content in images.items():
        (PAGE.parent / path).write_bytes(content)
    print(*(place.relative_to(ROOT) for place in (PAGE, *(PAGE.parent / path for path in images))), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
