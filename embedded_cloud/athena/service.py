"""The installation of Athena into moto's server."""

from __future__ import annotations

import functools

from moto.athena.models import athena_backends

from embedded_cloud import moto_dates
from embedded_cloud.athena import api, moto_patches
from embedded_cloud.athena.backend import EmbeddedAthena
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.moto_dates import CloudDatetime

_STOP_SECONDS = 5  # to wait for interrupted queries when the cloud stops


def install(cloud: EmbeddedCloud) -> None:
    """Make moto's server run queries, and stop them with the cloud."""
    EmbeddedAthena.cloud = cloud
    EmbeddedAthena.client = staticmethod(functools.cache(cloud.client))
    moto_patches.SERVICE.apply(EmbeddedAthena, api)
    moto_patches.DATETIME.apply(CloudDatetime)
    moto_patches.TIME.apply(moto_dates.TIME)
    cloud.on_stop(_stop_queries)


def _stop_queries() -> None:
    for _, _, backend in athena_backends.iter_backends():
        executions = list(backend.executions.values())
        for execution in executions:
            execution.cancel("The embedded cloud stopped")
        for execution in executions:
            execution.join(_STOP_SECONDS)
