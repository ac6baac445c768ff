"""Lambda functions: each runs its own code in its own process and reports errors as AWS does."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.conftest import ROOT
from tests.embedded_cloud.lambda_.archive import archive, call, create_function

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX to see if a process runs")


def test_function_runs_its_own_code_with_its_own_environment(
    cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
    monkeypatch.setenv("SECRET_OF_THE_PARENT", "seen")
    code = """
        import os, sys
        def handler(event, context):
            return {"environment": dict(os.environ), "event": event, "first": sys.path[0], "folder": os.getcwd()}
    """
    client = create_function(cloud, "own", code, MemorySize=256, Environment={"Variables": {"GREETING": "hé"}})
    answer, error = call(client, "own", {"a": "ü"})
    environment = answer["environment"]
    assert error is None
    assert answer["event"] == {"a": "ü"}
    assert answer["first"] == answer["folder"] == environment["LAMBDA_TASK_ROOT"]
    assert "SECRET_OF_THE_PARENT" not in environment
    assert {
        "GREETING": "hé",
        "_HANDLER": "app.handler",
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": "own",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/own",
        "AWS_REGION": "us-east-1",
    }.items() <= environment.items()


def test_function_calls_aws_under_its_role(cloud: EmbeddedCloud) -> None:
    code = """
        import boto3
        def handler(event, context):
            return boto3.client("sts").get_caller_identity()["Arn"]
    """
    answer, _ = call(create_function(cloud, "who", code, Timeout=20), "who")
    assert answer == f"arn:aws:sts::{cloud.account_id}:assumed-role/who-role/who"  # the session has the function's name


def test_context_has_function_name_arn_memory_and_remaining_time(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""
    code = """
        def handler(event, context):
            return [context.function_name, context.function_version, context.invoked_function_arn,
                    context.memory_limit_in_mb, context.log_group_name, context.get_remaining_time_in_millis(),
                    context.client_context.custom, context.identity.cognito_identity_id]
    """
    client = create_function(cloud, "told", code, Timeout=7)
    custom = base64.b64encode(b'{"custom": {"k": "v"}}').decode()
    name, version, arn, memory, group, remaining, given, identity = call(client, "told", ClientContext=custom)[0]
    assert (name, version, memory, group) == ("told", "$LATEST", "128", "/aws/lambda/told")
    assert arn == f"arn:aws:lambda:us-east-1:{cloud.account_id}:function:told"
    assert 0 < remaining <= 7_000
    assert (given, identity) == ({"k": "v"}, None)


COUNTER = """
    import os
    calls = 0
    def handler(event, context):
        global calls
        calls += 1
        return [os.getpid(), calls]
