"""Lambda functions for the tests: an archive of one module, and a role to run it under."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Mapping
from typing import Any

from embedded_cloud.cloud import EmbeddedCloud
from tests.local.roles import make_role


def archive(code: str, files: Mapping[str, str] | None = None) -> bytes:
    """Return a zip of ``app.py`` with ``code``, and of ``files`` by path."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("app.py", textwrap.dedent(code))
        for name, content in (files or {}).items():
            opened.writestr(name, content)
    return packed.getvalue()


def create_function(cloud: EmbeddedCloud, name: str, code: str | bytes, **configuration: Any) -> Any:
    """Create a function with handler ``app.handler``. Return the Lambda client."""
    client = cloud.client("lambda")
    client.create_function(
        FunctionName=name,
        Role=make_role(cloud, f"{name}-role", "lambda"),
        Code={"ZipFile": code if isinstance(code, bytes) else archive(code)},
        **{"Runtime": "python3.13", "Handler": "app.handler", **configuration},
    )
    return client


def call(client: Any, name: str, event: Any = None, **how: Any) -> tuple[Any, str | None]:
    """Invoke a function synchronously. Return its answer and its FunctionError."""
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **how)
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")
