"""The page: one HTML file with styles, scripts, the charts' library and data in it; it asks nothing of the network."""

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
# In JSON inside of HTML: no "<" can end the script, and these two end a line to older readers of JavaScript.
UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(report: Report) -> str:
    """The report as one file of HTML.

    What the data says is escaped wherever it stands, and no script runs but the page's own two:
    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/script-src
    """
    scripts = [ECHARTS.read_text(encoding="utf-8"), (HERE / "page.js").read_text(encoding="utf-8")]
    echarts, js = map(Markup, scripts)
    return load_template("page.html").render(
        subject=report.subject,
        view=make_view(report),
        policy=_make_policy(scripts),
        css=read_part("page.css"),
        echarts=echarts,
        js=js,
        data=dump_data(report),
    )


def read_part(name: str) -> Markup:
    """A file of the project's own beside this one, to stand in a page as it is."""
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704


def dump_data(report: Report | None) -> Markup:
    """What the charts are drawn from, as JSON escaped for where it stands."""
    plain = report.to_dict() if report else {"series": {}}
    text = json.dumps(plain, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return Markup(text.translate(UNSAFE))  # noqa: S704


@cache
def load_template(name: str) -> Template:
    """A page's template; all that it fills in is escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)


def _make_policy(scripts: list[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:"
