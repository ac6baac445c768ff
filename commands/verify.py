"""``npm run verify``: check a deployed stage, with a canary execution that leaves nothing behind."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from commands.leave import SIGNALS
from commands.target import FAILED, Target, TargetError, stage_command
from deployment.package import LOCAL_STAGE, TEMPLATE, PackageError, package
from finance_stream.client.console import PlainConsole, complain, measure_width
from finance_stream.client.deployment import Deployment
from finance_stream.client.output_file import check_file
from finance_stream.client.verify.canary import INTERVAL, Canary, CanaryError, choose_day, is_free
from finance_stream.client.verify.checks import Check, make_table
from finance_stream.client.verify.recording import Recorder
from finance_stream.client.verify.run import Verification
from finance_stream.client.verify.stack import FUNCTION, StackChecker
from finance_stream.client.verify.template import Package
from finance_stream.errors import InvalidInput
from finance_stream.request import check as check_input

INTERRUPTED = 128 + signal.SIGINT


@functools.partial(stage_command, passes_on=False)
@click.option("--ticker", metavar="A", help="Yahoo symbol of the canary. Default: the stage's first.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Date of the canary. Default: a session without bars.")
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="Parameter of the deployed stage.")
@click.option("--record", "file", type=click.Path(path_type=Path), metavar="FILE", help="Save AWS's answers as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
def main(
    target: Target,
    ticker: str | None,
    day: str | None,
    parameters: tuple[str, ...],
    file: Path | None,
    as_json: bool,
) -> int:
    """Check a deployed stage: its stack, its roles, and a canary execution that leaves nothing behind.

    The canary is an execution of one ticker. It writes bars of an hour to a date that has none, and its objects are
    removed at the end. Ctrl-C removes them too. Give the same --param as to the deployment. Exit codes: 0 every check
    passes, 1 a check fails, 2 invalid input.

    \b
    npm run verify -- --stage dev
    npm run verify -- --stage dev --record out/aws.json
    """
    recorder = Recorder(target.account)
    if file is not None:
        check_file(file)
        recorder.attach(target.session)
    deployment = target.require_deployment()
    canary = _choose_canary(deployment, ticker, day)
    console = PlainConsole(stderr=True)
    console.print(f"Packaging the stage {target.stage}, unless nothing has changed since the last time.")
    packaged = _package(target.stage, parameters)
    stack = StackChecker(target.session, target.stack_name, packaged)
    verification = Verification(deployment, stack, canary, target.account, console, recorder.add)
    try:
        with _ending_like_ctrl_c():
            checks = verification.run()
    except KeyboardInterrupt:
        complain(_explain_interrupt(verification))
        return INTERRUPTED
    finally:
        if file is not None:
            recorder.save(file)
    _print(checks, str(target), as_json)
    return 0 if all(check.passes for check in checks) else FAILED


def _choose_canary(deployment: Deployment, ticker: str | None, day: str | None) -> Canary:
    """Return the canary of the options.

    Raises
    ------
    TargetError
        If the ticker or the date is invalid, or the date has bars.
    """
    now = deployment.now()
    given = {"tickers": [ticker] if ticker else deployment.read_default_tickers()[:1], "interval": INTERVAL}
    try:
        request = check_input(given | ({"start": day} if day else {}), (), now)
        [symbol] = request.tickers
        chosen = date.fromisoformat(day) if day else choose_day(deployment, symbol, now)
    except (InvalidInput, CanaryError) as error:
        raise TargetError(str(error).replace("tickers[0]", "ticker").replace("start:", "date:")) from error
    if day and not is_free(deployment, chosen):
        raise TargetError(f"date: {day} has bars of {INTERVAL} already (choose a date without any)")
    return Canary(deployment, symbol, chosen)


def _package(stage: str, parameters: tuple[str, ...]) -> Package:
    """Package the stage as its deployment did, and return its template and the hashes of its archives."""
    own = os.environ.get("FINANCE_STREAM_REQUIREMENTS")  # as serverless.yml reads it. The embedded cloud needs none
    requirements = (f"requirements={own}",) if own and stage != LOCAL_STAGE else ()
    try:
        folder, _ = package(stage, *requirements, *parameters)
    except PackageError as error:
        raise TargetError(f"serverless package failed: {error}") from error
    template = json.loads((folder / TEMPLATE).read_text(encoding="utf-8"))
    keys = {
        name: resource["Properties"]["Code"]["S3Key"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }
    archives = {Path(key).name for key in keys.values()}
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).digest() for name in archives}
    return Package(template, {name: base64.b64encode(hashes[Path(key).name]).decode() for name, key in keys.items()})


@contextmanager
def _ending_like_ctrl_c() -> Iterator[None]:
    """Let each signal that ends a command do as Ctrl-C does, so that the canary is removed. A second one ends that."""
    heard = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]  # not SIGHUP under nohup
    before = {one: signal.signal(one, signal.default_int_handler) for one in heard}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _explain_interrupt(verification: Verification) -> str:
    """Return a line on the canary's objects: removed, or still there, or to be removed by hand."""
    canary = verification.canary
    removal = verification.find_removal()
    if removal is not None:
        return "Interrupted. " + ("Nothing is left." if removal.passes else f"Still there: {removal.found}")
    place = f"s3://{canary.deployment.bucket}/{canary.folder}"
    return f"Interrupted. The canary's bars stay. The folder was empty before: aws s3 rm --recursive {place}"


def _print(checks: list[Check], title: str, as_json: bool) -> None:
    failed = sum(not check.passes for check in checks)
    if as_json:
        answer: dict[str, Any] = {"failed": failed, "checks": [check.to_dict() for check in checks]}
        click.echo(json.dumps(answer))
        return
    table = make_table(checks, f"Checks of {title}")
    console = PlainConsole()
    if not console.is_terminal:
        console.width = measure_width(table)
    console.print(table)
    console.print(f"{failed} of {len(checks)} checks failed." if failed else f"All {len(checks)} checks passed.")
