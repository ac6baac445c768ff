"""Installation of Lambda."""

from __future__ import annotations

from embedded_cloud import moto_dates
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_ import api, moto_patches
from embedded_cloud.lambda_.backend import EmbeddedLambdaBackend
from embedded_cloud.lambda_.invocation import EventQueue, Invoker
from embedded_cloud.lambda_.model import Function
from embedded_cloud.lambda_.pool import FunctionPool
from embedded_cloud.lambda_.process import preload


def install(cloud: EmbeddedCloud) -> None:
    """Install the Lambda backend in moto, and stop the functions' processes with the cloud."""
    preload(cloud.preloaded)
    pool = FunctionPool(cloud)
    invoker = Invoker(cloud, pool)
    EmbeddedLambdaBackend.cloud = cloud
    EmbeddedLambdaBackend.pool = pool
    EmbeddedLambdaBackend.invoker = Function.invoker = invoker
    EmbeddedLambdaBackend.queue = EventQueue(cloud, invoker)
    cloud.on_stop(pool.stop)
    moto_patches.SERVICE.apply(EmbeddedLambdaBackend, api)
    moto_patches.DATETIME.apply(moto_dates.CloudDatetime)
    moto_patches.TIME.apply(moto_dates.TIME)
