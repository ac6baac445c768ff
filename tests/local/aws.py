"""The stock AWS CLI, run in this process, since its start takes six times as long as a command.

test_readme.py runs it as a separate process, as the documents do.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from awscli.clidriver import create_clidriver

# The folder of the CLI's own models. Importing the CLI sets this variable, which other tests must not see.
_DATA_PATH = os.environ.pop("AWS_DATA_PATH")


def aws(*arguments: str, variables: Mapping[str, str] | None = None) -> Any:
    """Return the output of a command, parsed if it is JSON.

    With ``variables`` the command has only these AWS variables, otherwise those of this process.
    """
    output, errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with patch.dict(os.environ), contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        if variables is not None:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                del os.environ[name]
            os.environ.update(variables)
        os.environ["AWS_DATA_PATH"] = _DATA_PATH
        code = create_clidriver().main([*arguments, "--output", "json"])
    output.seek(0)
    printed = output.read()
    assert code == 0, errors.getvalue()
    return json.loads(printed) if printed.startswith(("{", "[")) else printed
