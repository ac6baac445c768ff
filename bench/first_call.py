"""A function's process up to its first call: ``python -I -S -B first_call.py FOLDER RUNTIME VARIABLES HANDLER``.

``FOLDER`` is the unpacked zip. ``RUNTIME`` has the packages of Lambda's runtime. ``VARIABLES`` is the function's
environment as a JSON object. ``HANDLER`` is written as in the template, or it is a comma-separated list of modules to
import instead.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

if __name__ == "__main__":
    folder, runtime, variables, handler = sys.argv[1:]
    sys.path[:0] = [folder, runtime]
    os.environ |= {**json.loads(variables), "TMPDIR": os.path.dirname(runtime)}  # noqa: PTH120
    if "/" in handler:
        module, _, function = handler.replace("/", ".").rpartition(".")
        getattr(importlib.import_module(module), function)
    else:
        for module in filter(None, handler.split(",")):
            importlib.import_module(module)
    os._exit(0)  # Python's own end is not part of a start
