"""One event, handled by the contents of a zip alone: ``python -I -S -B invoke.py FOLDER RUNTIME HANDLER EVENT``.

``FOLDER`` is the unpacked zip. ``RUNTIME`` has the packages of Lambda's runtime. The program prints the handler's
answer, the files of the imported modules, and the heavy packages that can be imported.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HEAVY = ("curl_cffi", "exchange_calendars", "numpy", "pandas", "yfinance")


def main(folder: str, runtime: str, handler: str, event: str) -> dict[str, Any]:
    sys.path[:0] = [folder, runtime]
    module_name, function_name = handler.replace("/", ".").rsplit(".", 1)
    handle = getattr(importlib.import_module(module_name), function_name)
    context = SimpleNamespace(
        function_name="finance-stream-test",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:finance-stream-test",
        aws_request_id="request-1",
        get_remaining_time_in_millis=lambda: 45_000,
    )
    answer = handle(json.loads(Path(event).read_text()), context)
    http = sys.modules.get("yfinance._http")
    return {
        "answer": answer,
        "files": sorted({file for one in list(sys.modules.values()) if (file := getattr(one, "__file__", None))}),
        "heavy": [name for name in HEAVY if importlib.util.find_spec(name)],
        "has_curl_cffi": http and http.HAS_CURL_CFFI,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
