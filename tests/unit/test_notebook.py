"""The notebook without outputs, and its page."""

from __future__ import annotations

import base64

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.notebook import NOTEBOOK, render


def test_notebook_is_valid_and_has_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)
    assert notebook.metadata.kernelspec.name == "python3"


def test_render_writes_code_texts_and_pictures() -> None:
    picture = base64.b64encode(b"png").decode()
    outputs = [
        new_output("execute_result", data={"text/plain": "   high  \n0  1.0", "text/html": "<table>"}),
        new_output("stream", text="printed\n"),
        new_output("display_data", data={"image/png": picture, "text/plain": "<Figure>"}),
    ]
    cells = [new_markdown_cell("# Title"), new_code_cell("bars", id="highs-code", outputs=outputs)]
    page, images = render(new_notebook(cells=cells))
    assert page.split("\n\n") == [
        "# Title",
        "```python\nbars\n```",
        "```\n   high\n0  1.0\n```",
        "```\nprinted\n```",
        "![The picture of the cell above](images/notebook-highs.png)\n",
    ]
    assert images == {"images/notebook-highs.png": b"png"}
