"""Serves Lambda."""

from __future__ import annotations

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_ import api, moto_patches
from embedded_cloud.lambda_.backend import FunctionBackend
from embedded_cloud.lambda_.invocation import Invoker, Queue
from embedded_cloud.lambda_.model import Function
from embedded_cloud.lambda_.pool import FunctionPool


def install(cloud: EmbeddedCloud) -> None:
    """Have moto's server run functions' code, and end their processes with the cloud."""
    pool = FunctionPool(cloud)
    invoker = Invoker(cloud, pool)
    FunctionBackend.cloud = cloud
    FunctionBackend.pool = pool
    FunctionBackend.invoker = Function.invoker = invoker
    FunctionBackend.queue = Queue(cloud, invoker)
    cloud.on_stop(pool.stop)
    moto_patches.SERVICE.apply(FunctionBackend, api)
