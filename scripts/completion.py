"""``npm run completion``: what a shell needs to complete ``npm run COMMAND -- --option``."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import sys

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from local.package import ROOT

# By click's own protocol: https://click.palletsprojects.com/en/stable/shell-completion/#adding-support-for-a-shell
SHELL = "npmbash"
VARIABLE = "_FINANCE_STREAM_COMPLETE"
# Of the commands that are no module of their own name in scripts/.
MODULES = {
    "local": "local.__main__",
    "chaos": "local.chaos.__main__",
    "load": "local.chaos.load",
    "bench": "bench.__main__",
    "test": "scripts.gates",
    "test:trino": "scripts.trino.__main__",
}
RUN = ("run", "run-script")

# Where it is not about this project, npm's own completion answers, if there is one: `npm completion`.
_SOURCE = """\
%(complete_func)s() {
    if [[ $PWD/ != %(root)s/* || ( ${COMP_WORDS[1]} != run && ${COMP_WORDS[1]} != run-script ) || $COMP_CWORD -lt 2 ]]; then
        if declare -F _npm_completion > /dev/null; then _npm_completion "$@"; else compopt -o default; fi
        return
    fi
    local IFS=$'\\n' response completion type value
    response=$(cd %(root)s && env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=%(shell)s_complete \\
        %(python)s -m scripts.completion)
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            *) COMPREPLY+=("$value") ;;
        esac
    done
}
complete -o nosort -F %(complete_func)s npm
"""  # noqa: E501 - a line of the shell's


class Commands(click.Group):
    """The npm commands, each imported when it is asked for: one imports pandas, another moto."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(json.loads((ROOT / "package.json").read_text())["scripts"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command; None for one whose options are another program's, as pytest's."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found = importlib.import_module(MODULES.get(cmd_name, f"scripts.{cmd_name}")).main
        return found if isinstance(found, click.Command) else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        return [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]


@add_completion_class
class NpmBash(BashComplete):
    """Bash, in which a command stands after ``npm run``, and its options after ``--``."""

    name = SHELL
    source_template = _SOURCE

    def source(self) -> str:
        paths = {"root": shlex.quote(str(ROOT)), "python": shlex.quote(sys.executable), "shell": SHELL}
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


commands = Commands("npm run")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Print what has bash complete the project's commands and their options, where it is sourced.

    It works in the project's folder and below, and leaves everything else to npm's own completion (`npm completion`).
    Needs bash 4.4 or newer.

    \b
    source <(npm run --silent completion)
    npm run execute -- --st<TAB>
    """
    click.echo(NpmBash(commands, {}, "finance-stream", VARIABLE).source(), nl=False)


if __name__ == "__main__":
    if VARIABLE in os.environ:
        commands(prog_name="finance-stream", complete_var=VARIABLE)
    main(prog_name="npm run completion --")
