"""Screenshots of a report for the README: ``.venv/bin/python -m tools.screenshots out/report.html docs/images``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

# The names by Debian, Ubuntu and Google.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The picture's name, its width and height in CSS pixels, pixels per CSS pixel, and the reader's theme.
PICTURES: tuple[tuple[str, int, int, int, Literal["light", "dark"]], ...] = (
    ("report-desktop", 1280, 1500, 1, "light"),
    ("report-phone", 390, 1220, 2, "dark"),
)


def find_chromium() -> str | None:
    """Return the browser to use, from CHROMIUM or from the PATH. Nothing is downloaded."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def photograph(page: Path, folder: Path) -> list[Path]:
    """Write each picture of ``page`` into ``folder`` as JPEG, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, width, height, scale, theme in PICTURES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme=theme
            )
            shown = context.new_page()
            shown.goto(page.resolve().as_uri())
            written.append(folder / f"{name}.jpg")
            shown.screenshot(path=written[-1], type="jpeg", quality=80)
        browser.close()
    return written


if __name__ == "__main__":
    print(*photograph(Path(sys.argv[1]), Path(sys.argv[2])), sep="\n")
