"""The installation of S3's corrections."""

from __future__ import annotations

from embedded_cloud import moto_dates
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.s3 import moto_patches
from embedded_cloud.s3.api import set_action
from embedded_cloud.s3.backend import (
    delete_encryption,
    dispose,
    get_permission,
    initialize_bucket,
    list_objects,
)


def install(cloud: EmbeddedCloud) -> None:
    """Correct bucket policies, lists, deleted content and encryption. Refuse the operations that moto mistakes."""
    del cloud
    moto_patches.PERMISSION.apply(get_permission)
    moto_patches.DATETIME.apply(moto_dates.DATETIME)
    moto_patches.LIST_OBJECTS.apply(list_objects)
    moto_patches.DISPOSE.apply(dispose)
    moto_patches.NEW_BUCKET.apply(initialize_bucket)
    moto_patches.DELETE_ENCRYPTION.apply(delete_encryption)
    moto_patches.SET_ACTION.apply(set_action)
