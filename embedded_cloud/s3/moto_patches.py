"""The attributes of moto that the embedded S3 replaces. moto names its bucket class, so a subclass isn't used."""

from __future__ import annotations

from moto.s3 import models
from moto.s3.models import FakeBucket, S3Backend

from embedded_cloud.moto_patch import Patch

PERMISSION = Patch(FakeBucket, "get_permission")
# The creation of a bucket.
DATETIME = Patch(models, "datetime")
LIST_OBJECTS = Patch(S3Backend, "list_objects")
