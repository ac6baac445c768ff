"""Execution environments. One environment runs one function and handles one event at a time, as on Lambda.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import json
import math
import secrets
import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_cloud import clock
from embedded_cloud.lambda_.faults import FunctionFault
from embedded_cloud.lambda_.process import FunctionProcess, LogLine, Message

INIT_SECONDS = 10  # https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
# 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). AWS's message has this number.
MAX_RESPONSE_BYTES = 6_291_556
TAIL_BYTES = 4_096  # end of the log: https://docs.aws.amazon.com/lambda/latest/dg/API_Invoke.html (LogResult)


@dataclass(frozen=True)
class Specification:
    """A function's configuration when its environment is created."""

    version: str
    timeout_seconds: int
    memory_mb: int
    folder: Path
    path: list[str]  # for imports, before Python's own
    variables: dict[str, str]
    scratch: Path  # private to the environment, removed with it
    log_group: str
    log_stream: str
    preloaded: tuple[str, ...] = ()  # modules that its process may find imported


@dataclass(frozen=True)
class Invocation:
    """One event for a function. ``payload`` is JSON."""

    request_id: str
    function_arn: str
    payload: bytes
    client_context: dict[str, Any] | None = None


@dataclass(frozen=True)
class InvocationResult:
    """The result of an invocation. If ``failed``, ``payload`` is the error in AWS's form."""

    payload: bytes
    failed: bool
    log: list[LogLine]

    @property
    def log_tail(self) -> bytes:
        return "".join(f"{line}\n" for _, line in self.log).encode()[-TAIL_BYTES:]


class ExecutionEnvironment:
    """One execution environment. Its process starts with the first event."""

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self._process: FunctionProcess | None = None
        self._closed = False
        self._starting = threading.Lock()  # no process may start while the environment is being closed

    @property
    def alive(self) -> bool:
        """True if the environment can handle another event."""
        return not self._closed and (self._process is None or self._process.alive)

    def close(self) -> None:
        """Kill the process and remove its files."""
        with self._starting:
            self._closed = True
        if self._process:
            self._process.kill()
        shutil.rmtree(self.specification.scratch, ignore_errors=True)

    def break_off(self, invocation: Invocation, fault: FunctionFault) -> InvocationResult:
        """End the environment with ``fault``, before or after the function handles the event."""
        log = list(self.invoke(invocation).log) if fault.afterwards else []
        self.close()
        return _report_runtime_error(
            invocation.request_id, fault.name, fault.text.format(timeout=self.specification.timeout_seconds), log
        )

    def invoke(self, invocation: Invocation) -> InvocationResult:
        """Handle one event. The environment stays :attr:`alive` unless the process crashed or timed out."""
        log: list[LogLine] = []
        seconds, began = self.specification.timeout_seconds, time.perf_counter()
        cold = self._process is None
        message = self._initialize(INIT_SECONDS, log) if cold else Message("ready")
        started = time.perf_counter()
        if message.kind == "timeout":  # AWS initializes again, within the function's own timeout
            message = self._initialize(seconds, log)
        log.append(_stamp_line(f"START RequestId: {invocation.request_id} Version: {self.specification.version}"))
        if message.kind == "ready":
            message = self._exchange(invocation, seconds - (time.perf_counter() - started))
            log += message.printed
        duration_ms = (time.perf_counter() - started) * 1_000
        result = self._build_result(invocation.request_id, message, log)
        init_ms = (started - began) * 1_000 if cold else 0.0
        log += self._format_closing_lines(invocation.request_id, message, duration_ms, init_ms)
        return result

    def _initialize(self, seconds: float, log: list[LogLine]) -> Message:
        log.append(_stamp_line(f"INIT_START Runtime Version: python:{sys.version.split()[0]} (this computer's)"))
        specification = self.specification
        with self._starting:
            if self._closed:
                return Message("exit")
            specification.scratch.mkdir(parents=True, exist_ok=True)
            self._process = FunctionProcess(
                specification.folder, specification.path, specification.variables, specification.preloaded
            )
        message = self._process.receive(seconds)
        log += message.printed
        return message

    def _exchange(self, invocation: Invocation, seconds: float) -> Message:
        assert self._process is not None  # noqa: S101 - invoke() starts it
        request = {
            "requestId": invocation.request_id,
            "functionArn": invocation.function_arn,
            "clientContext": invocation.client_context,
            "deadlineMs": clock.current().read_milliseconds() + int(seconds * 1_000),
            "traceId": _make_trace_id(),
            "secondsAhead": clock.current().ahead_seconds,
        }
        self._process.send(request, invocation.payload)
        return self._process.receive(seconds)

    def _build_result(self, request_id: str, message: Message, log: list[LogLine]) -> InvocationResult:
        if message.kind == "result" and len(message.payload) <= MAX_RESPONSE_BYTES:
            return InvocationResult(message.payload, False, log)
        if message.kind == "result":
            text = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
            return _build_failure({"errorType": "Function.ResponseSizeTooLarge", "errorMessage": text}, log)
        if message.kind == "error":
            return InvocationResult(message.payload, True, log)
        self.close()
        if message.kind == "init error":
            return _build_failure({**json.loads(message.payload), "requestId": request_id}, log)
        if message.kind == "timeout":
            name, text = "Sandbox.Timedout", f"Task timed out after {self.specification.timeout_seconds:.2f} seconds"
        else:
            name, text = "Runtime.ExitError", _describe_exit(message.status)
        return _report_runtime_error(request_id, name, text, log)

    def _format_closing_lines(
        self, request_id: str, message: Message, duration_ms: float, init_ms: float
    ) -> list[LogLine]:
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {math.ceil(duration_ms + init_ms)} ms",
            f"Memory Size: {self.specification.memory_mb} MB",
            f"Max Memory Used: {message.max_memory_mb} MB",
        ]
        if init_ms:
            fields.append(f"Init Duration: {init_ms:.2f} ms")
        if message.kind == "timeout":
            fields.append("Status: timeout")
        return [_stamp_line(f"END RequestId: {request_id}"), _stamp_line("\t".join(fields))]


def _report_runtime_error(request_id: str, name: str, text: str, log: list[LogLine]) -> InvocationResult:
    error = {"errorType": name, "errorMessage": f"RequestId: {request_id} Error: {text}"}
    log.append(_stamp_line(f"{error['errorMessage']}\n{name}"))
    return _build_failure(error, log)


def _build_failure(error: dict[str, Any], log: list[LogLine]) -> InvocationResult:
    return InvocationResult(json.dumps(error, ensure_ascii=False).encode(), True, log)


def _stamp_line(text: str) -> LogLine:
    return clock.current().read_milliseconds(), text


def _make_trace_id() -> str:
    """Make an X-Ray header of a trace that isn't sampled.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
    """
    began = int(clock.current().read_seconds())
    return f"Root=1-{began:08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0"


def _describe_exit(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal: {(signal.strsignal(-status) or str(-status)).lower()}"
    return f"Runtime exited with error: exit status {status}"
