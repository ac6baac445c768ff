"""The report of a local run and the live page in a real browser, with the numbers of the CSV at any width and theme."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Locator, Page, expect

from commands.report import main
from deployment.package import LOCAL_STAGE
from finance_stream.client.report.page import render
from tests.embedded_cloud.apigateway.client import call, send
from tests.local.browser import DRAWN, LOOKS, PHONE, highs_of_csv, highs_shown, launched, look, violations
from tests.local.hostile import everything_read, everything_written, hostile_site, is_guarded, listening
from tests.local.served import Served, serving
from tests.unit.report import executed, report, rows
from tests.unit.test_report import HOSTILE
from tests.waiting import DEADLINE_SECONDS

DEADLINE_MS = 1000 * DEADLINE_SECONDS
CHART = """(ticker) => {
  const chart = drawn.get(document.getElementById(`chart-${ticker}`));
  const { series, dataZoom, xAxis, yAxis, tooltip } = chart.getOption();
  const line = series[0].markLine;
  return {
    kind: series[0].type, candles: series[0].data, zoom: [dataZoom[0].start, dataZoom[0].end],
    tag: line.label.formatter, tagged: line.data[0].yAxis, tooltip: tooltip[0].formatter([{ dataIndex: 0 }]),
    crosshair: [xAxis[1].axisPointer.label.show, yAxis[0].axisPointer.label.show],
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def served(out: Path) -> Iterator[Served]:
    """Serve a cloud after a run on a synthetic session of ten tickers, with the run's files in ``out``."""
    with serving(out) as running:
        yield running


@pytest.fixture(scope="module")
def page(served: Served, out: Path) -> Path:
    """Return the path of the run's report."""
    left = out / "report.html"
    assert f"Report of 2026-11-23: {left.as_uri()}" in served.printed
    return left


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a report of two tickers, made without a cloud."""
    path = tmp_path_factory.mktemp("one") / "report.html"
    path.write_text(render(report([*rows("META"), *rows("NFLX")], executed(["META", "NFLX"]))))
    return path


def command(served: Served, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run ``npm run report`` on the served stage without the set-up."""
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(main, ["--stage", LOCAL_STAGE, *arguments])


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_report_page_fits_any_width_requests_nothing_and_passes_axe(
    browser: Browser, page: Path, width: int, theme: Literal["light", "dark"]
) -> None:
    seen = look(browser, page.as_uri(), width, theme)
    assert seen.said == []
    assert seen.asked == [page.as_uri()]
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width
    assert seen.page.locator("figure canvas").count() == 10
    seen.page.get_by_text("The hours of META as a table").click()
    assert violations(seen.page) == []
    seen.page.context.close()


def test_report_page_shows_the_highs_of_the_csv(browser: Browser, page: Path) -> None:
    seen = look(browser, page.as_uri())
    shown = highs_shown(seen.page)
    assert shown == highs_of_csv(page.with_name("hourly_highs.csv").read_text().splitlines())
    assert len(shown) == 10 * 7
    seen.page.context.close()


def test_report_page_lists_every_bar_and_says_synthetic(browser: Browser, page: Path) -> None:
    seen = look(browser, page.as_uri(), PHONE)
    assert seen.page.get_by_role("complementary").inner_text().startswith("SYNTHETIC data")
    seen.page.get_by_text("Every bar of META").click()
    table = seen.page.get_by_role("region", name="Bars of META").locator("tbody tr")
    assert table.count() == 390
    assert table.first.locator("th").inner_text() == "09:30"
    seen.page.context.close()


def test_report_page_shows_a_newer_report_in_place(browser: Browser, page: Path) -> None:
    """Show it as a live page does, which fetches the newer report."""
    seen = look(browser, page.as_uri())
    seen.page.evaluate("html => show(html)", render(report(rows("SHOP"), executed(["SHOP"]))))
    seen.page.evaluate(DRAWN)
    assert seen.page.locator("figure h3").all_inner_texts() == ["SHOP"]
    assert seen.page.locator("figure canvas").count() == 1
    seen.page.get_by_text("The hours of SHOP as a table").click()
    seen.page.evaluate("html => show(html)", render(report(rows("SHOP", without=[0]), executed(["SHOP"]))))
    assert seen.page.get_by_role("region", name="Hours of SHOP").locator("tbody td").last.inner_text() == "60"
    assert seen.page.get_by_text("The hours of SHOP as a table").evaluate("one => one.parentElement.open")
    assert seen.said == []
    seen.page.context.close()


def scroll_by_wheel(page: Page, over: Locator) -> int:
    """Turn the wheel over an element, and return the pixels that the page scrolled."""
    over.scroll_into_view_if_needed()
    over.hover()
    before: int = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    page.wait_for_function("before => new Promise(requestAnimationFrame).then(() => scrollY !== before)", arg=before)
    after: int = page.evaluate("scrollY")
    return after - before


def read_chart(page: Page, ticker: str) -> dict[str, Any]:
    """Return the option of a ticker's chart: candles, the shown part, the tag and the labels at the crosshair."""
    found: dict[str, Any] = page.evaluate(CHART, ticker)
    return found


def test_report_page_scrolls_by_the_wheel_over_a_chart_and_zooms_with_ctrl(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri())
    chart = seen.page.locator("#chart-META .chart")
    assert scroll_by_wheel(seen.page, chart) == 200
    assert read_chart(seen.page, "META")["zoom"] == [0, 100]
    reset = seen.page.get_by_role("button", name="Reset zoom").first
    expect(reset).to_be_hidden()
    chart.hover()
    at = seen.page.evaluate("scrollY")
    seen.page.keyboard.down("Control")
    seen.page.mouse.wheel(0, -300)
    seen.page.keyboard.up("Control")
    expect(reset).to_be_visible()
    assert seen.page.evaluate("scrollY") == at
    assert seen.page.locator("#chart-META .size").inner_text() == "5m"
    begin, end = read_chart(seen.page, "META")["zoom"]
    assert 0 < begin < end < 100
    assert end - begin == pytest.approx(100 * math.exp(-0.25), abs=0.1)
    seen.page.evaluate("zoomTo(document.getElementById('chart-META'), 40, 60)")
    expect(seen.page.locator("#chart-META .size")).to_have_text("1m")
    reset.click()
    expect(reset).to_be_hidden()
    assert read_chart(seen.page, "META")["zoom"] == [0, 100]
    assert seen.said == []
    seen.page.context.close()


def touch(page: Page, *steps: Sequence[tuple[float, float]]) -> None:
    """Put fingers on a phone's screen at the first step's places, move them through the others, and lift them."""
    session = page.context.new_cdp_session(page)
    for number, places in enumerate([*steps, []]):
        kind = "touchStart" if number == 0 else "touchMove" if places else "touchEnd"
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_report_page_leaves_a_swipe_to_the_phone_and_zooms_a_chart_by_two_fingers(browser: Browser, one: Path) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(one.as_uri())
    page.evaluate(DRAWN)
    page.evaluate("document.getElementById('chart-META').scrollIntoView()")
    box = page.locator("#chart-META .chart").bounding_box()
    assert box
    x, y = box["x"] + 150, box["y"] + 150
    touch(page, *([(x - 6 * step, y), (x + 6 * step, y)] for step in range(5, 15)))
    expect(page.locator("#chart-META .size")).not_to_have_text("5m")
    begin, end = read_chart(page, "META")["zoom"]
    assert end - begin < 60
    assert page.evaluate("visualViewport.scale") == 1
    before = page.evaluate("scrollY")
    touch(page, *([(x, y - 10 * step)] for step in range(15)))
    page.wait_for_function("before => scrollY > before + 50", arg=before)
    context.close()


def test_report_page_merges_candles_to_the_width_and_by_choice(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri(), PHONE)
    assert seen.page.locator("#chart-META .size").inner_text() == "5m"
    assert len(read_chart(seen.page, "META")["candles"]) == 78
    bars = rows("META")
    for choice, minutes in (("1m", 1), ("5m", 5), ("15m", 15)):
        seen.page.get_by_label(choice, exact=True).check()
        candles = read_chart(seen.page, "META")["candles"]
        merged = [bars[first : first + minutes] for first in range(0, 390, minutes)]
        assert [(candle[2], candle[3]) for candle in candles] == [
            (min(bar["low"] for bar in own), max(bar["high"] for bar in own)) for own in merged
        ]
    seen.page.get_by_label("Line", exact=True).check()
    assert read_chart(seen.page, "META")["kind"] == "line"
    assert len(read_chart(seen.page, "META")["candles"]) == 390
    seen.page.context.close()


def test_report_page_tags_the_last_price_and_labels_the_crosshair(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri())
    shown = read_chart(seen.page, "META")
    assert (shown["tag"], shown["tagged"]) == ("100.25", 100.25)
    assert shown["crosshair"] == [True, True]
    assert shown["tooltip"].startswith("2026-11-24 <b>09:30\N{EN DASH}09:34</b><br>open <b>99.50</b>")
    seen.page.context.close()


def test_report_page_links_a_ticker_to_its_chart_and_back(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri(), PHONE)
    seen.page.locator("table.heat").get_by_role("link", name="NFLX").click()
    expect(seen.page.locator("#chart-NFLX")).to_be_in_viewport()
    seen.page.get_by_role("link", name="NFLX in the table of highs").click()
    expect(seen.page.locator("#row-NFLX")).to_be_in_viewport()
    seen.page.context.close()


def test_report_page_sorts_filters_and_downloads(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri())
    names = seen.page.locator("table.heat tbody tr:visible th")
    heads = seen.page.locator("table.heat thead th")
    head = seen.page.locator("table.heat").get_by_role("button", name="Ticker")
    head.click()
    assert names.all_inner_texts() == ["META", "NFLX"]
    head.click()
    assert names.all_inner_texts() == ["NFLX", "META"]
    assert heads.first.get_attribute("aria-sort") == "descending"
    seen.page.locator("table.heat").get_by_role("button", name="10:00").click()
    assert [heads.nth(at).get_attribute("aria-sort") for at in (0, 2)] == ["none", "descending"]
    seen.page.get_by_label("Filter tickers").fill("fl")
    assert names.all_inner_texts() == ["NFLX"]
    assert seen.page.locator("figure:visible h3").all_inner_texts() == ["NFLX"]
    expect(seen.page.locator("#found")).to_have_text("1 of 2 tickers")
    with seen.page.expect_download() as highs:
        seen.page.get_by_role("button", name="Download CSV").click()
    lines = highs.value.path().read_text().splitlines()
    assert highs.value.suggested_filename == "hourly-highs-2026-11-24.csv"
    assert lines[:2] == [
        "ticker,session,hour,high,high_at,minutes_at_high,source",
        "NFLX,2026-11-24,9,106.5,2026-11-24T09:36:00-05:00,4,Yahoo Finance",
    ]
    assert len(lines) == 1 + 7
    seen.page.get_by_text("Every bar of NFLX").click()
    with seen.page.expect_download() as bars:
        seen.page.get_by_role("button", name="Download the bars of NFLX as CSV").click()
    lines = bars.value.path().read_text().splitlines()
    assert lines[:2] == [
        "ticker,session,time,open,high,low,close,volume",
        "NFLX,2026-11-24,09:30,99.5,100.5,98.5,100.25,10",
    ]
    assert len(lines) == 1 + 390
    assert seen.said == []
    seen.page.context.close()


def test_report_page_says_on_a_phone_that_the_highs_go_on(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri(), PHONE)
    table = seen.page.locator(".scroll:has(table.heat)")
    hint = seen.page.locator(".hint")
    expect(hint).to_contain_text(re.compile(r"^Scroll sideways for 1\d:00 to 15:00"))
    assert table.get_attribute("data-more") == "right"
    table.evaluate("one => one.scrollTo(9999, 0)")
    expect(hint).to_be_hidden()
    expect(table).to_have_attribute("data-more", "left")
    seen.page.context.close()
    seen = look(browser, one.as_uri())
    expect(seen.page.locator(".hint")).to_be_hidden()
    seen.page.context.close()


def test_report_page_prints_every_chart_and_no_control(browser: Browser, one: Path) -> None:
    seen = look(browser, one.as_uri())
    seen.page.emulate_media(media="print")
    assert seen.page.locator("figure canvas").count() == 2
    for control in (".tools", ".back", "details"):
        expect(seen.page.locator(control).first).to_be_hidden()
    assert seen.page.pdf()[:5] == b"%PDF-"
    seen.page.context.close()


def test_report_page_shows_the_chosen_one_of_many_tickers(browser: Browser, tmp_path: Path) -> None:
    names = [f"T{number:02}" for number in range(20)]
    session = rows("META", "15m", bare=True)
    path = tmp_path / "many.html"
    path.write_text(render(report([{**row, "name": name} for name in names for row in session], interval="15m")))
    seen = look(browser, path.as_uri(), PHONE)
    assert seen.page.locator("figure:visible h3").all_inner_texts() == ["T00"]
    seen.page.get_by_label("Ticker", exact=True).select_option("T13")
    seen.page.evaluate(DRAWN)
    assert seen.page.locator("figure:visible h3").all_inner_texts() == ["T13"]
    seen.page.get_by_text("Every bar of T13").click()
    assert violations(seen.page) == []
    assert seen.said == []
    seen.page.context.close()


def test_report_page_escapes_hostile_tickers_and_reasons(browser: Browser, tmp_path: Path) -> None:
    output = {"tickers": {"failed": [{"ticker": HOSTILE, "error": HOSTILE, "reason": HOSTILE}], "failed_others": []}}
    hostile = [{**row, "name": HOSTILE} for row in rows("META")]
    path = tmp_path / "hostile.html"
    path.write_text(render(report(hostile, executed([HOSTILE], output=output), source=HOSTILE)))
    seen = look(browser, path.as_uri(), PHONE)
    assert (seen.said, len(seen.asked)) == ([], 1)
    assert seen.page.locator("figure canvas").count() == 1
    assert seen.page.locator("img").count() == 0
    assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE
    seen.page.context.close()


def test_report_command_writes_the_newest_executions_page(
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


def test_report_command_draws_pictures(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = command(served, monkeypatch, "--date", "2026-11-23", "--format", "png", "--out", str(tmp_path))
    names = ["highs-common.png", "highs-own.png", "highs-bars.png"]
    assert (ran.exit_code, ran.output.splitlines()) == (0, [(tmp_path / name).as_uri() for name in names])
    assert {(tmp_path / name).read_bytes()[:4] for name in names} == {b"\x89PNG"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--date", "2026-02-30"), "date: '2026-02-30' is not a calendar date (use YYYY-MM-DD)\n"),
        (("--date", "2026-11-23", "--tickers", "A;B"), "tickers[0]: 'A;B' is not a Yahoo symbol"),
        (("--date", "2026-11-23", "--interval", "7m"), "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h\n"),
        (("--date", "2026-11-21"), "(Saturday): the nearest sessions are 2026-11-20 and 2026-11-23\n"),
        (("--date", "2026-11-26"), "(Thanksgiving): the nearest session"),
        (("--date", "2026-11-20"), "date: no bar of 2026-11-20 at 1m in finance-stream-local, and no execution of it"),
        (("--execution", "no-such"), "ExecutionDoesNotExist"),
    ],
)
def test_report_command_refuses_bad_input_on_one_line(
    served: Served, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    ran = command(served, monkeypatch, *options)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


# The live page


@pytest.fixture(scope="module")
def live(served: Served) -> str:
    """Return the address of the served cloud's live page."""
    [url] = re.findall(r"^Live page: (http://127\.0\.0\.1:\d+)$", served.printed, re.MULTILINE)
    return str(url)


def executions(served: Served) -> list[str]:
    listed = served.aws("stepfunctions", "list-executions", "--state-machine-arn", served.state_machine)
    return [one["name"] for one in listed["executions"]]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_live_page_shows_the_newest_executions_report(
    browser: Browser, live: str, page: Path, width: int, theme: Literal["light", "dark"]
) -> None:
    seen = look(browser, f"{live}/", width, theme)
    assert highs_shown(seen.page) == highs_of_csv(page.with_name("hourly_highs.csv").read_text().splitlines())
    assert seen.page.locator("figure canvas").count() == 10
    assert seen.page.locator("tr.shown a").get_attribute("aria-current") == "page"
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width
    assert violations(seen.page) == []
    assert {url.startswith(f"{live}/") for url in seen.asked} == {True}
    assert seen.said == []
    seen.page.context.close()


def test_live_form_shows_the_faults_of_the_api_and_starts_nothing(browser: Browser, served: Served, live: str) -> None:
    before = executions(served)
    seen = look(browser, f"{live}/", PHONE)
    filled = {"Tickers": "META, A;B,", "Start": "2009-12-31", "Lookback minutes": "some"}
    for label, text in filled.items():
        seen.page.get_by_label(label, exact=True).fill(text)
    seen.page.get_by_role("button", name="Start", exact=True).click()
    refused = seen.page.locator("[aria-invalid]")
    expect(refused).to_have_count(3)
    asked = {"tickers": ["META", "A;B", ""], "start": "2009-12-31", "lookback_minutes": "some"}
    [api] = re.findall(r"^HTTP API: (\S+)", served.printed, re.MULTILINE)
    told = call("POST", f"{api}/executions", {"Content-Type": "application/json"}, json.dumps(asked).encode())
    assert told.status == 400
    beside = [re.sub("^✗ ", "", text) for text in seen.page.locator(".fault:not(:empty)").all_inner_texts()]
    assert "; ".join(beside) == "; ".join(told.json()["faults"])
    for field in refused.all():
        [_, fault] = str(field.get_attribute("aria-describedby")).split()
        assert str(field.get_attribute("name")) in seen.page.locator(f"#{fault}").inner_text()
    expect(seen.page.get_by_label("Tickers", exact=True)).to_be_focused()
    assert violations(seen.page) == []
    assert executions(served) == before
    # A browser logs each refusal: https://developer.chrome.com/docs/devtools/console/log#browser
    assert [re.sub("http://.*", "", line) for line in seen.said] == [
        "Failed to load resource: the server responded with a status of 400 (BAD REQUEST)"
    ]
    seen.page.context.close()


def test_live_form_starts_an_execution_and_shows_its_end(browser: Browser, served: Served, live: str) -> None:
    seen = look(browser, f"{live}/")
    seen.page.get_by_label("Tickers", exact=True).fill("nflx, META, NOSUCH")
    seen.page.get_by_label("Start", exact=True).fill("2026-11-20")
    seen.page.get_by_role("button", name="Start", exact=True).click()
    seen.page.wait_for_url(re.compile("/executions/"))
    typed = seen.page.get_by_label("Tickers", exact=True)
    expect(seen.page.get_by_label("Start", exact=True)).to_have_value("2026-11-20")
    expect(typed).to_have_value("nflx, META, NOSUCH")
    typed.fill("next")
    expect(seen.page.locator(".states")).to_contain_text("Collect bars", timeout=DEADLINE_MS)
    expect(seen.page.locator(".meters")).to_contain_text("of 1,170 expected", timeout=DEADLINE_MS)
    expect(seen.page.get_by_role("status")).to_have_text("Execution succeeded", timeout=DEADLINE_MS)
    expect(seen.page.locator("#failures + ul")).to_contain_text("NOSUCH UnknownTicker")
    assert seen.page.locator(".states li").last.text_content() == "✓ Report, done"
    expect(typed).to_be_focused()
    expect(typed).to_have_value("next")
    name = seen.page.url.rpartition("/")[2].partition("#")[0]
    arn = f"{served.state_machine.replace(':stateMachine:', ':execution:')}:{name}"
    result = json.loads(served.execution(arn)["output"])["query"]["result"]
    seen.page.evaluate(DRAWN)
    assert highs_shown(seen.page) == highs_of_csv(served.aws("s3", "cp", result, "-").splitlines())
    assert len(highs_shown(seen.page)) == 2 * 7
    assert seen.page.locator("figure h3").all_inner_texts() == ["NFLX", "META"]
    assert seen.said == []
    seen.page.context.close()


def test_live_page_shows_why_an_execution_was_refused(browser: Browser, served: Served, live: str) -> None:
    """Start it without the form, with hostile text."""
    asked = json.dumps({"tickers": [HOSTILE], "interval": "7m"})
    command = ("stepfunctions", "start-execution", "--state-machine-arn", served.state_machine, "--input", asked)
    arn = served.aws(*command)["executionArn"]
    seen = look(browser, f"{live}/executions/{arn.rpartition(':')[2]}", PHONE)
    expect(seen.page.get_by_role("status")).to_have_text("Execution failed", timeout=DEADLINE_MS)
    failures = seen.page.locator("#failures + ul")
    expect(failures).to_contain_text("The execution InvalidInput")
    expect(failures).to_contain_text("interval: '7m' is not one of")
    assert seen.page.locator(".states .bad").text_content() == "✗ Input refused, failed"
    assert (seen.said, seen.page.locator("img").count()) == ([], 0)
    assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE
    assert violations(seen.page) == []
    seen.page.context.close()


def test_live_page_says_that_the_cloud_does_not_answer(browser: Browser, live: str) -> None:
    seen = look(browser, f"{live}/", PHONE)
    status = seen.page.get_by_role("status")
    seen.page.route("**/*", lambda route: route.abort())
    expect(status).to_contain_text("does not answer", timeout=DEADLINE_MS)
    assert status.evaluate("one => one.getBoundingClientRect().width") == PHONE
    seen.page.unroute_all()
    expect(status).to_have_text(re.compile("Execution (failed|succeeded)"), timeout=DEADLINE_MS)
    seen.page.context.close()


def test_live_page_refuses_other_content_types_and_unknown_ids(live: str) -> None:
    told = send("POST", f"{live}/executions", {"Content-Type": "text/plain", "Origin": live}, b"{}")
    assert (told.status, told.json()["title"]) == (415, "Unsupported Media Type")
    assert send("GET", f"{live}/executions/no-such").status == 404


def test_live_page_answers_304_if_nothing_has_changed(live: str) -> None:
    url = f"{live}/"
    first = send("GET", url)
    again = send("GET", url, {"If-None-Match": first.headers["etag"]})
    assert (first.status, again.status, again.body) == (200, 304, b"")


@pytest.mark.fault(46)
def test_served_cloud_is_unchanged_by_a_hostile_page(browser: Browser, served: Served) -> None:
    endpoint = served.variables["AWS_ENDPOINT_URL"]
    before = served.aws("s3api", "list-buckets")["Buckets"]
    with hostile_site() as site, browser.new_context() as context:
        page = context.new_page()
        page.goto(site)
        assert everything_read(page, endpoint) == {}
        assert everything_written(page, f"{endpoint}/moto-api/reset", "") == {}
    assert before
    assert served.aws("s3api", "list-buckets")["Buckets"] == before


@pytest.mark.fault(49)
def test_served_cloud_guards_each_port_and_listens_on_loopback_only(served: Served) -> None:
    """Expect three ports: the AWS endpoint with the HTTP API, the live page, and the Yahoo replay."""
    found = listening(served.process.pid)
    assert [address for address, _ in found] == ["127.0.0.1"] * 3
    assert [port for _, port in found if not is_guarded(port)] == []
