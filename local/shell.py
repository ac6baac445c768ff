"""The files of a served cloud that a shell can source. Each can be undone."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from deployment.proxies import NOT_PROXIED

AWS, YAHOO = "aws.sh", "yahoo.sh"
LEAVE = "leave_finance_stream"

# For sh, bash and zsh. The first file that changes a variable keeps its old value, so you can source both files in any
# order and any number of times. zsh splits the output of a command at spaces, but not a variable.
_FUNCTIONS = r"""
_finance_stream_keep() {
  case " ${_finance_stream_names-} " in *" $1 "*) return ;; esac
  _finance_stream_names="${_finance_stream_names-} $1"
  eval "_finance_stream_was_$1=\${$1-}"
  if printenv "$1" > /dev/null; then eval "_finance_stream_kind_$1=exported"
  else eval "_finance_stream_kind_$1=\${$1+shell}"; fi
}
_finance_stream_set() {
  _finance_stream_keep "$1"
  export "$1=$2"
}
_finance_stream_unset() {
  _finance_stream_keep "$1"
  unset "$1"
}
leave_finance_stream() {
  for _finance_stream_name in $(echo "${_finance_stream_names-}"); do
    eval "_finance_stream_kind=\$_finance_stream_kind_$_finance_stream_name"
    if [ "$_finance_stream_kind" != exported ]; then unset "$_finance_stream_name"; fi
    case "$_finance_stream_kind" in
      exported) eval "export $_finance_stream_name=\"\$_finance_stream_was_$_finance_stream_name\"" ;;
      shell) eval "$_finance_stream_name=\$_finance_stream_was_$_finance_stream_name" ;;
    esac
    unset "_finance_stream_was_$_finance_stream_name" "_finance_stream_kind_$_finance_stream_name"
  done
  unset _finance_stream_names _finance_stream_name _finance_stream_kind
  unset -f _finance_stream_keep _finance_stream_set _finance_stream_unset leave_finance_stream
  hash -r 2> /dev/null || true
}
"""
# The user's own profile, session token or endpoint could override the variables of the cloud.
_NO_OTHER_AWS = r"""
for _finance_stream_name in $(env | sed -n 's/^\(AWS_[A-Za-z0-9_]*\)=.*/\1/p'); do
  _finance_stream_unset "$_finance_stream_name"
done
"""


@contextlib.contextmanager
def shell_files(folder: Path, programs: Path, aws: Mapping[str, str], yahoo: Mapping[str, str]) -> Iterator[None]:
    """Keep the files in ``folder`` while the cloud is served. Only the user can read them.

    Parameters
    ----------
    programs
        The folder of the ``aws`` command. It goes first on the PATH.
    aws, yahoo
        The variables that the two files set.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    try:
        _write(folder / AWS, make_aws_script(programs, aws))
        _write(folder / YAHOO, make_script(yahoo))
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_script(variables: Mapping[str, str]) -> str:
    """Return the text of a file that sets ``variables`` when a shell sources it."""
    lines = [f"_finance_stream_set {name} {shlex.quote(value)}\n" for name, value in variables.items()]
    return f"# Source this file. To undo that: {LEAVE}\n{_FUNCTIONS}{''.join(lines)}"


def make_aws_script(programs: Path, variables: Mapping[str, str]) -> str:
    """Return the text of a file that points a shell's AWS clients, and only these, at a cloud."""
    direct = ",".join(NOT_PROXIED)
    beyond = [f'_finance_stream_set {name} "${{{name}:+${name},}}{direct}"\n' for name in ("NO_PROXY", "no_proxy")]
    path = f'_finance_stream_set PATH {shlex.quote(str(programs))}{os.pathsep}"$PATH"\n'
    functions, sets = make_script({}), make_script(variables).removeprefix(make_script({}))
    return "".join((functions, _NO_OTHER_AWS, sets, *beyond, path))


def _write(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
