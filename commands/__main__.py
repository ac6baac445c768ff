"""``python -m commands NAME``: as tools/run.mjs starts the commands."""

from __future__ import annotations

from commands.cli import main

if __name__ == "__main__":
    main()
