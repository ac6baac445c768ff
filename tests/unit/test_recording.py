"""The picture of a terminal in the README."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.conftest import ROOT
from tools.recording import COMMAND, PICTURE, draw

OUTPUT = f"\x1b[32m  ✓ Plan\x1b[0m\nReport: file://{ROOT}/out/report.html\n"


def words(svg: str) -> str:
    return "".join(ElementTree.fromstring(svg).itertext()).replace("\xa0", " ")  # noqa: S314


def test_draw_shows_the_command_and_its_output() -> None:
    shown = words(draw(OUTPUT))
    assert f"$ {COMMAND}" in shown
    assert "  ✓ Plan" in shown


def test_draw_keeps_colors() -> None:
    assert draw(OUTPUT) != draw(OUTPUT.replace("\x1b[32m", ""))


def test_draw_leaves_out_the_path_of_the_checkout() -> None:
    assert str(ROOT) not in draw(OUTPUT)
    assert "file:///home/you/finance-stream/out/report.html" in words(draw(OUTPUT))


def test_draw_asks_the_network_for_nothing() -> None:
    assert "url(" not in draw(OUTPUT).replace("url(#", "")


def test_picture_is_a_run_of_the_command() -> None:
    shown = words((ROOT / "docs" / "images" / PICTURE).read_text(encoding="utf-8"))
    assert f"$ {COMMAND}" in shown
    assert "CheckDelivery: 3,900 of 3,900 bars delivered" in shown
