"""The objects of a table, as files that DuckDB reads: one path a projected object, its partition in the path.

DuckDB opens only the files whose path may satisfy the query's predicates on partition columns, and this file system
adds up what Athena bills as data scanned: the sizes of the JSON objects that it opens, and of Parquet the columns.
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
    """The query would scan more than the workgroup's ``BytesScannedCutoffPerQuery``."""


@dataclass(frozen=True)
class StoredObject:
    """One object of a table, of ``size`` bytes as stored, with what reading it takes."""

    bucket: str
    key: str
    size: int
    columns: tuple[str, ...]
    format: Literal["json", "parquet"]
    ignore_malformed: bool


def build_partition_template(location: str, columns: Sequence[str], parameters: Mapping[str, str]) -> str:
    """Where the partitions lie, as ``storage.location.template`` writes it; Hive's layout unless the table has one.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
    """
    hive_layout = "/".join([location.rstrip("/"), *(f"{column}=${{{column}}}" for column in columns)])
    template = parameters.get("storage.location.template", hive_layout).rstrip("/") + "/"
    if missing := [column for column in columns if template.count(f"${{{column}}}") != 1]:
        raise InvalidProjectionError(f"storage.location.template does not name the partition columns {missing} once")
    return template


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an ``s3://`` URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


class TableFiles(AbstractFileSystem):  # type: ignore[misc]
    """The objects of every table that one query names.

    Parameters
    ----------
    s3
        A boto3 client.
    scan_limit_bytes
        Bytes that the query may scan; None for no limit.
    """

    protocol = PROTOCOL
    cachable = False

    def __init__(self, s3: Any, scan_limit_bytes: int | None) -> None:
        super().__init__()
        self._s3 = s3
        self._scan_limit_bytes = scan_limit_bytes
        self._objects: dict[str, StoredObject] = {}
        self._text_bytes: dict[str, int] = {}  # of the JSON objects opened so far
        self._parquet: dict[str, ParquetFile] = {}  # of the others
        self._lock = threading.Lock()
        self.scanned_bytes = 0
        # DuckDB passes on the text of an exception only, so that the first one is kept for who asks.
        self.failure: Exception | None = None

    def add(
        self,
        template: str,
        partitions: Mapping[str, Values],
        columns: tuple[str, ...],
        *,
        format: Literal["json", "parquet"],  # noqa: A002 - Glue's word
        ignore_malformed: bool,
    ) -> list[str]:
        """Paths of the objects that lie in a projected partition of the table at ``template``."""
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

    def glob(self, path: str, **_: Any) -> list[str]:
        """The path itself: every path is one file."""
        return [self._strip_protocol(path)]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Name and size as fsspec shapes them; DuckDB reads so many bytes of what it has opened."""
        path = self._strip_protocol(path)
        return {"name": path, "size": self._text_bytes.get(path, self._objects[path].size), "type": "file"}

    def modified(self, path: str) -> datetime:
        """DuckDB asks it of Parquet files, to keep their metadata by; no query sees an object change."""
        del path
        return datetime.fromtimestamp(0, UTC)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> io.BytesIO:
        del mode  # nothing is ever written
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
