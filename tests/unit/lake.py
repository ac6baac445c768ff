"""A lake in memory, for code that writes, reads and deletes objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError


def denied(operation: str) -> ClientError:
    response: Any = {"Error": {"Code": "AccessDenied", "Message": f"not authorized to perform: s3:{operation}"}}
    return ClientError(response, operation)


class FakeS3:
    """An S3 of one bucket. The next writes raise ``refusals``. ``changes`` lists successful writes and deletions."""

    def __init__(self, objects: dict[str, bytes] | None = None) -> None:
        self.objects = dict(objects or {})
        self.refusals: list[Exception] = []
        self.puts = 0
        self.changes: list[str] = []

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentEncoding: str) -> None:  # noqa: N803
        assert ContentEncoding == "gzip"
        assert Bucket.endswith("lake")
        self.puts += 1
        if self.refusals:
            raise self.refusals.pop(0)
        self.changes.append(f"put {Key}")
        self.objects[Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket.endswith("lake")
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": _Body(self.objects[Key])}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        assert Bucket.endswith("lake")
        self.changes.append(f"delete {Key}")
        del self.objects[Key]

    def get_paginator(self, operation: str) -> FakeS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield one page per object, and a last page without ``Contents``."""
        assert Bucket.endswith("lake")
        for key in sorted(self.objects):
            if key.startswith(Prefix):
                yield {"Contents": [{"Key": key}]}
        yield {}


def write_map_results(lake: FakeS3, run: str, **files: Sequence[Any]) -> dict[str, str]:
    """Keep a map's result files by status and their manifest, as ResultWriter does. Return the manifest's place."""
    listed: dict[str, list[dict[str, str]]] = {"SUCCEEDED": [], "FAILED": [], "PENDING": []}
    for status, contents in files.items():
        for number, content in enumerate(contents):
            key = f"map-results/{run}/{status}_{number}.json"
            listed[status].append({"Key": key})
            lake.objects[key] = json.dumps(content).encode()
    manifest = f"map-results/{run}/manifest.json"
    lake.objects[manifest] = json.dumps({"ResultFiles": listed}).encode()
    return {"Bucket": "lake", "Key": manifest}


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content
