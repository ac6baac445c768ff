"""Refusals of S3's operations that moto takes for others.

moto ignores the sub-resources that it doesn't know. ``DELETE /bucket?inventory`` would delete the bucket.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_cloud.s3.moto_patches import SET_ACTION

UNKNOWN_TO_MOTO = frozenset(
    {"abac", "analytics", "annotation", "intelligent-tiering", "metadataAnnotationTable", "metadataConfiguration"}
    | {"metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics", "renameObject", "requestPayment"}
    | {"session", "torrent"}
)
# Sub-resources that moto knows with other methods.
UNKNOWN_BY_METHOD = {
    ("BUCKET", "DELETE"): frozenset({"inventory"}),
    ("KEY", "GET"): frozenset({"retention"}),
    ("KEY", "PUT"): frozenset({"encryption"}),
}


def set_action(response: Any, kind: str, method: str, query: Mapping[str, Any]) -> None:
    """Set the action of a request to a bucket or an object, as a method of moto's response.

    Raises
    ------
    NotImplementedError
        If moto would take the request for another operation.
    """
    if query.keys() & (UNKNOWN_TO_MOTO | UNKNOWN_BY_METHOD.get((kind, method), frozenset())):
        raise NotImplementedError
    SET_ACTION.original(response, kind, method, query)
