"""The attributes of moto that are replaced for Step Functions."""

from __future__ import annotations

import importlib

from moto.core.config import default_user_config
from moto.stepfunctions import urls
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from embedded_cloud.moto_patch import ItemPatch, Patch

SETTINGS = ItemPatch(default_user_config, "stepfunctions")
BACKEND = Patch(stepfunctions_parser_backends, "backend")
PATH = ItemPatch(urls.url_paths, "{0}/$")
# A branch's error keeps its name, for example States.Timeout. moto's class refuses AWS's own names.
BRANCH_ERROR_NAME = Patch(branches_decl, "CustomErrorName")

_COMPONENT = "moto.stepfunctions.parser.asl.component.state.exec"
# Modules of moto that import ``boto_client_for`` by name.
_CALLERS = (
    f"{_COMPONENT}.state_map.item_reader.eval.resource_eval_s3",
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
CLIENTS = tuple(Patch(importlib.import_module(name), "boto_client_for") for name in _CALLERS)
