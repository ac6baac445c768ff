"""``python -m commands NAME``, which tools/run.mjs runs."""

from __future__ import annotations

from commands.cli import main

if __name__ == "__main__":
    main()
