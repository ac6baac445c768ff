"""``npm run query``: the answer of a stage's Athena to a question, or to any SQL."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute
import pyathena
from click.shell_completion import CompletionItem
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from commands.statement import Statement, make_statement
from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.ask import keep_tickers
from finance_stream.client.console import PlainConsole, complain
from finance_stream.client.deployment import Deployment
from finance_stream.client.lake_dates import explain_no_rows, explain_no_ticker, find_newest_date
from finance_stream.client.output_file import check_file
from finance_stream.client.questions import ALIASES, VIEW, list_questions
from finance_stream.client.result import show, write_csv, write_json, write_parquet
from finance_stream.request import DEFAULT_INTERVAL


def _print_questions_if_none(context: click.Context, _: click.Parameter, question: str | None) -> str | None:
    """Print the questions if none is given. This calls no AWS API."""
    if question is None and not context.resilient_parsing:
        _print_questions(PlainConsole())
        context.exit()
    return question


def _complete_question(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Complete the name of a question or a file."""
    names = [*(question.name for question in list_questions()), *ALIASES]
    return [*(CompletionItem(name) for name in names if name.startswith(begun)), CompletionItem(begun, type="file")]


@functools.partial(stage_command, passes_on=False)
@click.argument(
    "question", required=False, is_eager=True, callback=_print_questions_if_none, shell_complete=_complete_question
)
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Local date. Default: the newest in the lake.")
@click.option("--end", metavar="YYYY-MM-DD", help="Date after the last one. Default: the date after --date.")
@click.option("--interval", help=f"{', '.join(INTERVAL_MINUTES)}. Default: {DEFAULT_INTERVAL}.")
@click.option("--tickers", metavar="A,B", help="Only rows of these tickers.")
@click.option("--param", "params", metavar="VALUE", multiple=True, help="Parameter of SQL, one per ?, in order.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only, as a list of objects.")
@click.option(
    "--parquet",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write a Parquet file.",
)
def main(target: Target, question: str, as_csv: bool, as_json: bool, parquet: Path | None, **options: Any) -> int:
    """Ask a stage's Athena a QUESTION, by its name, as an SQL file, or in SQL.

    Without a question, list the questions. The bytes scanned and their price are printed on stderr. Exit codes: 0 for
    an answer, 1 if Athena rejects or fails the query, 2 invalid input.

    \b
    npm run query
    npm run query -- vwap --stage dev
    npm run query -- "SELECT * FROM hourly_highs WHERE session = DATE '2026-11-23'"
    npm run query -- top_movers --date 2026-11-16 --end 2026-11-24 --tickers META,NFLX
    npm run --silent query -- bars --date 2026-11-23 --csv > bars.csv
    npm run query -- bars --date 2026-11-23 --parquet bars.parquet
    npm run query -- my.sql --param 1m --param 2026-11-23
    """
    _check_form(as_csv, as_json, parquet)
    require = functools.cache(target.require_deployment)  # not before the options are checked
    statement = make_statement(question, find_newest=lambda length: find_newest_date(require(), length), **options)
    try:
        answer = require().athena.ask(statement.sql, statement.parameters)
    except pyathena.Error as error:
        complain(f"Athena: {' '.join(str(error).split())}")
        return FAILED
    rows = keep_tickers(answer.table, statement.asked.tickers if statement.asked else ())
    if as_csv or as_json:
        (write_csv if as_csv else write_json)(rows, sys.stdout.buffer)
    elif parquet is not None:
        write_parquet(rows, parquet)
        complain(f"{parquet}: {rows.num_rows:,} rows.")
    else:
        show(rows, f"{statement.title}, {target.stack_name}", PlainConsole(), statement.session)
    if not rows.num_rows:
        complain(f"No rows: {_explain(require(), statement, answer.table)}.")
    billed = f"billed as {answer.billed_bytes / 2**20:,.0f} MB: ${answer.dollars:.6f} at list price"
    click.echo(f"Athena: {answer.scanned_bytes:,} bytes scanned, {billed}.", err=True)
    return 0


def _check_form(as_csv: bool, as_json: bool, parquet: Path | None) -> None:
    if sum([as_csv, as_json, parquet is not None]) > 1:
        raise TargetError("--csv, --json, --parquet: choose one")
    if parquet is not None and not parquet.absolute().parent.is_dir():
        raise TargetError(f"--parquet: '{parquet}': there is no folder {parquet.parent}")
    if parquet is not None:
        check_file(parquet)


def _explain(deployment: Deployment, statement: Statement, unfiltered: pa.Table) -> str:
    """Return why there are no rows. ``unfiltered`` are those of all tickers."""
    if statement.asked is None:
        return f"{statement.title} ran, and no row matches its filters"
    if unfiltered.num_rows:
        return explain_no_ticker(statement.asked, sorted(set(unfiltered["ticker"].to_pylist())))
    return explain_no_rows(deployment, statement.asked)


def _print_questions(console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("question", no_wrap=True)
    table.add_column("asks")
    by_name = {name: alias for alias, name in ALIASES.items()}
    takers: dict[str, list[str]] = {}
    for question in list_questions():
        alias = f"\nor {by_name[question.name]}" if question.name in by_name else ""
        table.add_row(question.name + alias, question.asks)
        takers.setdefault(question.parameters, []).append(question.name)
    console.print(table)
    console.print("Each takes --date YYYY-MM-DD (default: the newest), --end, --interval and --tickers:")
    console.print("  npm run query -- vwap --stage dev --date 2026-11-23")
    console.print("Each is a view too, for SQL on the command line or in a file: docs/query.md.")
    console.print("All but bars are prepared statements. Their parameters, in order, for EXECUTE:")
    for parameters, names in sorted(takers.items()):
        prepared = ", ".join(name for name in names if name != VIEW)
        console.print(Padding(f"{prepared}: {parameters}", (0, 0, 0, 2)))
