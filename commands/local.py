"""``npm run local``: the whole pipeline on this computer, and its answer."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from commands.leave import Stopped, find_starter
from deployment.package import LOCAL_STAGE, ROOT, PackageError, package
from embedded_cloud import clock
from embedded_cloud.clock import ClockKind
from embedded_cloud.cloud import PortInUseError
from embedded_cloud.deploy import DeployError
from embedded_cloud.threads import Event
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client import embedded
from finance_stream.client.browser import open_in_browser
from finance_stream.client.console import PlainConsole, complain
from finance_stream.client.life import entering, showing_life
from finance_stream.client.output_file import OutputError
from finance_stream.errors import InvalidInput
from local.faults.injection import FaultInjector, inject_faults
from local.faults.plan import NO_FAULTS, FaultPlan, PlanError
from local.live.server import LivePage
from local.outputs import OutFolder
from local.pipeline import Pipeline, running
from local.run import note_source, print_saved, run, save_bars, save_report
from local.shell import AWS, LEAVE, YAHOO, shell_files
from local.source import choose_environment, choose_source
from local.yahoo.replay import ReplayError

BAD_INPUT = 2
SERVE_PORT = 4566


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--replay", type=click.Path(path_type=Path), help="Bars to replay: CSV, JSON or Parquet, a file or a folder."
)
@click.option("--tz", metavar="ZONE", help="Zone of the replay's times that have none. Default: the exchange's.")
@click.option(
    "--source",
    type=click.Choice(["synthetic", "yahoo"]),
    default="synthetic",
    show_default=True,
    help="Source of the bars without --replay: random bars, or the real Yahoo.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the synthetic session.")
@click.option("--tickers", metavar="A,B,...", help="Yahoo symbols. Default: the stage's, or all of the replay.")
@click.option("--start", metavar="DATE", help="First date. Default: the latest session, or the replay's first.")
@click.option(
    "--end", metavar="DATE", help="Date after the last one. Default: the date after --start, or the replay's."
)
@click.option("--interval", metavar="|".join(INTERVAL_MINUTES), help="Length of a bar. Default: 1m, or the replay's.")
@click.option(
    "--faults",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fault plan: see docs/reliability.md.",
)
@click.option("--now", metavar="TIME", help="The cloud's date, such as 2026-12-24T20:00Z. Default: the present.")
@click.option(
    "--clock",
    "clock_kind",
    type=click.Choice(["virtual", "real"]),
    help="A virtual clock skips waits. Default: virtual, and real while the cloud is served.",
)
@click.option(
    "--serve", is_flag=True, help="Keep the cloud running until Ctrl-C, for any AWS client, with a live page."
)
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port of the cloud. Default: {SERVE_PORT} with --serve.")
@click.option("--open", "opens", is_flag=True, help="Open the report in the browser, or the live page with --serve.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True)
def main(**options: Any) -> None:
    """Run the whole pipeline on this computer: the packaged stack, deployed to an embedded cloud.

    \b
    npm run local -- --open
    npm run local -- --replay bars.ndjson
    npm run local -- --source yahoo --tickers META,NFLX --start 2026-11-23
    npm run local -- --now 2026-12-24T20:00Z
    npm run local -- --serve
    """
    console = PlainConsole()
    try:
        sys.exit(_run(console, **options))
    except (ReplayError, InvalidInput, OutputError, PlanError, PortInUseError, PackageError, DeployError) as error:
        complain(error)
        sys.exit(BAD_INPUT)


def _run(
    console: Console,
    *,
    serve: bool,
    port: int | None,
    opens: bool,
    out: Path,
    faults: Path | None,
    now: str | None,
    clock_kind: ClockKind | None,
    **options: Any,
) -> int:
    began = time.time()
    start = read_start(now)
    plan = FaultPlan.read(faults) if faults else NO_FAULTS
    results = OutFolder(out)
    results.check(replay=options["replay"])
    with showing_life("Packaging the stack"):
        package_dir, made = package()
    console.print("Packaged the stack." if made else "The stack is packaged already.")
    source = choose_source(package_dir, start or clock.now(), serve=serve, **options)
    console.print(f"The bars come from: {source.label}")
    for note in source.notes:
        console.print(note)
    with (
        source.border() as yahoo,
        entering(
            "Deploying the stack to the embedded cloud",
            running(
                package_dir,
                choose_environment(yahoo),
                source=source.label,
                port=(SERVE_PORT if serve else 0) if port is None else port,
                start=start,
                clock=clock_kind or "virtual",
                held=True,
            ),
        ) as pipeline,
        inject_faults(pipeline, yahoo, plan) as injector,
        LivePage(pipeline, source) if serve else nullcontext() as page,
    ):
        note_source(pipeline)
        console.print(f"Deployed the stack to the embedded cloud at {pipeline.cloud.endpoint}")
        if page:
            _show_page(console, page.url, opens=opens)
        code = run(console, pipeline, source, results)
        save_bars(pipeline, source, results)
        _print_end(console, pipeline, injector, results, opens=opens and not serve)
        print_duration(console, began)
        if serve:
            if clock_kind is None:
                pipeline.cloud.clock.run_in_real_time()
            with suppress(Stopped):  # the normal end, not a failure
                _serve(console, pipeline, yahoo.environment() if yahoo else {})
            console.print("Stopped.")
    return code


def _show_page(console: Console, url: str, *, opens: bool) -> None:
    console.print(f"Live page: {url}")
    if opens:
        open_in_browser(url)


def _print_end(
    console: Console, pipeline: Pipeline, injector: FaultInjector, results: OutFolder, *, opens: bool
) -> None:
    """Print the injected faults and the saved files, and open the report if ``opens``."""
    for call, of, fault in injector.injected:
        console.print(f"Fault: {call} of {of}: {fault}.")
    report = save_report(console, pipeline, results)
    print_saved(console, results)
    if report and opens:
        open_in_browser(report)


def read_start(now: str | None) -> datetime | None:
    """Return the date of ``--now``.

    Raises
    ------
    InvalidInput
        If it isn't a date with its time and its offset from UTC.
    """
    if now is None:
        return None
    try:
        start = datetime.fromisoformat(now)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise InvalidInput(f"now: '{now}' is not a date with a time and an offset (use 2026-12-24T20:00Z)")
    return start


def print_duration(console: Console, began: float) -> None:
    """Print the seconds since tools/run.mjs was started, or since ``began`` if something else started this process."""
    set_up = 0.0
    if find_starter() is not None:
        began = float(os.environ.get("FINANCE_STREAM_STARTED_AT", began))
        set_up = float(os.environ.get("FINANCE_STREAM_SET_UP_SECONDS", 0))
    console.print(f"Done in {time.time() - began:.1f} s (set-up: {set_up:.1f} s).")


def _serve(console: Console, pipeline: Pipeline, yahoo: Mapping[str, str]) -> None:
    """Print how to reach the cloud, and serve until a signal arrives."""
    of_this_cloud = embedded.make_variables(pipeline.source, pipeline.cloud.clock.ahead_seconds)
    # In this cloud, functions run in the project's .venv.
    for_aws = {**pipeline.cloud.environment(), **of_this_cloud, "FINANCE_STREAM_REQUIREMENTS": "none"}
    for_yahoo = {"FINANCE_STREAM_STAGE": LOCAL_STAGE, "VIRTUAL_ENV": sys.prefix, **yahoo}
    path = ROOT / ".local" / "serve" / str(pipeline.cloud.port)  # one per served cloud
    folder = Path(os.path.relpath(path))
    with shell_files(path, Path(sys.executable).parent, for_aws, for_yahoo):
        console.print("\nServing until Ctrl-C. For any AWS client and Serverless, in another terminal:\n")
        console.print(f"source {folder / AWS}", soft_wrap=True)
        console.print("\nFor `npx serverless invoke local`, also use the same Yahoo:\n")
        console.print(f"source {folder / YAHOO}", soft_wrap=True)
        console.print(f"\nTo undo them in that terminal: {LEAVE}")
        console.print(f"\nState machine: {pipeline.state_machine_arn}")
        console.print(f"HTTP API: {pipeline.outputs['ApiUrl']}")
        console.print(f"Bucket: s3://{pipeline.bucket}")
        Event(pipeline.cloud.clock).wait()
