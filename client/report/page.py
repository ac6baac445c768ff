"""The page: one HTML file with styles, scripts, the charts' library and data in it; it asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from client.report.data import Report
from client.report.view import view

HERE = Path(__file__).resolve().parent
ECHARTS = HERE.parent.parent / "node_modules" / "echarts" / "dist" / "echarts.min.js"
# In JSON inside of HTML: no "<" can end the script, and these two end a line to older readers of JavaScript.
UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(report: Report) -> str:
    """The report as one file of HTML.

    What the data says is escaped wherever it stands, and no script runs but the page's own two:
    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/script-src
    """
    scripts = [ECHARTS.read_text(encoding="utf-8"), (HERE / "page.js").read_text(encoding="utf-8")]
    echarts, js = scripts
    return _template().render(
        asked=report.asked,
        view=view(report),
        policy=_policy(scripts),
        css=Markup((HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - the project's own file
        echarts=Markup(echarts),  # noqa: S704 - the library's own file
        js=Markup(js),  # noqa: S704 - the project's own file
        data=Markup(_json(report)),  # noqa: S704 - escaped for where it stands
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")


def _policy(scripts: list[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:"


def _json(report: Report) -> str:
    text = json.dumps(report.plain(), separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return text.translate(UNSAFE)
