"""A command's options as an execution's input, checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commands.target import TargetError
from finance_stream.client.embedded import read_date
from finance_stream.errors import InvalidInput
from finance_stream.request import Request, check


def make_event(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return an execution's input from the given options, with ``tickers`` as a list."""
    event = {field: value for field, value in options.items() if value is not None}
    if "tickers" in event:
        event["tickers"] = event["tickers"].split(",")
    return event


def check_request(event: Mapping[str, Any], default_tickers: Sequence[str], options: Mapping[str, str]) -> Request:
    """Check an execution's input, and return its request.

    Parameters
    ----------
    options
        The command's option names for fields that have another name: ``{"start": "date"}``.

    Raises
    ------
    TargetError
        For invalid options. The text names each one, its value and the allowed values.
    """
    try:
        return check(event, default_tickers, read_date())
    except InvalidInput as error:
        raise TargetError(str(error.rename_fields(options))) from error
