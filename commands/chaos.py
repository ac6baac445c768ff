"""``npm run chaos``: whole sessions under random faults, and a reconciliation after each."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console

from deployment.package import PackageError, package
from finance_stream.client.console import PlainConsole, complain
from finance_stream.client.output_file import OutputError, check_writable, write_output
from local.chaos.case import Case, draw_case
from local.chaos.case_run import CaseResult
from local.chaos.workers import WorkerError, run_cases
from local.faults.plan import PlanError

CLEAN, UNCLEAN, BAD_INPUT = 0, 1, 2
MAX_JOBS = 64


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the cases.")
@click.option("--runs", type=click.IntRange(1, 1000), default=10, show_default=True, help="Number of cases.")
@click.option("--first", type=click.IntRange(1, 1000), default=1, show_default=True, help="Number of the first case.")
@click.option("--case", "file", type=click.Path(path_type=Path, dir_okay=False), help="Run the case in this file.")
@click.option(
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    default=lambda: min(os.cpu_count() or 1, MAX_JOBS),
    show_default="one per core",
    help="Number of cases at once.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/chaos"), show_default=True)
def main(*, seed: int, runs: int, first: int, file: Path | None, jobs: int, out: Path) -> None:
    """Run whole sessions in the embedded cloud under random faults, and reconcile each.

    \b
    npm run chaos -- --seed 1 --runs 50
    npm run chaos -- --case out/chaos/seed-1-case-7.json

    Each case is saved in --out as a file, so you can run it again alone. Exit codes: 0 if every bar is reconciled,
    1 if not, 2 invalid input.
    """
    console = PlainConsole()
    try:
        cases = [Case.read(file)] if file else [draw_case(seed, number) for number in range(first, first + runs)]
        sys.exit(_run_cases(console, cases, jobs, out))
    except (PlanError, OutputError, PackageError) as error:
        complain(error)
        sys.exit(BAD_INPUT)
    except WorkerError as error:
        complain(error)
        sys.exit(UNCLEAN)


def _run_cases(console: Console, cases: Sequence[Case], jobs: int, out: Path) -> int:
    check_writable(out)
    folder, _ = package()
    paths = {case.number: out / f"seed-{case.seed}-case-{case.number}.json" for case in cases}
    for case in cases:
        write_output(paths[case.number], case.to_json())
    results, began = [], time.monotonic()
    for result, seconds in run_cases(cases, folder, jobs):
        results.append(result)
        _print_line(console, result, seconds)
        for problem in result.problems:
            console.print(f"    {problem}", style="red")
        if result.problems:
            path = paths[result.case.number]
            console.print(f"    run it again: npm run chaos -- --case {path}", style="red", soft_wrap=True)
    _print_summary(console, results, time.monotonic() - began)
    return UNCLEAN if any(result.problems for result in results) else CLEAN


def _print_line(console: Console, session: CaseResult, seconds: float) -> None:
    case = session.case
    ends = ", ".join("SUCCEEDED" if end.succeeded else f"FAILED ({end.error})" for end in session.ends)
    console.print(
        f"case {case.number:>3}  {case.date}  {', '.join(case.tickers):<40}  {_describe_faults(case)}\n"
        f"          {session.injected} faults injected; {ends}, {session.served:,} bars from Yahoo, "
        f"{session.redriven:,} redriven, {len(session.collected_again)} tickers collected again, "
        f"{'ledger clean' if not session.problems else 'LEDGER NOT CLEAN'} ({seconds:.1f} s)"
    )


def _describe_faults(case: Case) -> str:
    twice = ["started twice"] if case.executions == 2 else []
    return "; ".join([*(f"{rule.call} {rule.fault}" for rule in case.faults), *twice])


def _print_summary(console: Console, sessions: Sequence[CaseResult], seconds: float) -> None:
    clean = sum(not session.problems for session in sessions)
    ends = [end for session in sessions for end in session.ends]
    console.print(f"\n{clean} of {len(sessions)} ledgers clean.")
    pairs = {pair for case_run in sessions for pair in case_run.pairs}
    for label, count in (
        ("cases per minute", f"{60 * len(sessions) / seconds:.0f}"),
        ("fault x state pairs", f"{len(pairs)}, in {len({state for *_, state in pairs})} states"),
        ("faults injected", _format_sum(case_run.injected for case_run in sessions)),
        ("executions", f"{len(ends)}, {sum(not end.succeeded for end in ends)} FAILED"),
        ("bars from Yahoo", _format_sum(case_run.served for case_run in sessions)),
        ("bars sent", _format_sum(case_run.sent for case_run in sessions)),
        ("bars redriven", _format_sum(case_run.redriven for case_run in sessions)),
        ("bars lost", _format_sum(case_run.lost for case_run in sessions)),
        ("duplicates counted", _format_sum(case_run.duplicates for case_run in sessions)),
    ):
        console.print(f"  {label:<20} {count}")


def _format_sum(counts: Iterable[int]) -> str:
    return f"{sum(counts):,}"
