"""The attributes of moto that API Gateway replaces."""

from __future__ import annotations

import moto.apigateway.urls
from moto.apigatewayv2.models import apigatewayv2_backends

from embedded_cloud.moto_patch import Patch, ServicePatch

SERVICE = ServicePatch(apigatewayv2_backends)
# Both versions of the service have one host, and moto's server looks for its paths among those of the first.
FIRST_VERSION_PATHS = Patch(moto.apigateway.urls, "url_paths")
