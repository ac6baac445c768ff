"""The report of a local run in a real browser: it works at every width and theme, and says what the CSV says."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page, sync_playwright

from client.report.page import render
from local.package import LOCAL_STAGE
from scripts.report import main
from scripts.screenshots import BROWSERS, chromium
from tests.conftest import ROOT
from tests.local.test_command import Served, serving
from tests.unit.report import executed, report, rows
from tests.unit.test_report import HOSTILE

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = 390, 1280
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
# Scrolls through the page, as a reader would: charts are drawn when they come near.
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


@dataclass
class Look:
    """A page in the browser, and all that it has said and asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        missing = f"no browser: none of {', '.join(BROWSERS)} is on the PATH, and CHROMIUM is not set"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def served(out: Path) -> Iterator[Served]:
    """A cloud that has run a synthetic session of ten tickers, and what it left in ``out``."""
    with serving(out) as running:
        yield running


@pytest.fixture(scope="module")
def page(served: Served, out: Path) -> Path:
    """The report that the run left."""
    left = out / "report.html"
    assert f"Report of 2026-11-23: {left.as_uri()}" in served.printed
    return left


def command(served: Served, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """``npm run report`` of the served stage, past the set-up."""
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(main, ["--stage", LOCAL_STAGE, *arguments])


def look(browser: Browser, path: Path, width: int = DESKTOP, theme: Literal["light", "dark"] = "light") -> Look:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    seen = Look(context.new_page())
    seen.page.on("console", lambda message: seen.said.append(message.text))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.on("dialog", lambda dialog: seen.said.append(dialog.message))
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.goto(path.as_uri())
    seen.page.evaluate(DRAWN)
    return seen


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules of axe that the page breaks, each with the elements that do."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Any = page.evaluate("axe.run()")
    assert len(found["passes"]) > 20
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_page_draws_and_fits_asks_for_nothing_and_passes_axe(
    browser: Browser, page: Path, width: int, theme: Literal["light", "dark"]
) -> None:
    seen = look(browser, page, width, theme)
    assert seen.said == []
    assert seen.asked == [page.as_uri()]
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width
    assert seen.page.locator("figure canvas").count() == 10
    seen.page.get_by_text("The hours of META as a table").click()
    assert violations(seen.page) == []
    seen.page.context.close()


def test_the_tables_numbers_are_the_csvs(browser: Browser, page: Path) -> None:
    with page.with_name("hourly_highs.csv").open(newline="") as file:
        expected = [
            (row["name"], int(row["hour"]), float(row["high"]), row["high_at"][11:16]) for row in csv.DictReader(file)
        ]
    seen = look(browser, page)
    shown = [(cell["name"], cell["hour"], float(cell["high"]), cell["at"]) for cell in seen.page.evaluate(TABLE)]
    assert sorted(shown) == sorted(expected)
    assert len(shown) == 10 * 7
    seen.page.context.close()


def test_every_bar_can_be_read_as_a_table_and_synthetic_is_in_sight(browser: Browser, page: Path) -> None:
    seen = look(browser, page, PHONE)
    assert seen.page.get_by_role("complementary").inner_text().startswith("SYNTHETIC data")
    seen.page.get_by_text("Every bar of META").click()
    table = seen.page.get_by_role("region", name="Bars of META").locator("tbody tr")
    assert table.count() == 390
    assert table.first.locator("th").inner_text() == "09:30"
    seen.page.context.close()


def test_a_newer_report_takes_the_place_of_the_one_shown(browser: Browser, page: Path) -> None:
    """As on a live page, which fetches it."""
    seen = look(browser, page)
    seen.page.evaluate("html => show(html)", render(report(rows("SHOP"), executed(["SHOP"]))))
    seen.page.evaluate(DRAWN)
    assert seen.page.locator("figure h3").all_inner_texts() == ["SHOP"]
    assert seen.page.locator("figure canvas").count() == 1
    assert seen.said == []
    seen.page.context.close()


def test_of_many_tickers_one_is_chosen(browser: Browser, tmp_path: Path) -> None:
    names = [f"T{number:02}" for number in range(20)]
    session = rows("META", "15m", bare=True)
    path = tmp_path / "many.html"
    path.write_text(render(report([{**row, "name": name} for name in names for row in session], interval="15m")))
    seen = look(browser, path, PHONE)
    assert seen.page.locator("figure:visible h3").all_inner_texts() == ["T00"]
    seen.page.get_by_label("Ticker", exact=True).select_option("T13")
    seen.page.evaluate(DRAWN)
    assert seen.page.locator("figure:visible h3").all_inner_texts() == ["T13"]
    seen.page.get_by_text("Every bar of T13").click()
    assert violations(seen.page) == []
    assert seen.said == []
    seen.page.context.close()


def test_hostile_names_and_reasons_do_nothing(browser: Browser, tmp_path: Path) -> None:
    output = {"tickers": {"failed": [{"ticker": HOSTILE, "error": HOSTILE, "reason": HOSTILE}], "failed_others": []}}
    hostile = [{**row, "name": HOSTILE} for row in rows("META")]
    path = tmp_path / "hostile.html"
    path.write_text(render(report(hostile, executed([HOSTILE], output=output), source=HOSTILE)))
    seen = look(browser, path, PHONE)
    assert (seen.said, len(seen.asked)) == ([], 1)
    assert seen.page.locator("figure canvas").count() == 1
    assert seen.page.locator("img").count() == 0
    assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE
    seen.page.context.close()


def test_the_command_writes_the_page_of_a_stages_newest_execution(
    served: Served, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "new" / "monday.html"
    ran = command(served, monkeypatch, "--out", str(written))
    assert (ran.exit_code, ran.output) == (0, f"{written.as_uri()}\n")
    made = [re.sub("Made [^(]*", "", path.read_text()) for path in (written, page)]
    assert made[0] == made[1]
    [execution] = re.findall(r'<p class="note">([0-9a-f-]{36}), begun', made[0])
    again = command(served, monkeypatch, "--execution", execution, "--tickers", "NFLX", "--out", str(written))
    assert (again.exit_code, written.read_text().count("<figure")) == (0, 1)


def test_the_command_draws_pictures(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = command(served, monkeypatch, "--date", "2026-11-23", "--format", "png", "--out", str(tmp_path))
    names = ["highs-common.png", "highs-own.png", "highs-bars.png"]
    assert (ran.exit_code, ran.output.splitlines()) == (0, [(tmp_path / name).as_uri() for name in names])
    assert {(tmp_path / name).read_bytes()[:4] for name in names} == {b"\x89PNG"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--date", "2026-02-30"), "date: '2026-02-30' is not a date of the calendar (YYYY-MM-DD)\n"),
        (("--date", "2026-11-23", "--tickers", "A;B"), "tickers[0]: 'A;B' is not a Yahoo symbol"),
        (("--date", "2026-11-23", "--interval", "7m"), "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h\n"),
        (("--date", "2026-11-20"), "date: no bar of 2026-11-20 at 1m in finance-stream-local, and no execution of it"),
        (("--execution", "no-such"), "ExecutionDoesNotExist"),
    ],
)
def test_what_cannot_be_reported_is_one_line_and_exit_code_2(
    served: Served, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    ran = command(served, monkeypatch, *options)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
