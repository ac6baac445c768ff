"""The group of the commands: ``finance-stream COMMAND`` in the venv, and ``npm run COMMAND --``."""

from __future__ import annotations

import functools
import importlib
import sys
from contextlib import nullcontext

import click

from commands.leave import find_starter, run_and_leave
from embedded_cloud.lambda_.process import preload
from finance_stream.client.life import showing_life
from local.environment import LIBRARIES, clean_environment

# The commands and their summaries. The list of commands imports none of them, because some need pandas or moto.
COMMANDS = {
    "local": "Run the whole pipeline on this computer: the packaged stack, deployed to an embedded cloud.",
    "chaos": "Run whole sessions in the embedded cloud under random faults, and reconcile each.",
    "load": "Run one execution of many tickers in the embedded cloud, and reconcile its bars.",
    "simulate": "Deploy a stage to the embedded cloud, let its own schedules run some days, and reconcile each date.",
    "deploy": "Deploy a stage to AWS.",
    "remove": "Remove a stage from AWS, with everything in its stack's buckets, after asking.",
    "info": "Show a stage's outputs, whether its schedule is on, and how to start an execution.",
    "verify": "Check a deployed stage: its stack, its roles, and a canary execution that leaves nothing behind.",
    "redrive": "Put a stage's failed records back on its delivery stream.",
    "execute": "Start an execution, follow it to its end, and print its answer.",
    "follow": "Follow an execution to its end, and print its answer.",
    "logs": "Print the log lines of a stage's functions and state machines, or of one execution.",
    "query": "Ask a stage's Athena a QUESTION, by its name, as an SQL file, or in SQL.",
    "gaps": "List the bars of a date that are missing in a stage's lake.",
    "report": "Report a date: hourly highs, charts, completeness, the execution, its failures and its cost.",
    "cost": "Estimate a stage's cost per month, from its template and measured sizes.",
}
# Commands with an embedded cloud in their process.
EMBEDDED = frozenset({"local", "chaos", "load", "simulate"})
HELP = {"-h", "--help"}
BY_NPM, BY_NAME = "npm run", "finance-stream"


class Commands(click.Group):
    """The commands. Each is imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None if unknown. For an embedded command, the environment is cleaned first."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in EMBEDDED:
            clean_environment()
        # A shell that completes a word shows everything that is printed.
        with nullcontext() if ctx.resilient_parsing else showing_life("Loading the libraries"):
            command: click.Command = importlib.import_module(f"commands.{cmd_name}").main
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, and its name for the usage line. npm passes on only options after ``--``."""
        name, command, rest = super().resolve_command(ctx, args)
        return f"{name} --" if ctx.info_name == BY_NPM else name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def commands() -> None:
    """Stream 1-minute market bars into a queryable S3 lake, on AWS or on this computer."""


def main() -> None:
    """Run the command in the arguments."""
    name = BY_NPM if find_starter() else BY_NAME
    run = functools.partial(commands.main, prog_name=name, complete_var="_FINANCE_STREAM_COMPLETE")
    if sys.argv[1:] and sys.argv[1] in EMBEDDED:
        if not HELP & {*sys.argv}:
            clean_environment()
            preload(LIBRARIES)  # on another core, while this process imports the command
        run_and_leave(run)
    else:
        run()
