"""The main program of a function's process: it imports the handler, then handles one event after the other.

It behaves like AWS's Python runtime, with pipes instead of the HTTP interface. A message is a line of JSON, followed by
``payloadBytes`` bytes of payload. This module imports only a small part of the standard library, because every cold
start loads it.
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, BinaryIO

END_OF_OUTPUT = b"\0end of output\0\n"  # in the log, after the output of one event or of the initialization
PATH_VARIABLE = "_EMBEDDED_CLOUD_PATH"  # the function's folders for imports, as a list in JSON
AHEAD_VARIABLE = "_EMBEDDED_CLOUD_SECONDS_AHEAD"  # of real time, when the process starts
LINE_BREAK_IN_MESSAGE = "\r"  # keeps a message of several lines in one log event

# A function's folders here, and on Lambda: https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html
LAMBDA_FOLDERS: dict[str, str] = {}

Handler = Callable[[Any, "Context"], Any]


class FaultError(Exception):
    """A fault of the function's set-up, not one raised by its code. ``kind`` is AWS's name for it."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.trace = trace or []


class Context:
    """The handler's context: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, request: dict[str, Any]) -> None:
        self.aws_request_id = request["requestId"]
        self.invoked_function_arn = request["functionArn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.client_context = _build_client_context(request.get("clientContext"))
        self._deadline_ms = request["deadlineMs"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int(self._deadline_ms - time.time() * 1000))


def _build_client_context(given: dict[str, Any] | None) -> SimpleNamespace | None:
    if given is None:
        return None
    client = SimpleNamespace(**given["client"]) if given.get("client") else None
    return SimpleNamespace(client=client, custom=given.get("custom"), env=given.get("env"))


class _LogHandler(logging.Handler):
    """A handler of Python's logging that writes lines in the format of AWS's runtime."""

    request_id = ""

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        _print_as_one(self.format(record))


def _print_as_one(message: str) -> None:
    sys.stdout.write(LINE_BREAK_IN_MESSAGE.join(message.splitlines()) + "\n")


def _set_up_logging() -> _LogHandler:
    logging.Formatter.converter = time.gmtime
    handler = _LogHandler()
    line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(logging.Formatter(line, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)
    return handler


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Reserve standard input and output for messages.

    The function then reads an empty standard input, and its output goes to standard error, which is the log.
    """
    requests, responses = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    return requests, responses


def _find_handler(name: str) -> Handler:
    module_name, _, function_name = name.rpartition(".")
    if not module_name:
        raise FaultError(
            "Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise FaultError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        message = f"Syntax error in module '{module_name}': {error}"
        raise FaultError("Runtime.UserCodeSyntaxError", message, trace) from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise FaultError("Runtime.HandlerNotFound", message) from None
    return handler


def _describe_error(error: Exception, request_id: str) -> dict[str, Any]:
    """Print an error, and return it in the form that the caller gets."""
    if isinstance(error, FaultError):
        kind, trace = error.kind, error.trace
    else:
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
        kind, trace = type(error).__name__, [_move_to_lambda(line) for line in traceback.format_list(own)]
    shaped = {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}
    _print_as_one("\n".join([f"[ERROR] {kind}: {error}", "Traceback (most recent call last):", *trace]))
    return shaped


def _move_to_lambda(line: str) -> str:
    """Return a line of a stack trace with the path that the file has on Lambda."""
    for here, there in LAMBDA_FOLDERS.items():
        if line.startswith(f'  File "{here}'):
            path, quote, rest = line.removeprefix(f'  File "{here}').partition('"')
            return f'  File "{there}{path.replace(os.sep, "/")}{quote}{rest}'
    return line


def _encode_decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _handle(handler: Handler, request: dict[str, Any], payload: bytes) -> tuple[str, bytes]:
    try:
        result = handler(json.loads(payload), Context(request))
        if isinstance(result, bytes):  # Lambda returns them as they are
            return "result", result
        try:
            return "result", json.dumps(result, ensure_ascii=False, default=_encode_decimal).encode()
        except Exception as error:
            raise FaultError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    except Exception as error:
        return "error", json.dumps(_describe_error(error, request["requestId"]), ensure_ascii=False).encode()


class _Date:
    """The process's date, moved to that of the cloud."""

    def __init__(self) -> None:
        self._traveller: Any = None

    def move(self, seconds_ahead: float) -> None:
        """Make the date ``seconds_ahead`` of the real one. A process at the real date is left as it is."""
        if self._traveller is None:
            if not seconds_ahead:
                return
            self._traveller = _import_time_machine().travel(0.0, tick=True).start()
        real = sys.modules["time_machine"].escape_hatch.time.time()
        self._traveller.move_to(real + seconds_ahead)
        time.time()  # the library's clock stands still until it is read


def _import_time_machine() -> Any:
    """Return the library without what it would import beside it: pytest, and a parser of dates."""
    unneeded = [name for name in ("pytest", "dateutil.parser") if name not in sys.modules]
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(unneeded))  # None refuses an import
    try:
        return importlib.import_module("time_machine")
    finally:
        for name in unneeded:
            del modules[name]


def _read_max_memory_mb() -> int:
    if sys.platform == "win32":
        return 0  # the standard library can't read it there
    if sys.platform == "linux":  # Linux's getrusage includes the process that this one was forked from
        with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib would be one more import
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024)  # bytes on macOS


def _send(responses: BinaryIO, kind: str, payload: bytes = b"") -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(2, END_OF_OUTPUT)
    header = {"kind": kind, "payloadBytes": len(payload), "maxMemoryMb": _read_max_memory_mb()}
    responses.write(json.dumps(header).encode() + b"\n" + payload)
    responses.flush()


def _receive(requests: BinaryIO, received: queue.SimpleQueue[tuple[dict[str, Any], bytes]]) -> None:
    """Read requests ahead of time, so the process exits with its parent even while the handler is busy."""
    while line := requests.readline():
        request = json.loads(line)
        received.put((request, requests.read(request["payloadBytes"])))
    os._exit(0)


def main() -> None:
    """Initialize, then handle events until standard input closes."""
    requests, responses = _take_over_pipes()
    if hasattr(time, "tzset"):  # a forked process was in the fork server's zone
        time.tzset()
    received: queue.SimpleQueue[tuple[dict[str, Any], bytes]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, received), daemon=True).start()
    date = _Date()
    date.move(float(os.environ.pop(AHEAD_VARIABLE)))
    log = _set_up_logging()
    folders = json.loads(os.environ.pop(PATH_VARIABLE))
    sys.path[:0] = folders
    LAMBDA_FOLDERS.update({folder: "/var/task" if folder == folders[0] else "/opt/python" for folder in folders})
    try:
        handler = _find_handler(os.environ["_HANDLER"])
    except Exception as error:
        _send(responses, "init error", json.dumps(_describe_error(error, ""), ensure_ascii=False).encode())
        sys.exit(1)
    _send(responses, "ready")
    while True:
        request, payload = received.get()
        log.request_id = request["requestId"]
        date.move(request["secondsAhead"])
        os.environ["_X_AMZN_TRACE_ID"] = request["traceId"]
        _send(responses, *_handle(handler, request, payload))


if __name__ == "__main__":
    main()
