"""The live page's server. It listens on the loopback interface only, and answers the page's own requests only.

:mod:`embedded_cloud.guard` refuses the requests of other sites. It refuses a link on another site too: the address is
new each time that the cloud is served, so no user has such a link. A request that starts something must come from the
page.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import pyathena
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session
from werkzeug.exceptions import Forbidden, HTTPException, NotFound, ServiceUnavailable
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from embedded_cloud.cloud import LOOPBACK, REGION, ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY
from embedded_cloud.guard import GuardedRequestHandler
from finance_stream.client.report.live import SCRIPTS
from finance_stream.client.report.page import ECHARTS, HERE
from finance_stream.request import is_name
from local.live.view import LiveView, UnknownExecutionError
from local.pipeline import Pipeline
from local.source import Source

MAX_BODY_BYTES = 1 << 20  # the HTTP API itself takes less
# https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
ROUTES = Map(
    [
        Rule("/", methods=["GET"], endpoint="page"),
        Rule("/executions/<name>", methods=["GET"], endpoint="page"),
        Rule("/executions", methods=["POST"], endpoint="start"),
        *(Rule(f"/scripts/{name}", methods=["GET"], endpoint="script", defaults={"name": name}) for name in SCRIPTS),
    ]
)


class _RequestHandler(GuardedRequestHandler, WSGIRequestHandler):
    """The handler of the page's own requests. It logs none of them."""

    has_page = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


class LivePage:
    """The live page of a running pipeline: a context manager that serves at ``url`` until it exits."""

    def __init__(self, pipeline: Pipeline, source: Source) -> None:
        self._pipeline = pipeline
        self._view = LiveView(pipeline, source)
        self._server = make_server(LOOPBACK, 0, self._serve, threaded=True, request_handler=_RequestHandler)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="live-page", daemon=True
        ).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            answer = self._route(request)
        except HTTPException as error:
            answer = _to_response(error)
        except (BotoCoreError, ClientError, pyathena.Error) as error:  # it stops, or a fault is injected
            answer = _to_response(ServiceUnavailable(f"The embedded cloud does not answer: {error}"))
        answer.headers.update(HEADERS)
        return answer

    def _route(self, request: Request) -> Response:
        endpoint, values = ROUTES.bind_to_environ(request.environ).match()
        if endpoint == "start":
            return self._start(request)
        answer = self._send_script(**values) if endpoint == "script" else self._send_page(**values)
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    def _send_page(self, name: str | None = None) -> Response:
        if name is not None and not is_name(name):
            raise NotFound
        try:
            return Response(self._view.render(name), mimetype="text/html")
        except UnknownExecutionError as error:
            raise NotFound(f"There is no execution {error}") from error

    def _send_script(self, name: str) -> Response:
        path = ECHARTS if name == ECHARTS.name else HERE / name
        return Response(path.read_bytes(), mimetype="text/javascript")

    def _start(self, request: Request) -> Response:
        """Pass the body on to the stack's HTTP API, signed. Return its response, errors included."""
        if "Origin" not in request.headers:  # any other origin than the page's is refused before
            raise Forbidden("Origin is not this page")
        request.max_content_length = MAX_BODY_BYTES
        put_before = self._pipeline.count_bars_put()
        sent = AWSRequest(
            "POST",
            f"{self._pipeline.outputs['ApiUrl']}/executions",
            {"Content-Type": request.headers.get("Content-Type", "")},
            request.get_data(),
        )
        SigV4Auth(Credentials(ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY), "execute-api", REGION).add_auth(sent)
        told = URLLib3Session(proxies={}).send(sent.prepare())
        answer = Response(told.content, told.status_code, mimetype=told.headers.get("content-type"))
        if answer.status_code == 202:
            self._view.note_start(answer.get_json()["id"], put_before)
        return answer


def _to_response(error: HTTPException) -> Response:
    return Response(error.get_body(), error.code, error.get_headers())
