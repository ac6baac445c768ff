"""``npm run completion``: what a shell needs to complete ``npm run COMMAND -- --option``."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import sys
from pathlib import Path

import click
from click.shell_completion import BashComplete, CompletionItem, ShellComplete, ZshComplete, add_completion_class

from deployment.package import ROOT

# By click's own protocol: https://click.palletsprojects.com/en/stable/shell-completion/#adding-support-for-a-shell
VARIABLE = "_FINANCE_STREAM_COMPLETE"
# Of the commands that are no module of their own name in commands/.
MODULES = {
    "local": "commands.local",
    "chaos": "commands.chaos",
    "load": "commands.load",
    "bench": "bench.__main__",
    "test": "tools.gates",
    "test:trino": "tools.trino.__main__",
}


class Commands(click.Group):
    """The npm commands, each imported when it is asked for: one imports pandas, another moto."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(json.loads((ROOT / "package.json").read_text())["scripts"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command; None for one whose options are another program's, as pytest's."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found = importlib.import_module(MODULES.get(cmd_name, f"commands.{cmd_name}")).main
        return found if isinstance(found, click.Command) else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        return [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]


class NpmRun(ShellComplete):
    """A shell in which a command stands after ``npm run``, and its options after ``--``."""

    def source(self) -> str:
        paths = {"root": shlex.quote(str(ROOT)), "python": shlex.quote(sys.executable), "shell": self.name}
        return self.source_template % {**self.source_vars(), **paths}

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        words = args[1:]  # without "run"
        while words and words[0].startswith("-"):  # npm's own: --silent
            words = words[1:]
        if not words:
            return super().get_completions([], incomplete)
        command, *rest = words
        if "--" not in rest:  # else they would be npm's
            return [CompletionItem("--")]
        return super().get_completions([command, *rest[rest.index("--") + 1 :]], incomplete)


@add_completion_class
class NpmBash(NpmRun, BashComplete):
    name = "npmbash"
    source_template = Path(__file__).with_suffix(".bash").read_text()


@add_completion_class
class NpmZsh(NpmRun, ZshComplete):
    name = "npmzsh"
    source_template = Path(__file__).with_suffix(".zsh").read_text()


SHELLS: dict[str, type[NpmRun]] = {"bash": NpmBash, "zsh": NpmZsh}
commands = Commands("npm run")


def login_shell() -> str:
    """The user's own shell where it is one of those known, else bash."""
    shell = Path(os.environ.get("SHELL", "")).name
    return shell if shell in SHELLS else "bash"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("shell", type=click.Choice(list(SHELLS)), default=login_shell)
def main(shell: str) -> None:
    """Print what has a SHELL (bash or zsh; your own, if not given) complete the project's commands and their options.

    It works in the project's folder and below, and leaves everything else to npm's completion, where there is one.
    Bash has to be 4.4 or newer.

    \b
    source <(npm run --silent completion)
    npm run execute -- --st<TAB>
    """
    click.echo(SHELLS[shell](commands, {}, "finance-stream", VARIABLE).source(), nl=False)


if __name__ == "__main__":
    if VARIABLE in os.environ:
        commands(prog_name="finance-stream", complete_var=VARIABLE)
    main(prog_name="npm run completion --")
