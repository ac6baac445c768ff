"""Hostile web pages in a real browser, which reach no listener of the embedded cloud by any name or way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from playwright.sync_api import Browser, Page

from embedded_cloud.cloud import EmbeddedCloud
from local.live.server import LivePage
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.embedded_cloud.apigateway.client import send
from tests.local.browser import launched
from tests.local.hostile import (
    REBOUND,
    RESOLVER_RULES,
    everything_read,
    everything_written,
    hostile_site,
    is_guarded,
    listening,
)
from tests.local.yahoo.test_proxy import MONDAY

BUCKET, SECRET = "lake", "secret"
# Each object gives its secret to a page that loads it as a script or as the document of a frame.
OBJECTS = {
    "secret.js": ("text/javascript", f"window.secret = '{SECRET}'"),
    "secret.html": ("text/html", f"<script>parent.postMessage('{SECRET}', '*')</script>"),
    "secret.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'),
}
TEMPLATE = json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "planted"}}}})
CREATE_STACK = """([endpoint, template]) => fetch(endpoint, {
  method: "POST",
  headers: {
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20261123/us-east-1/cloudformation/aws4_request, Signature=0",
    "Content-Type": "application/x-www-form-urlencoded",
  },
  body: new URLSearchParams({
    Action: "CreateStack", Version: "2010-05-15", StackName: "evil", TemplateBody: template }),
}).then((answer) => answer.text()).catch(() => "")"""
UPLOAD = """(bucket) => {
  const form = new FormData();
  form.append("key", "planted");
  form.append("file", new Blob(["evil"]), "planted");
  return fetch(bucket, { method: "POST", mode: "no-cors", body: form }).then((answer) => answer.text());
}"""
DELETE = "<Delete><Object><Key>secret.js</Key></Object></Delete>"


@dataclass(frozen=True)
class Listener:
    """A listener: an address to read, an address to write to with a body for it, and the traces of requests there."""

    reads: str
    writes: str
    body: str
    traces: Callable[[], object]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(RESOLVER_RULES) as browser:
        yield browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with hostile_site() as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site)
        yield page


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    """Run a cloud with a bucket of secrets that every caller may read."""
    with EmbeddedCloud() as cloud:
        s3 = cloud.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for key, (kind, body) in OBJECTS.items():
            s3.put_object(Bucket=BUCKET, Key=key, ContentType=kind, Body=body, ACL="public-read")
        yield cloud


def resources(cloud: EmbeddedCloud) -> dict[str, list[str]]:
    """Return the buckets, objects and stacks of the cloud."""
    s3 = cloud.client("s3")
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return {
        "buckets": buckets,
        "objects": [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] if buckets else [],
        "stacks": [stack["StackName"] for stack in cloud.client("cloudformation").describe_stacks()["Stacks"]],
    }


@pytest.fixture
def aws(cloud: EmbeddedCloud) -> Listener:
    return Listener(f"{cloud.endpoint}/", f"{cloud.endpoint}/{BUCKET}?delete", DELETE, lambda: resources(cloud))


@pytest.fixture(scope="module")
def api(cloud: EmbeddedCloud) -> Listener:
    """Create an HTTP API that every caller may call, with an access log."""
    logs, client = cloud.client("logs"), cloud.client("apigatewayv2")
    logs.create_log_group(logGroupName="access")
    api = client.create_api(Name="open", ProtocolType="HTTP")
    group = f"arn:aws:logs:{cloud.region}:{cloud.account_id}:log-group:access"
    log = {"DestinationArn": group, "Format": '{"path": "$context.path"}'}
    client.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True, AccessLogSettings=log)
    url = f"{api['ApiEndpoint']}/executions"
    return Listener(url, url, "{}", lambda: logs.filter_log_events(logGroupName="access")["events"])


@pytest.fixture
def live() -> Iterator[Listener]:
    """Serve the live page of a cloud that records each call and never answers."""
    asked: list[object] = []

    def ask(*about: object, **_: object) -> None:
        asked.append(about)
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    client = SimpleNamespace(list_executions=ask)
    pipeline: Any = SimpleNamespace(
        step_functions=client, s3=None, athena=None, bucket=BUCKET, state_machine_arn="arn", count_bars_put=ask
    )
    with LivePage(pipeline, SimpleNamespace(label="SYNTHETIC", synthetic=True)) as page:  # type: ignore[arg-type]
        yield Listener(f"{page.url}/", f"{page.url}/executions", "{}", lambda: list(asked))


@pytest.fixture
def yahoo() -> Iterator[Listener]:
    with YahooReplay(make_synthetic_session(MONDAY, ["META"])) as yahoo:
        url = f"http://127.0.0.1:{yahoo.port}/v8/finance/chart/META"
        yield Listener(url, url, "CONNECT 127.0.0.1:1 HTTP/1.1", lambda: list(yahoo.log))


@pytest.fixture(params=["aws", "api", "live", "yahoo"])
def listener(request: pytest.FixtureRequest) -> Listener:
    found: Listener = request.getfixturevalue(request.param)
    return found


@pytest.mark.fault(46)
def test_page_of_another_site_reaches_no_listener(page: Page, listener: Listener) -> None:
    before = listener.traces()
    assert everything_read(page, listener.reads) == {}
    assert everything_written(page, listener.writes, listener.body) == {}
    assert listener.traces() == before


@pytest.mark.fault(47)
def test_page_that_rebinds_its_name_reaches_no_listener(page: Page, listener: Listener) -> None:
    before = listener.traces()
    opened = page.goto(listener.reads.replace("127.0.0.1", REBOUND))
    assert opened
    refusal = opened.text()
    assert (opened.status, f"Host: '{REBOUND}:" in refusal) == (403, True)
    written = everything_written(page, listener.writes.replace("127.0.0.1", REBOUND), listener.body)
    assert set(written.values()) == {refusal}
    assert listener.traces() == before


def test_page_of_another_site_reads_no_object_that_anybody_may_read(page: Page, cloud: EmbeddedCloud) -> None:
    urls = [f"{cloud.endpoint}/{BUCKET}/{key}" for key in OBJECTS]
    assert [everything_read(page, url) for url in urls] == [{}, {}, {}]


@pytest.mark.fault(46)
def test_page_of_another_site_changes_nothing_in_the_cloud(page: Page, cloud: EmbeddedCloud) -> None:
    before = resources(cloud)
    page.evaluate(UPLOAD, f"{cloud.endpoint}/{BUCKET}")
    assert page.evaluate(CREATE_STACK, [f"{cloud.endpoint}/", TEMPLATE]) == ""
    everything_written(page, f"{cloud.endpoint}/moto-api/reset", "")
    assert resources(cloud) == before


def test_listener_is_guarded_and_on_the_loopback_interface_only(listener: Listener) -> None:
    port = urlsplit(listener.reads).port
    assert port
    assert is_guarded(port)
    assert [address for address, found in listening(os.getpid()) if found == port] == ["127.0.0.1"]


@pytest.mark.parametrize("service", ["s3", "sts", "lambda", "stepfunctions"])
def test_refusal_reaches_an_aws_client_as_an_error(cloud: EmbeddedCloud, service: str) -> None:
    client = cloud.client(service, config=Config(user_agent="test"))
    client.meta.events.register("before-send", lambda request, **_: request.headers.update(Origin="<evil>"))
    ask = {"s3": "list_buckets", "sts": "get_caller_identity", "lambda": "list_functions"}
    with pytest.raises(ClientError, match="a web page of another site may not call this server") as raised:
        getattr(client, ask.get(service, "list_state_machines"))()
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.fault(48)
@pytest.mark.parametrize(
    "path",
    [
        "/moto-api",
        "/moto-api/",
        "/moto-api/reset",
        "//moto-api/data.json",
        "/%6doto-api/reset",
        "/moto-apis",
        "/favicon.ico",
        "/latest/meta-data/iam/security-credentials/",
        "/latest/api/token",
    ],
)
def test_cloud_serves_nothing_of_motos_own(cloud: EmbeddedCloud, path: str) -> None:
    before = resources(cloud)
    for method in ("GET", "POST", "PUT"):
        assert send(method, f"{cloud.endpoint}{path}").status == 404
    assert resources(cloud) == before


@pytest.mark.fault(48)
def test_cloud_answers_without_a_header_that_lets_a_page_read(cloud: EmbeddedCloud, api: Listener) -> None:
    url = f"{cloud.endpoint}/shared"
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "AllowedHeaders": ["*"]}
    cloud.client("s3").create_bucket(Bucket="shared")
    cloud.client("s3").put_bucket_cors(Bucket="shared", CORSConfiguration={"CORSRules": [rule]})
    from_page = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
    paths = ["/", f"/{BUCKET}", f"/{BUCKET}/secret.js", "/2015-03-31/functions", "/nowhere/at/all"]
    answers = [
        send(method, asked, headers)
        for method in ("GET", "HEAD", "OPTIONS")
        for headers, urls in (({}, [api.reads, *(f"{cloud.endpoint}{path}" for path in paths)]), (from_page, [url]))
        for asked in urls
    ]
    assert {answer.status for answer in answers} >= {200, 403, 404}
    assert [name for answer in answers for name in answer.headers if name.startswith("access-control-")] == []
    cloud.client("s3").delete_bucket(Bucket="shared")
