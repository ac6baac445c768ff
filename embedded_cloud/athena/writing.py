"""What a statement that writes rows leaves in S3: files of rows, and the manifest that lists them.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded_cloud.athena.storage import split_uri


@dataclass(frozen=True)
class Writer:
    """Writes under ``s3://`` URIs; ``folder`` is the statement's own, ID/, beside which its manifest lies."""

    s3: Any
    folder: str
    encryption: Mapping[str, str]

    def put(self, uri: str, body: bytes) -> None:
        bucket, key = split_uri(uri)
        self.s3.put_object(Bucket=bucket, Key=key, Body=body, **self.encryption)

    def put_manifest(self, written: Sequence[str]) -> None:
        """List the files that were written, a line each."""
        self.put(f"{self.folder}-manifest.csv", "".join(f"{uri}\n" for uri in written).encode())
