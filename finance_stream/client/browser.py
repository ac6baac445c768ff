"""Show what was written to whoever asked for it."""

from __future__ import annotations

import webbrowser

import click


def open_in_browser(url: str) -> None:
    """In the user's browser, or the one that ``BROWSER`` names; where there is none, a line says so."""
    if not webbrowser.open(url):
        click.echo(f"No browser could be opened: open {url} yourself, or name one in BROWSER.", err=True)