"""


def test_environment_stays_warm_for_the_next_event(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "warm", COUNTER)
    (first, _), (second, count) = call(client, "warm")[0], call(client, "warm")[0]
    assert first == second
    assert count == 2


@pytest.mark.parametrize("change", ["code", "configuration"])
def test_update_function_starts_a_new_environment(cloud: EmbeddedCloud, change: str) -> None:
    client = create_function(cloud, "changed", COUNTER)
    before, _ = call(client, "changed")[0]
    if change == "code":
        client.update_function_code(FunctionName="changed", ZipFile=archive(f"{COUNTER}    # changed"))
    else:
        client.update_function_configuration(FunctionName="changed", Timeout=9)
    after, count = call(client, "changed")[0]
    assert after != before
    assert count == 1
    assert sys.platform == "win32" or _ended(before)


def test_exception_payload_equals_the_one_of_the_python_runtime(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""
    code = """
        class RateLimited(Exception): pass
        def handler(event, context):
            raise RateLimited("slow down")
    """
    payload, error = call(create_function(cloud, "raises", code), "raises")
    assert error == "Unhandled"
    assert list(payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (payload["errorType"], payload["errorMessage"]) == ("RateLimited", "slow down")
    assert len(payload["stackTrace"]) == 1
    assert payload["stackTrace"][0].startswith('  File "/var/task/app.py", line 4, in handler\n')


def test_invoke_passes_on_bytes(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "bytes", "handler = lambda *_: b'not JSON'")
    answered = client.invoke(FunctionName="bytes")
    assert (answered["Payload"].read(), answered.get("FunctionError")) == (b"not JSON", None)
    assert uuid.UUID(answered["ResponseMetadata"]["RequestId"])


def test_invoke_rejects_bytes_that_are_not_utf_8(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "text", "handler = lambda *_: 1")
    with pytest.raises(client.exceptions.InvalidRequestContentException, match="Could not parse request body"):
        client.invoke(FunctionName="text", Payload=b'"\xff"')


@pytest.mark.parametrize(
    ("code", "handler", "kind", "message"),
    [
        (
            "import nowhere",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named",
        ),
        ("other = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("x = (", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("x = 1", "app", "Runtime.MalformedHandlerName", "Bad handler 'app'"),
        ("x = 1 / 0", "app.handler", "ZeroDivisionError", "division by zero"),
        ("handler = lambda *_: {1, 2}", "app.handler", "Runtime.MarshalError", "Unable to marshal response: Object"),
        ("import os; os._exit(3)", "app.handler", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        ("import os\nhandler = lambda *_: os._exit(4)", "app.handler", "Runtime.ExitError", "exit status 4"),
        (
            "import sys\nhandler = lambda *_: sys.exit(0)",
            "app.handler",
            "Runtime.ExitError",
            "without providing a reason",
        ),
    ],
)
def test_invoke_names_the_error_of_a_broken_function(
    cloud: EmbeddedCloud, code: str, handler: str, kind: str, message: str
) -> None:
    """The names are those of AWS's runtime and of Lambda itself. The next event starts a new process."""
    client = create_function(cloud, "wrong", code, Handler=handler)
    for _ in range(2):
        payload, error = call(client, "wrong")
        assert (payload["errorType"], error) == (kind, "Unhandled")
        assert message in payload["errorMessage"]


