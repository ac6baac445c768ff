"""The execution environments of an account's functions, with warm environments and AWS's concurrency limits."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.code import CodeStore
from embedded_cloud.lambda_.environment import ExecutionEnvironment, Specification
from embedded_cloud.lambda_.model import Function

STOP_SECONDS = 5  # the longest wait for invocations after their processes are killed
# Variables that a process needs to start, besides its function's own.
INHERITED_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT")


class ConcurrencyExceededError(Exception):
    """An invocation over the concurrency limit. ``reason`` is AWS's name of the limit."""

    def __init__(self, reason: str) -> None:
        super().__init__("Rate Exceeded.")
        self.reason = reason


class PoolStoppedError(Exception):
    """An invocation while the cloud is stopping."""

    def __init__(self) -> None:
        super().__init__("The embedded cloud is stopping.")


class FunctionPool:
    """The pool of environments. A released environment stays warm for the next event."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._code: CodeStore | None = None  # created with the first environment
        self._lock = threading.Condition()
        self._busy: Counter[str] = Counter()  # number of busy environments, by function name
        self._reserved: dict[str, int] = {}
        # By function ARN and revision. The environment used last is reused first.
        self._warm: defaultdict[tuple[str, str], list[ExecutionEnvironment]] = defaultdict(list)
        self._all: set[ExecutionEnvironment] = set()
        self._stopped = False

    @contextmanager
    def use_environment(self, function: Function) -> Iterator[ExecutionEnvironment]:
        """Provide a warm environment of the function, or a new one, for one event.

        Raises
        ------
        ConcurrencyExceededError
            If the limit is reached. AWS refuses such an invocation and doesn't queue it:
            https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
        PoolStoppedError
        """
        revision = function.revision_id
        environment = self._acquire(function, revision)
        try:
            yield environment
        finally:
            self._release(function, revision, environment)

    def reserve(self, name: str, environments: int | None) -> None:
        """Reserve a number of environments for one function. None removes the reservation."""
        with self._lock:
            others = sum(count for other, count in self._reserved.items() if other != name)
            if others + (environments or 0) > self._cloud.function_concurrency:
                raise ValueError(
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                    "UnreservedConcurrentExecution below its minimum value of [0]; "
                    f"the embedded cloud runs {self._cloud.function_concurrency} at once."
                )
            self._reserved.pop(name, None)
            if environments is not None:
                self._reserved[name] = environments

    def retire(self, name: str) -> None:
        """Close the warm environments of a function that was changed or deleted."""
        with self._lock:
            keys = [key for key in self._warm if key[0].split(":")[6] == name]
            retired = [environment for key in keys for environment in self._warm.pop(key)]
            self._all -= set(retired)
        for environment in retired:
            environment.close()

    def stop(self) -> None:
        """Close every environment, and remove the unpacked code."""
        with self._lock:
            self._stopped = True
            environments = list(self._all)
            self._warm.clear()
        for environment in environments:
            environment.close()
        with self._lock:  # late writes of invocations must not reach the next cloud
            self._lock.wait_for(lambda: not self._busy.total(), STOP_SECONDS)
        if self._code:
            shutil.rmtree(self._code.root, ignore_errors=True)

    def _acquire(self, function: Function, revision: str) -> ExecutionEnvironment:
        name = function.function_name
        with self._lock:
            if self._stopped:
                raise PoolStoppedError
            self._check_concurrency(name)
            self._busy[name] += 1
            self._code = self._code or CodeStore(Path(tempfile.mkdtemp(prefix="embedded-cloud-functions-")))
            warm = self._warm[function.function_arn, revision]
            while warm:
                environment = warm.pop()
                if environment.alive:
                    return environment
                self._all.discard(environment)
        try:
            environment = ExecutionEnvironment(self._build_specification(function, self._code))
        except Exception:
            with self._lock:
                self._busy[name] -= 1
                self._lock.notify_all()
            raise
        with self._lock:
            self._all.add(environment)
            stopped = self._stopped
        if stopped:
            environment.close()
        return environment

    def _release(self, function: Function, revision: str, environment: ExecutionEnvironment) -> None:
        with self._lock:
            self._busy[function.function_name] -= 1
            keep = environment.alive and not self._stopped and function.revision_id == revision
            if keep:
                self._warm[function.function_arn, revision].append(environment)
            else:
                self._all.discard(environment)
            self._lock.notify_all()
        if not keep:
            environment.close()

    def _check_concurrency(self, name: str) -> None:
        if name in self._reserved:
            if self._busy[name] >= self._reserved[name]:
                raise ConcurrencyExceededError("ReservedFunctionConcurrentInvocationLimitExceeded")
            return
        unreserved = self._cloud.function_concurrency - sum(self._reserved.values())
        busy = sum(count for other, count in self._busy.items() if other not in self._reserved)
        if busy >= unreserved:
            raise ConcurrencyExceededError("ConcurrentInvocationLimitExceeded")

    def _build_specification(self, function: Function, code: CodeStore) -> Specification:
        scratch = code.root / f"environment-{uuid.uuid4().hex}"
        stream = f"{self._cloud.clock.now():%Y/%m/%d}/[{function.version}]{uuid.uuid4().hex}"
        folder = code.unpack(function.code_digest, function.code_bytes)
        layers = [code.unpack(layer.code_digest, layer.code_bytes) / "python" for layer in function.layer_versions]
        site_packages = [layer / "lib" / function.run_time / "site-packages" for layer in layers]
        return Specification(
            version=str(function.version),
            timeout_seconds=int(function.timeout),
            memory_mb=int(function.memory_size),
            folder=folder,
            path=[str(path) for path in (folder, *layers, *site_packages)],
            variables=self._build_variables(function, folder, scratch, stream),
            scratch=scratch,
            log_group=function.logs_group_name,
            log_stream=stream,
            preloaded=self._cloud.preloaded,
        )

    def _build_variables(self, function: Function, folder: Path, scratch: Path, stream: str) -> dict[str, str]:
        """Build the environment variables of a function's process.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
        """
        credentials = self._cloud.assume_role(function.role, function.function_name.ljust(2, "-"))  # STS requires two
        return {
            **{name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ},
            **dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(scratch)),
            "LANG": "en_US.UTF-8",
            "PYTHONUTF8": "1",
            "TZ": "UTC" if sys.platform == "win32" else ":UTC",
            **function.environment_vars,
            "_HANDLER": function.handler,
            "AWS_ACCESS_KEY_ID": credentials["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": credentials["aws_secret_access_key"],
            "AWS_SESSION_TOKEN": credentials["aws_session_token"],
            "AWS_DEFAULT_REGION": self._cloud.region,
            "AWS_REGION": self._cloud.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "LAMBDA_TASK_ROOT": str(folder),
            "AWS_ENDPOINT_URL": self._cloud.endpoint,
            **self._cloud.function_environment,
        }
