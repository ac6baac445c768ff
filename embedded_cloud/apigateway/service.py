"""Installation of API Gateway and of the gateway that serves its APIs."""

from __future__ import annotations

from moto.apigatewayv2.models import apigatewayv2_backends

from embedded_cloud.apigateway import api, moto_patches
from embedded_cloud.apigateway.backend import ApiGatewayBackend
from embedded_cloud.apigateway.gateway import PREFIX, Gateway
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.moto_dates import CloudDatetime


def install(cloud: EmbeddedCloud) -> None:
    """Install the API Gateway backend in moto, and mount the gateway that serves the APIs."""
    ApiGatewayBackend.cloud = cloud
    moto_patches.SERVICE.apply(ApiGatewayBackend, api)
    moto_patches.DATETIME.apply(CloudDatetime)
    first_version = moto_patches.FIRST_VERSION_PATHS
    first_version.apply({**first_version.original, **api.url_paths})
    gateway = Gateway(cloud, lambda: apigatewayv2_backends[cloud.account_id][cloud.region].apis)
    cloud.mount(PREFIX, gateway)
    cloud.on_stop(gateway.stop)
