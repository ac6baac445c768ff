"""The attributes of moto that are replaced for Step Functions."""

from __future__ import annotations

import importlib

from moto.core.config import default_user_config
from moto.stepfunctions import urls
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringVariableSample
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_func import (
    ComparisonFuncStringVariableSample,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_eval_s3 import (
    ResourceEvalS3,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from embedded_cloud.moto_patch import ItemPatch, Patch

SETTINGS = ItemPatch(default_user_config, "stepfunctions")
BACKEND = Patch(stepfunctions_parser_backends, "backend")
PATH = ItemPatch(urls.url_paths, "{0}/$")
FAILURE = Patch(FailureEvent, "__init__")
FAILED_DETAILS = Patch(FailureEventException, "get_execution_failed_event_details")
# moto evaluates a variable by a JSONata that needs Java.
VARIABLE_SAMPLE = Patch(StringVariableSample, "_eval_body")
# moto compares the two values in the wrong order.
VARIABLE_COMPARISON = Patch(ComparisonFuncStringVariableSample, "_eval_body")
# moto leaves dates in the items, which aren't JSON.
LIST_ITEMS = Patch(ResourceEvalS3, "_handle_list_objects_v2")

_COMPONENT = "moto.stepfunctions.parser.asl.component.state.exec"
# Modules of moto that import ``boto_client_for`` by name.
_CALLERS = (
    f"{_COMPONENT}.state_map.item_reader.eval.resource_eval_s3",
    f"{_COMPONENT}.state_map.result_writer.resource_eval.resource_eval_s3",
    f"{_COMPONENT}.state_task.lambda_eval_utils",
    f"{_COMPONENT}.state_task.service.state_task_service_aws_sdk",
    f"{_COMPONENT}.state_task.service.state_task_service_batch",
    f"{_COMPONENT}.state_task.service.state_task_service_dynamodb",
    f"{_COMPONENT}.state_task.service.state_task_service_ecs",
    f"{_COMPONENT}.state_task.service.state_task_service_events",
    f"{_COMPONENT}.state_task.service.state_task_service_glue",
    f"{_COMPONENT}.state_task.service.state_task_service_sfn",
    f"{_COMPONENT}.state_task.service.state_task_service_sns",
    f"{_COMPONENT}.state_task.service.state_task_service_sqs",
    f"{_COMPONENT}.state_task.service.state_task_service_unsupported",
    "moto.stepfunctions.parser.asl.utils.boto_client",
)
# Modules of moto that read the date by the module ``datetime``.
DATETIMES = tuple(
    Patch(importlib.import_module(name), "datetime")
    for name in (
        "moto.stepfunctions.parser.models",
        "moto.stepfunctions.parser.asl.component.state.state",
        "moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp",
        "moto.stepfunctions.parser.asl.eval.event.event_manager",
        "moto.stepfunctions.parser.backend.activity",
        "moto.stepfunctions.parser.backend.alias",
        "moto.stepfunctions.parser.backend.execution",
        "moto.stepfunctions.parser.backend.state_machine",
        f"{_COMPONENT}.state_parallel.branches_decl",
        f"{_COMPONENT}.state_map.iteration.itemprocessor.map_run_record",
    )
)
# The end of a wait.
TIME = Patch(wait_function, "time")
# The end and the heartbeats of a task with a token.
CALLBACK_EVENT = Patch(callback, "Event")
CLIENTS = tuple(Patch(importlib.import_module(name), "boto_client_for") for name in _CALLERS)
