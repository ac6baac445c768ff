"""Opening a written file in the browser."""

from __future__ import annotations

import webbrowser

import pytest

from finance_stream.client.browser import open_in_browser


def test_open_in_browser_prints_the_link_without_a_browser(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    open_in_browser("file:///out/report.html")
    assert "Open file:///out/report.html yourself" in capsys.readouterr().err
