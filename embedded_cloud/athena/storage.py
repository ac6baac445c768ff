"""The objects of tables as a file system for DuckDB: one path per object, with its partition in the path.

DuckDB opens a file only if its path can satisfy the query's predicates on partition columns. The file system adds up
the data scanned that Athena bills: the stored size of each JSON object opened, and the columns read from Parquet.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from fsspec import AbstractFileSystem

from embedded_cloud.athena.openx import BadDataError, decompress, read_rows
from embedded_cloud.athena.parquet import ParquetFile
from embedded_cloud.athena.projection import InvalidProjectionError, Values

PROTOCOL = "athena"


class ScanLimitError(Exception):
    """A query that would scan more than the workgroup's ``BytesScannedCutoffPerQuery``."""


@dataclass(frozen=True)
class StoredObject:
    """An object of a table, with its stored size in bytes and the table's settings for reading it."""

    bucket: str
    key: str
    size: int
    columns: tuple[str, ...]
    format: Literal["json", "parquet"]
    ignore_malformed: bool


def build_partition_template(location: str, columns: Sequence[str], parameters: Mapping[str, str]) -> str:
    """Return the template of the partitions' locations: ``storage.location.template``, by default Hive's layout.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
    """
    hive_layout = "/".join([location.rstrip("/"), *(f"{column}=${{{column}}}" for column in columns)])
    template = parameters.get("storage.location.template", hive_layout).rstrip("/") + "/"
    if missing := [column for column in columns if template.count(f"${{{column}}}") != 1]:
        raise InvalidProjectionError(f"storage.location.template must contain ${{column}} exactly once for {missing}")
    return template


def split_uri(uri: str) -> tuple[str, str]:
    """Return the bucket and key of an ``s3://`` URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


class TableFiles(AbstractFileSystem):  # type: ignore[misc]
    """The objects of all tables in one query, as an fsspec file system.

    Parameters
    ----------
    s3
        A boto3 client.
    scan_limit_bytes
        The bytes that the query may scan, or None without a limit.
    """

    protocol = PROTOCOL
    cachable = False

    def __init__(self, s3: Any, scan_limit_bytes: int | None) -> None:
        super().__init__()
        self._s3 = s3
        self._scan_limit_bytes = scan_limit_bytes
        self._objects: dict[str, StoredObject] = {}
        self._text_bytes: dict[str, int] = {}  # by path of the JSON objects opened so far
        self._parquet: dict[str, ParquetFile] = {}  # by path of the Parquet objects
        self._lock = threading.Lock()
        self.scanned_bytes = 0
        # The first error. DuckDB passes on only the text of an exception, so the engine reads it here.
        self.failure: Exception | None = None

    def add(
        self,
        template: str,
        partitions: Mapping[str, Values],
        columns: tuple[str, ...],
        *,
        format: Literal["json", "parquet"],  # noqa: A002 - Glue's term
        ignore_malformed: bool,
    ) -> list[str]:
        """Add the objects in projected partitions of the table at ``template`` and return their paths."""
        bucket, prefix = split_uri(template.partition("${")[0])
        _, key_template = split_uri(template)
        layout = re.compile(re.sub(r"\\\$\\\{(\w+)\\\}", r"(?P<\1>[^/]*)", re.escape(key_template)))
        paths = []
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for entry in (entry for page in pages for entry in page.get("Contents", [])):
            key = entry["Key"]
            values = layout.match(key)
            hidden = key.rsplit("/", 1)[-1].startswith(("_", ".")) or key.endswith("/")
            if hidden or not values or any(values[column] not in partitions[column] for column in partitions):
                continue
            partition = "".join(f"{column}={quote(values[column], safe='')}/" for column in partitions)
            path = f"{len(self._objects)}/{partition}object"
            self._objects[path] = StoredObject(bucket, key, entry["Size"], columns, format, ignore_malformed)
            paths.append(f"{PROTOCOL}://{path}")
        return paths

    def find_uri(self, path: str) -> str:
        """Return the ``s3://`` URI of an object. ``path`` is the one of :meth:`add`."""
        stored = self._objects[str(self._strip_protocol(path))]
        return f"s3://{stored.bucket}/{stored.key}"

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the path itself, since every path is one file."""
        return [self._strip_protocol(path)]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return name and size in fsspec's shape. DuckDB reads that many bytes of an open file."""
        path = self._strip_protocol(path)
        return {"name": path, "size": self._text_bytes.get(path, self._objects[path].size), "type": "file"}

    def modified(self, path: str) -> datetime:
        """Return a constant. DuckDB uses it to cache Parquet metadata, and objects don't change during a query."""
        del path
        return datetime.fromtimestamp(0, UTC)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> io.BytesIO:
        del mode  # always for reading
        stored = self._objects[path]
        try:
            if stored.format == "parquet":
                return self._open_parquet(path, stored)
            if path not in self._text_bytes:
                self._count(stored.size)
            body = self._s3.get_object(Bucket=stored.bucket, Key=stored.key)["Body"].read()
            text = decompress(stored.key, body)
            text = read_rows(text, stored.columns, ignore_malformed=stored.ignore_malformed)
            self._text_bytes[path] = len(text)
            return io.BytesIO(text)
        except BadDataError as error:
            self.failure = self.failure or BadDataError(f"s3://{stored.bucket}/{stored.key}: {error}")
            raise
        except Exception as error:
            self.failure = self.failure or error
            raise

    def _open_parquet(self, path: str, stored: StoredObject) -> ParquetFile:
        if path not in self._parquet:
            body = self._s3.get_object(Bucket=stored.bucket, Key=stored.key)["Body"].read()
            self._parquet[path] = ParquetFile(body, self._count)
        return self._parquet[path].reopen()

    def _count(self, size: int) -> None:
        with self._lock:
            self.scanned_bytes += size
            if self._scan_limit_bytes is not None and self.scanned_bytes > self._scan_limit_bytes:
                raise ScanLimitError
