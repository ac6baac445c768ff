"""The attributes of moto that S3 replaces: moto makes buckets of one class by name, so no subclass can serve."""

from __future__ import annotations

from moto.s3.models import FakeBucket, S3Backend

from embedded_cloud.moto_patch import Patch

PERMISSION = Patch(FakeBucket, "get_permission")
LIST_OBJECTS = Patch(S3Backend, "list_objects")
