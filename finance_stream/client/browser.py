"""The user's browser."""

from __future__ import annotations

import webbrowser

import click


def open_in_browser(url: str) -> None:
    """Open a URL in the user's browser, or the one that ``BROWSER`` names. Without one, print a line to stderr."""
    if not webbrowser.open(url):
        click.echo(f"No browser could be opened. Open {url} yourself, or name a browser in BROWSER.", err=True)