@POSIX
def test_timeout_ends_the_process_and_its_children(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    code = """
        import os, subprocess, sys, time
        def handler(event, context):
            if not event:
                return "again"
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            with open(event["pids"], "w") as file:
                file.write(f"{os.getpid()} {child.pid}")
            time.sleep(600)
    """
    client = create_function(cloud, "slow", code, Timeout=1)
    payload, error = call(client, "slow", {"pids": str(tmp_path / "pids")})
    assert error == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert payload["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    for pid in (tmp_path / "pids").read_text().split():
        assert _ended(int(pid))
    assert call(client, "slow")[0] == "again"


@POSIX
def test_embedded_cloud_leaves_no_process_and_no_file() -> None:
    code = """
        import os
        def handler(event, context):
            return [os.getpid(), os.getcwd(), os.environ["HOME"]]
    """
    with EmbeddedCloud() as cloud:
        pid, folder, home = call(create_function(cloud, "ends", code), "ends")[0]
        assert _running(pid)
    assert _ended(pid)
    assert not Path(folder).exists()
    assert not Path(home).exists()


@pytest.mark.parametrize(("timeout", "answer"), [(1, "Sandbox.Timedout"), (30, None)])
def test_init_that_is_too_slow_is_repeated_within_the_timeout(
    cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch, timeout: int, answer: str | None
) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib"""
    monkeypatch.setattr("embedded_cloud.lambda_.environment.INIT_SECONDS", 0.5)
    code = "import time; time.sleep(1.5)\ndef handler(event, context): return {}"
    payload, _ = call(create_function(cloud, "heavy", code, Timeout=timeout), "heavy")
    assert payload.get("errorType") == answer


def test_log_stream_has_the_function_output_between_lambda_lines(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    code = """
        import logging, sys
        print("imported")
        def handler(event, context):
            print("to stdout")
            print("to stderr", file=sys.stderr)
            logging.getLogger().warning("two\\nlines")
    """
    client = create_function(cloud, "prints", code)
    answer = client.invoke(FunctionName="prints", LogType="Tail")
    logs = cloud.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/lambda/prints")["logStreams"]
    events = logs.get_log_events(logGroupName="/aws/lambda/prints", logStreamName=stream["logStreamName"])["events"]
    init, imported, start, out, err, warning, end, report = (event["message"] for event in events)
    assert init.startswith("INIT_START")
    assert (imported, out, err) == ("imported", "to stdout", "to stderr")
    assert start.startswith("START RequestId: ")
    assert start.endswith(" Version: $LATEST")
    assert warning.startswith("[WARNING]\t")
    assert warning.endswith("\ttwo\nlines")
    assert end == f"END RequestId: {start.split()[2]}"
    assert "Init Duration: " in report
    assert base64.b64decode(answer["LogResult"]).decode().endswith(f"{report}\n")


def test_function_imports_compiled_packages_of_this_computer(cloud: EmbeddedCloud) -> None:
    """Packages in the archive are compiled for Lambda. One that isn't installed here fails with its name."""
    code = """
        import yaml
        def handler(event, context):
            return yaml.__file__
    """
    packed = archive(code, {"yaml/__init__.py": "raise RuntimeError", "yaml/_yaml.so": "built for Lambda"})
    answer, _ = call(create_function(cloud, "compiled", packed), "compiled")
    assert "site-packages" in answer
    client = create_function(cloud, "foreign", archive(code, {"nowhere/lib.so": ""}))
    with pytest.raises(client.exceptions.InvalidZipFileException, match="nowhere"):
        client.invoke(FunctionName="foreign")


def test_layer_is_on_the_python_path(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html"""
    client = cloud.client("lambda")
    content = {"ZipFile": archive("", {"python/shared.py": "value = 'from the layer'"})}
    layer = client.publish_layer_version(LayerName="shared", Content=content)["LayerVersionArn"]
    code = "import shared\ndef handler(event, context): return shared.value"
    create_function(cloud, "layered", code, Layers=[layer])
    assert call(client, "layered") == ("from the layer", None)


def test_publish_version_keeps_the_old_code(cloud: EmbeddedCloud) -> None:
    client = create_function(cloud, "versioned", "def handler(e, c): return ['old', c.function_version]")
    version = client.publish_version(FunctionName="versioned")["Version"]
    client.update_function_code(
        FunctionName="versioned", ZipFile=archive("def handler(e, c): return ['new', c.function_version]")
    )
    assert call(client, "versioned", Qualifier=version)[0] == ["old", "1"]
    assert call(client, "versioned")[0] == ["new", "$LATEST"]


@POSIX
def test_function_process_ends_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import time\ndef handler(event, context): time.sleep(600)")
    variables = {
        "_HANDLER": "app.handler",
        **{f"AWS_LAMBDA_{name}": "1" for name in ("FUNCTION_NAME", "FUNCTION_VERSION", "FUNCTION_MEMORY_SIZE")},
        **{f"AWS_LAMBDA_LOG_{name}_NAME": "1" for name in ("GROUP", "STREAM")},
    }
    parent = f"""
import os
from pathlib import Path
from embedded_cloud.lambda_.process import FunctionProcess
process = FunctionProcess(Path({str(tmp_path)!r}), [{str(tmp_path)!r}], {variables!r})
process.receive(30)
process.send(dict(requestId="r", functionArn="a", deadlineMs=0, traceId="t"), b"{{}}")
print(process._process.pid, flush=True)
os._exit(1)
"""
    done = subprocess.run([sys.executable, "-c", parent], cwd=ROOT, capture_output=True, text=True, check=False)
    assert _ended(int(done.stdout))


def _ended(pid: int) -> bool:
    """Return True if a process ends within 10 seconds. A zombie, which waits for its parent, has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not _running(pid):
            return True
    return False


def _running(pid: int) -> bool:
    try:
        if sys.platform == "linux":
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return True
