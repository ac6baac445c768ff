"""The views and the saved queries that resources/sql.js makes of athena/*.sql."""

from __future__ import annotations

import functools
import json
import subprocess

from tests.conftest import ROOT
from tests.installed import need

_PRINT = """
const sql = require("./resources/sql.js"), fs = require("node:fs");
const names = fs.readdirSync("athena").filter((file) => file.endsWith(".sql")).map((file) => file.slice(0, -4));
const made = names.map((name) => [name, { view: sql.readView(name), saved: sql.writeSavedQuery(name) }]);
console.log(JSON.stringify(Object.fromEntries(made)));
"""


@functools.cache
def _read() -> dict[str, dict[str, str]]:
    printed = subprocess.run([need("node"), "-e", _PRINT], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {
        name: {"sql": made["view"]["sql"], "saved": made["saved"]}
        | {f"column {one['name']}": one["type"] for one in made["view"]["columns"]}
        for name, made in json.loads(printed).items()
    }


def read_view(name: str) -> str:
    """Return the SQL of a view."""
    return _read()[name]["sql"]


def read_columns(name: str) -> dict[str, str]:
    """Return the declared columns of a view with their types, in order."""
    return {
        column.removeprefix("column "): kind for column, kind in _read()[name].items() if column.startswith("column ")
    }


def read_saved(name: str) -> str:
    """Return the SQL of a saved query."""
    return _read()[name]["saved"]
