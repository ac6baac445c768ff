"""The end of a command that had a cloud in its process."""

from __future__ import annotations

import os
import sys

import click


def run_and_leave(command: click.Command) -> None:
    """Run ``command``, and leave with its exit code as soon as it has ended.

    By itself Python would take apart the half a million objects that a cloud has left first, which is two seconds of
    nothing for whoever waits. What has to be closed is closed by then: each by its own context.
    """
    try:
        command()
    except SystemExit as end:
        if not isinstance(end.code, int):  # nothing, or a text, which Python prints
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)
