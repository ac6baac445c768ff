"""Installation of Step Functions."""

from __future__ import annotations

import functools
import logging

from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from embedded_cloud import moto_dates
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions import moto_patches
from embedded_cloud.stepfunctions.api import StepFunctionsApi
from embedded_cloud.stepfunctions.backend import StepFunctions
from embedded_cloud.stepfunctions.clients import install_clients
from embedded_cloud.stepfunctions.failure import describe_failure, initialize_failure
from embedded_cloud.stepfunctions.item_reader import list_items
from embedded_cloud.stepfunctions.logs import LogDelivery
from embedded_cloud.stepfunctions.map import MapState
from embedded_cloud.stepfunctions.tasks import Task
from embedded_cloud.stepfunctions.variables import compare_with_variable, sample_variable
from embedded_cloud.threads import Event


def install(cloud: EmbeddedCloud) -> None:
    """Install the Step Functions backend in moto, and stop executions with the cloud."""
    # An execution's history has its errors. moto's own warnings name gaps that this folder closes.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    StepFunctions.cloud = cloud
    StepFunctions.log_delivery = delivery = LogDelivery(cloud)
    MapState.permissions = cloud.permissions
    Task.clients = MapState.clients = install_clients(cloud)
    moto_patches.SETTINGS.apply({"execute_state_machine": True})
    moto_patches.FAILURE.apply(initialize_failure)
    moto_patches.FAILED_DETAILS.apply(describe_failure)
    moto_patches.VARIABLE_SAMPLE.apply(sample_variable)
    moto_patches.VARIABLE_COMPARISON.apply(compare_with_variable)
    moto_patches.LIST_ITEMS.apply(staticmethod(list_items))
    moto_patches.CALLBACK_EVENT.apply(functools.partial(Event, cloud.clock))
    for patch in moto_patches.DATETIMES:
        patch.apply(moto_dates.DATETIME)
    moto_patches.TIME.apply(moto_dates.TIME)
    moto_patches.BACKEND.apply(StepFunctions)
    moto_patches.PATH.apply(StepFunctionsApi.dispatch)

    def stop() -> None:
        stepfunctions_parser_backends[cloud.account_id][cloud.region].abandon_executions()
        delivery.stop()
        TMP_THREADS.clear()  # moto keeps every thread that it started

    cloud.on_stop(stop)
