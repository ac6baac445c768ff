"""``npm run query``: the answer of a stage's Athena to a question, or to any SQL file."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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

from commands.options import ANY, check_request, make_event
from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.athena import quote_text, to_literal
from finance_stream.client.console import PlainConsole, complain
from finance_stream.client.output_file import check_file
from finance_stream.client.questions import (
    ALIASES,
    VIEW,
    Question,
    count_parameters,
    find_question,
    list_questions,
    make_bars_sql,
    suggest_names,
)
from finance_stream.client.result import show, write_csv, write_json, write_parquet
from finance_stream.request import DEFAULT_INTERVAL

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Statement:
    """An SQL statement with its title and parameters.

    ``tickers`` limits its rows, if any. ``session`` is the only session of its rows, if there is only one.
    """

    title: str
    sql: str
    parameters: Sequence[str]
    tickers: Sequence[str] = ()
    session: str | None = None


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
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Local date. Every question needs it.")
@click.option("--end", metavar="YYYY-MM-DD", help="Date after the last one. Default: the date after --date.")
@click.option("--interval", help=f"{', '.join(INTERVAL_MINUTES)}. Default: {DEFAULT_INTERVAL}.")
@click.option("--tickers", metavar="A,B", help="Only rows of these tickers.")
@click.option("--param", "params", metavar="VALUE", multiple=True, help="Parameter of a file, one per ?, in order.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only, as a list of objects.")
@click.option(
    "--parquet",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write a Parquet file.",
)
def main(target: Target, question: str, as_csv: bool, as_json: bool, parquet: Path | None, **options: Any) -> int:
    """Ask a stage's Athena a QUESTION, by its name or as an SQL file.

    Without a question, list the questions. The bytes scanned and their price are printed on stderr. Exit codes: 0 for
    an answer, 1 if Athena rejects or fails the query, 2 invalid input.

    \b
    npm run query
    npm run query -- vwap --stage dev --date 2026-11-23
    npm run query -- top_movers --date 2026-11-16 --end 2026-11-24 --tickers META,NFLX
    npm run --silent query -- bars --date 2026-11-23 --csv > bars.csv
    npm run query -- bars --date 2026-11-23 --parquet bars.parquet
    npm run query -- my.sql --param 1m --param 2026-11-23
    """
    _check_form(as_csv, as_json, parquet)
    statement = make_statement(question, **options)
    athena = target.require_deployment().athena
    try:
        answer = athena.ask(statement.sql, statement.parameters)
    except pyathena.Error as error:
        complain(f"Athena: {' '.join(str(error).split())}")
        return FAILED
    rows = _filter_tickers(answer.table, statement.tickers)
    if as_csv or as_json:
        (write_csv if as_csv else write_json)(rows, sys.stdout.buffer)
    elif parquet is not None:
        write_parquet(rows, parquet)
        complain(f"{parquet}: {rows.num_rows:,} rows.")
    else:
        show(rows, f"{statement.title}, {target.stack_name}", PlainConsole(), statement.session)
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


def make_statement(name: str, *, day: str | None, end: str | None, interval: str | None, **others: Any) -> Statement:
    """Return the statement for the options. Athena binds its parameters.

    Raises
    ------
    TargetError
        For an invalid option. The text names it, its value and the allowed values.
    """
    question = find_question(name)
    if question is not None:
        return _make_question_statement(question, day, end, interval, **others)
    given = {"--date": day, "--end": end, "--interval": interval, "--tickers": others["tickers"]}
    return _make_file_statement(
        name, [option for option, value in given.items() if value is not None], others["params"]
    )


def _make_question_statement(
    question: Question,
    day: str | None,
    end: str | None,
    interval: str | None,
    tickers: str | None,
    params: Sequence[str],
) -> Statement:
    if params:
        raise TargetError(f"--param: '{params[0]}': {question.name} takes --date, --end, --interval and --tickers")
    if day is None:
        raise TargetError(f"--date: missing: npm run query -- {question.name} --date YYYY-MM-DD")
    event = make_event({"start": day, "end": end, "interval": interval, "tickers": tickers})
    request = check_request(event, ANY, {"start": "date"})
    chosen = request.tickers if tickers is not None else []
    if chosen and not question.has_tickers:
        raise TargetError(f"--tickers: '{tickers}': {question.name} is about all tickers together, so it takes none")
    start, after = map(str, request.window or ())
    # The fourth, for hourly_highs, is the time from which bars count as delivered: before any bar of these dates.
    parameters = [quote_text(value) for value in (request.interval, start, after, start)]
    session = start if date.fromisoformat(after) - date.fromisoformat(start) == ONE_DAY else None
    title = f"{question.name} of {session or f'{start} until {after}'} at {request.interval}"
    if question.name == VIEW:
        return Statement(title, make_bars_sql(chosen), [*parameters[:3], *map(quote_text, chosen)], session=session)
    return Statement(title, question.sql, parameters[: count_parameters(question.sql)], chosen, session)


def _make_file_statement(name: str, refused: Sequence[str], params: Sequence[str]) -> Statement:
    path = Path(name)
    if not path.is_file():
        meant = suggest_names(name)
        likely = f": did you mean {meant[0]}?" if meant else "."
        raise TargetError(
            f"question: '{name}' is neither a question nor a file{likely} npm run query lists the questions"
        )
    if refused:
        raise TargetError(f"{refused[0]}: {name} is a file: give its parameters by --param, in the order of its ?")
    try:
        sql = path.read_text(encoding="utf-8").strip().removesuffix(";")
    except UnicodeDecodeError as error:
        raise TargetError(f"question: '{name}' is not UTF-8 text: {error}") from error
    if (marks := count_parameters(sql)) != len(params):
        raise TargetError(f"--param: {len(params)} given, and {name} has {marks} parameters (?)")
    return Statement(path.name, sql, [to_literal(value) for value in params])


def _filter_tickers(rows: pa.Table, tickers: Sequence[str]) -> pa.Table:
    return rows.filter(pyarrow.compute.is_in(rows["ticker"], pa.array(tickers))) if tickers else rows


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
    console.print("Each takes --date YYYY-MM-DD, and --end, --interval and --tickers:")
    console.print("  npm run query -- vwap --stage dev --date 2026-11-23")
    console.print("An SQL file is a question too: docs/query.md. All but bars are prepared")
    console.print("statements of the workgroup. Their parameters, in order, for EXECUTE:")
    for parameters, names in sorted(takers.items()):
        prepared = ", ".join(name for name in names if name != VIEW)
        console.print(Padding(f"{prepared}: {parameters}", (0, 0, 0, 2)))
