"""The environment of commands with an embedded cloud, from their start on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from commands.cli import EMBEDDED
from tests.conftest import ROOT
from tests.unit.test_environment import PROXY

MODULES = ("bench.__main__", "tools.gates")
HOSTILE = {"AWS_MAX_ATTEMPTS": "x", "MOTO_MAX_FORM_MEMORY_SIZE": "x", "HTTP_PROXY": PROXY}


@pytest.mark.fault(62)
def test_embedded_commands_clean_the_environment_before_moto() -> None:
    """Set a MOTO_MAX_FORM_MEMORY_SIZE that makes ``import moto`` fail."""
    script = f"""
import importlib, json, os, sys
import click
from commands.cli import commands
hostile, left = json.loads(sys.argv[1]), {{}}
starts = {{name: lambda name=name: commands.get_command(click.Context(commands), name) for name in {sorted(EMBEDDED)}}}
starts |= {{name: lambda name=name: importlib.import_module(name) for name in {MODULES}}}
for name, start in starts.items():
    os.environ.update(hostile)
    start()
    left[name] = sorted(hostile.keys() & os.environ.keys())
import moto.settings
print(json.dumps(left))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, json.dumps(HOSTILE)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {name: [] for name in (*sorted(EMBEDDED), *MODULES)}
