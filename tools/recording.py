"""Draw the terminal of a real ``npm run local`` for the README: ``.venv/bin/python -m tools.recording docs/images``."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.terminal_theme import MONOKAI
from rich.text import Text

from deployment.package import ROOT
from finance_stream.client.console import PlainConsole

COLUMNS = 84
# A whole session, and the same one whenever the picture is drawn.
COMMAND = "npm run local -- --start 2026-11-23"
PICTURE = "local-run.svg"
# Colours without a terminal, and only the last frame of what moves:
# https://rich.readthedocs.io/en/stable/console.html#environment-variables
TERMINAL = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "TTY_INTERACTIVE": "0", "TERM": "xterm-256color"}
# The picture asks for no font from the network.
SVG_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def record(environment: Mapping[str, str]) -> str:
    """Run the command, and return its output with the codes of colours.

    Raises
    ------
    subprocess.CalledProcessError
        If the command fails.
    """
    ran = subprocess.run(  # noqa: S603
        COMMAND.replace("npm run", "npm run --silent").split(),
        cwd=ROOT,
        env={**environment, **TERMINAL, "COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ran.stdout


def draw(output: str) -> str:
    """Return the SVG of a terminal that shows the command and its output. The checkout's path is left out."""
    console = PlainConsole(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {COMMAND}", style="bold"))
    console.print(Text.from_ansi(output.replace(str(ROOT), "/home/you/finance-stream").rstrip()))
    return console.export_svg(title="finance-stream", theme=MONOKAI, code_format=SVG_FORMAT, unique_id="local-run")


if __name__ == "__main__":
    picture = Path(sys.argv[1]) / PICTURE
    picture.write_text(draw(record(os.environ)) + "\n", encoding="utf-8")
    print(picture)
