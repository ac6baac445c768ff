"""The attributes of moto that are replaced for API Gateway."""

from __future__ import annotations

import moto.apigateway.urls
from moto.apigatewayv2 import models
from moto.apigatewayv2.models import apigatewayv2_backends

from embedded_cloud.moto_patch import Patch, ServicePatch

SERVICE = ServicePatch(apigatewayv2_backends)
# The dates of APIs, stages and links.
DATETIME = Patch(models, "datetime")
# Both versions of API Gateway share a host. moto's server looks up the paths of both in the first version's.
FIRST_VERSION_PATHS = Patch(moto.apigateway.urls, "url_paths")
