"""``npm run check``: the gates that need no package and no cloud. ``npm run static``: all but the tests."""

from __future__ import annotations

import sys

from commands.leave import stop_on_signals
from tools.gates import CHECK, STATIC, list_gates, run_gates


def main(name: str, *arguments: str) -> int:
    """Run the gates of ``npm run NAME`` and return the exit code."""
    command = {"check": CHECK, "static": STATIC}[name]
    if arguments:
        print(f"{command}: takes no arguments, and '{arguments[0]}' is one", file=sys.stderr)
        return 2
    stop_on_signals()
    return run_gates(list_gates(command))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
