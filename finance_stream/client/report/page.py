"""The page: one HTML file with its styles, scripts, chart library and data. It needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from finance_stream.client.report.data import Report
from finance_stream.client.report.view import make_view

HERE = Path(__file__).resolve().parent
ECHARTS = HERE.parents[2] / "node_modules" / "echarts" / "dist" / "echarts.min.js"
# The page's own scripts, in the order they run.
SCRIPTS = ("charts.js", "tables.js", "page.js")
# JSON inside HTML must not contain "<", which could end the script. The last two end a line in old JavaScript engines.
UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(report: Report) -> str:
    """Return the report as one HTML file.

    All data is escaped, and only the page's own scripts may run:
    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/script-src
    """
    scripts = [path.read_text(encoding="utf-8") for path in (ECHARTS, *(HERE / name for name in SCRIPTS))]
    return load_template("page.html").render(
        subject=report.subject,
        view=make_view(report),
        policy=_make_policy(scripts),
        css=read_part("page.css"),
        scripts=list(map(Markup, scripts)),
        data=dump_data(report),
    )


def read_part(name: str) -> Markup:
    """Return a file of this folder, for a page to include unescaped."""
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704


def dump_data(report: Report | None) -> Markup:
    """Return the charts' data as JSON that is safe inside HTML."""
    plain = report.to_dict() if report else {"series": {}, "highs": {}}
    text = json.dumps(plain, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return Markup(text.translate(UNSAFE))  # noqa: S704


@cache
def load_template(name: str) -> Template:
    """Return a page's template, which escapes all values."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)


def _make_policy(scripts: list[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:"
