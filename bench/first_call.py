"""A function's process up to its first call: ``python -I -S -B first_call.py FOLDER RUNTIME VARIABLES HANDLER``.

``FOLDER`` is the unpacked zip, ``RUNTIME`` has the packages that Lambda's runtime brings, ``VARIABLES`` a JSON object,
the function's environment. ``HANDLER`` as the template writes it, or names of modules to import instead, with commas
between.
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
    os._exit(0)  # what Python does at its end is no part of a start
