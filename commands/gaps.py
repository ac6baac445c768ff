"""``npm run gaps``: the missing bars of a date, lost or absent from Yahoo's answer."""

from __future__ import annotations

import functools
import json
from datetime import date, timedelta

import click
import pyathena

from commands.options import check_request, make_event
from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.console import PlainConsole
from finance_stream.client.deployment import Deployment
from finance_stream.client.lake_dates import find_newest_date as find_newest_in_lake
from finance_stream.client.missing import find_gaps
from finance_stream.client.reader import Reader
from finance_stream.client.report.execution import find_newest, find_newest_date
from finance_stream.client.show import make_gaps_table
from finance_stream.request import DEFAULT_INTERVAL


@functools.partial(stage_command, passes_on=False)
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Local date of the exchange. Default: the newest session's.")
@click.option("--tickers", metavar="A,B", help="Yahoo symbols. Default: the stage's.")
@click.option("--interval", default=DEFAULT_INTERVAL, show_default=True, help=f"{', '.join(INTERVAL_MINUTES)}.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
def main(target: Target, day: str | None, tickers: str | None, interval: str, as_json: bool) -> int:
    """List the bars of a date that are missing in a stage's lake.

    Each gap is either lost (an execution collected more bars than were delivered) or absent from Yahoo's answer
    (minutes without a trade, or a possible halt from five minutes on). Exit codes: 0 nothing is missing, 1 bars are
    missing, 2 invalid input.

    \b
    npm run gaps -- --stage dev
    npm run gaps -- --stage dev --date 2026-11-23 --tickers META,NFLX
    """
    deployment = target.require_deployment()
    day = day or _find_newest_date(deployment, interval)
    event = make_event({"start": day, "interval": interval, "tickers": tickers})
    request = check_request(event, deployment.read_default_tickers(), {"start": "date"})
    try:
        found = find_gaps(Reader(deployment), request, date.fromisoformat(day))
    except pyathena.Error as error:
        raise TargetError(f"Athena: {error}") from error
    if as_json:
        answer = {"date": day, "interval": request.interval, "tickers": [one.to_dict() for one in found]}
        click.echo(json.dumps(answer))
    else:
        step = timedelta(minutes=INTERVAL_MINUTES[request.interval])
        PlainConsole().print(make_gaps_table(found, f"Bars of {day} at {request.interval}, {target}", step))
    return FAILED if any(one.missing for one in found) else 0


def _find_newest_date(deployment: Deployment, interval: str) -> str:
    """Return the date of the newest execution, which may have delivered nothing, or the newest in the lake."""
    executed = find_newest(deployment.step_functions, deployment.state_machine_arn)
    day = (find_newest_date(executed) if executed else None) or find_newest_in_lake(deployment, interval)
    if day is None:
        raise TargetError("--date: missing, and neither an execution nor the lake has one (use YYYY-MM-DD)")
    return day.isoformat()
