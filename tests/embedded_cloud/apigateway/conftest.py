"""A cloud per test module, and HTTP APIs with a function that returns the answer in the request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.lambda_.archive import create_function

# Returns the event or the body's "answer". It fails for "fail" and never ends for "wait".
MIRROR = """
    import json, threading
    def handler(event, context):
        asked = json.loads(event["body"]) if "body" in event and not event["isBase64Encoded"] else {}
        if asked == "fail":
            raise RuntimeError("a secret of the function's")
        if asked == "wait":
            threading.Event().wait()
        return asked["answer"] if "answer" in asked else {"statusCode": 200, "body": json.dumps(event)}
"""
LOG_GROUP = "api-access"


@dataclass(frozen=True)
class HttpApi:
    """An API of the function ``mirror``, through the service's own API."""

    cloud: EmbeddedCloud
    client: Any
    api_id: str
    url: str
    integration_id: str

    def route(self, key: str, **how: Any) -> str:
        """Add a route to the function. Return its id."""
        target = f"integrations/{self.integration_id}"
        route = self.client.create_route(ApiId=self.api_id, RouteKey=key, Target=target, **how)
        return str(route["RouteId"])

    def configure(self, **stage: Any) -> None:
        """Change the default stage."""
        self.client.update_stage(ApiId=self.api_id, StageName="$default", **stage)

    def log(self) -> list[dict[str, Any]]:
        """Return the lines of the access log, oldest first."""
        events = self.cloud.client("logs").filter_log_events(logGroupName=LOG_GROUP)["events"]
        return [json.loads(event["message"]) for event in events]


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud() as running:
        create_function(running, "mirror", MIRROR, Timeout=60)
        running.client("logs").create_log_group(logGroupName=LOG_GROUP)
        yield running


def permit(cloud: EmbeddedCloud, source: str) -> None:
    """Let API Gateway invoke ``mirror`` for the routes ``source`` (API_ID/STAGE/METHOD/PATH)."""
    cloud.client("lambda").add_permission(
        FunctionName="mirror",
        StatementId=source.replace("/", "-").replace("*", "any"),
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{cloud.region}:{cloud.account_id}:{source}",
    )


@pytest.fixture
def unpermitted(cloud: EmbeddedCloud) -> HttpApi:
    """Create an API with a default stage and without permission to invoke its function."""
    client = cloud.client("apigatewayv2")
    made = client.create_api(Name="mirror", ProtocolType="HTTP")
    arn = cloud.client("lambda").get_function(FunctionName="mirror")["Configuration"]["FunctionArn"]
    how = {"IntegrationType": "AWS_PROXY", "IntegrationUri": arn, "PayloadFormatVersion": "2.0"}
    integration = client.create_integration(ApiId=made["ApiId"], **how)["IntegrationId"]
    client.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True)
    return HttpApi(cloud, client, made["ApiId"], made["ApiEndpoint"], integration)


@pytest.fixture
def api(unpermitted: HttpApi) -> HttpApi:
    """Create an API with a default stage and permission to invoke its function."""
    permit(unpermitted.cloud, f"{unpermitted.api_id}/*")
    return unpermitted
