"""The attributes of moto that the embedded S3 replaces. moto names its bucket class, so a subclass isn't used."""

from __future__ import annotations

from moto.s3.models import FakeBucket, FakeKey, S3Backend
from moto.s3.responses import S3Response

from embedded_cloud.moto_patch import Patch

PERMISSION = Patch(FakeBucket, "get_permission")
NEW_BUCKET = Patch(FakeBucket, "__init__")
DELETE_ENCRYPTION = Patch(S3Backend, "delete_bucket_encryption")
LIST_OBJECTS = Patch(S3Backend, "list_objects")
# moto calls it first for each request to a bucket or an object.
SET_ACTION = Patch(S3Response, "_set_action")
# Closes the content of an object that was overwritten or deleted.
DISPOSE = Patch(FakeKey, "dispose")
