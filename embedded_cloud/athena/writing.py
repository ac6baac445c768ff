"""The output in S3 of a statement that writes rows: files of rows, and a manifest that lists them.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded_cloud.athena.storage import split_uri


@dataclass(frozen=True)
class Writer:
    """A writer to ``s3://`` URIs. ``folder`` is the statement's own, named by its id. Its manifest lies beside it."""

    s3: Any
    folder: str
    encryption: Mapping[str, str]

    def put(self, uri: str, body: bytes) -> None:
        bucket, key = split_uri(uri)
        self.s3.put_object(Bucket=bucket, Key=key, Body=body, **self.encryption)

    def put_manifest(self, written: Sequence[str]) -> None:
        """Write the manifest: one line per written file."""
        self.put(f"{self.folder}-manifest.csv", "".join(f"{uri}\n" for uri in written).encode())
