"""The attributes of moto's server that the embedded cloud replaces, and the services of moto that it leaves out."""

from __future__ import annotations

from moto.core import responses, utils
from moto.core.responses import BaseResponse
from moto.moto_server import werkzeug_app

from embedded_cloud.moto_patch import Patch, leave_out

# moto's CloudFormation imports a model of each resource type, and its Step Functions one name of Batch. The embedded
# cloud's CloudFormation has models of its own. EC2 alone takes 0.9 s.
LEFT_OUT = (
    "moto.autoscaling",
    "moto.batch",
    "moto.datapipeline",
    "moto.ec2",
    "moto.ecs",
    "moto.efs",
    "moto.elb",
    "moto.elbv2",
    "moto.emr",
    "moto.iot",
    "moto.rds",
    "moto.redshift",
    "moto.route53",
    "moto.sagemaker",
)
with leave_out(*LEFT_OUT):
    import moto.cloudformation.models
    import moto.cloudwatch.models
    import moto.stepfunctions.parser.models

# All calls of moto's ``utcnow`` read this. No other name of the module is about the present.
DATETIME = Patch(utils, "datetime")
# The dates of dashboards.
DASHBOARD_DATETIME = Patch(moto.cloudwatch.models, "datetime")
# By default moto lets every web page read every response.
NO_GLOBAL_CORS = Patch(werkzeug_app, "DISABLE_GLOBAL_CORS")
# moto lists its own folders for each request, which is a tenth of the CPU time of an answer.
SERVICE_OF_HOST = Patch(werkzeug_app.DomainDispatcherApplication, "get_backend_for_host")
# If a request belongs to no operation, moto sends status 404 without a body.
CALL_ACTION = Patch(BaseResponse, "call_action")
# moto's request ids have 52 characters. AWS's are UUIDs.
REQUEST_ID = Patch(responses, "gen_amzn_requestid_long")
