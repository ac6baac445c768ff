"""A real browser, and a page in it: its console messages, its requests and its accessibility by axe."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT
from tests.installed import need
from tools.screenshots import BROWSERS, find_chromium

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = 390, 1280
LOOKS = [(PHONE, "light"), (DESKTOP, "dark")]  # each width and each theme
# Scrolls through the page as a reader does. A chart is drawn when it comes near.
DRAWN = """async () => {
  for (const figure of document.querySelectorAll("figure:not([hidden])")) {
    figure.scrollIntoView();
    while (!figure.querySelector("canvas")) await new Promise(requestAnimationFrame);
  }
  scrollTo(0, 0);
}"""
TABLE = """() => [...document.querySelectorAll("table.heat")].flatMap((table) => {
  const hours = [...table.tHead.rows[0].cells].map((cell) => parseInt(cell.textContent));
  return [...table.tBodies[0].rows].flatMap((row) => [...row.cells].slice(1).map((cell, at) => ({
    name: row.cells[0].textContent, hour: hours[at + 1], high: cell.querySelector("data")?.value,
    at: cell.querySelector("small")?.textContent })));
})"""
# Details of the violations only: those of each element that passes take longer than the check.
RUN_AXE = """async () => {
  const found = await axe.run({resultTypes: ["violations"]});
  const broken = found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]);
  return {passed: found.passes.length, broken};
}"""


@dataclass
class Look:
    """A page in the browser, with its messages, errors and dialogs, and the URLs that it has requested."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """Launch this computer's own browser, with ``arguments``."""
    path = need(*BROWSERS, found=find_chromium())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *arguments])
        yield browser
        browser.close()


def look(browser: Browser, url: str, width: int = DESKTOP, theme: Literal["light", "dark"] = "light") -> Look:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    seen = Look(context.new_page())
    seen.page.on("console", lambda message: seen.said.append(message.text))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.on("dialog", lambda dialog: seen.said.append(dialog.message))
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.goto(url)
    seen.page.evaluate(DRAWN)
    return seen


Highs = list[tuple[str, int, float, str]]


def highs_shown(page: Page) -> Highs:
    """Return ticker, hour, high and the minute of the high, for each table cell that has a high."""
    cells = page.evaluate(TABLE)
    return sorted((cell["name"], cell["hour"], float(cell["high"]), cell["at"]) for cell in cells if cell["high"])


def highs_of_csv(lines: Iterable[str]) -> Highs:
    """Return the same from the lines of a result's CSV."""
    rows = csv.DictReader(lines)
    return sorted((row["ticker"], int(row["hour"]), float(row["high"]), row["high_at"][11:16]) for row in rows)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return the axe rules that the page breaks, each with the elements that break it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate(RUN_AXE)
    assert found["passed"] > 20
    return [(rule, elements) for rule, elements in found["broken"]]
