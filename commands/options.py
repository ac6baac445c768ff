"""What a command's options ask for, checked by the rules of an execution's input before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from commands.target import TargetError
from finance_stream.errors import InvalidInput
from finance_stream.request import Request, check

ANY = ("META",)  # stands in for tickers where a command takes all when none are given, and is not looked at


def make_event(options: Mapping[str, Any]) -> dict[str, Any]:
    """An execution's input, of the options that were given: ``tickers`` as a list."""
    event = {field: value for field, value in options.items() if value is not None}
    if "tickers" in event:
        event["tickers"] = event["tickers"].split(",")
    return event


def check_request(event: Mapping[str, Any], default_tickers: Sequence[str], options: Mapping[str, str]) -> Request:
    """The request of an execution's input.

    Parameters
    ----------
    options
        What the command calls a field that has another name there: ``{"start": "date"}``.

    Raises
    ------
    TargetError
        Naming each option at fault, its value and what is allowed.
    """
    try:
        return check(event, default_tickers, datetime.now(UTC))
    except InvalidInput as error:
        raise TargetError("; ".join(_rename_field(fault, options) for fault in error.faults)) from error


def _rename_field(fault: str, options: Mapping[str, str]) -> str:
    field, colon, rest = fault.partition(":")
    return options.get(field, field) + colon + rest
