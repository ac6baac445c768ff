"""Lambda's Invoke over HTTP. moto's own classes serve the other actions.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any
from urllib.parse import unquote

import moto.awslambda.urls
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.responses import LambdaResponse

from embedded_cloud.lambda_.backend import EmbeddedLambdaBackend
from embedded_cloud.lambda_.code import FunctionCodeError
from embedded_cloud.lambda_.invocation import is_json
from embedded_cloud.lambda_.model import Function
from embedded_cloud.lambda_.pool import ConcurrencyExceededError, PoolStoppedError
from embedded_cloud.protocol import REQUEST_ID_HEADER

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB synchronous, 1 MB asynchronous
MAX_REQUEST_BYTES = {"RequestResponse": 6_291_456, "Event": 1_048_576}
MAX_CLIENT_CONTEXT_BYTES = 3_583

HttpResponse = tuple[int, dict[str, str], str | bytes]


class FunctionResponse(LambdaResponse):  # type: ignore[misc]
    """One request to Lambda."""

    use_raw_body = True  # an event may have bytes that aren't UTF-8

    def invoke(self) -> HttpResponse:
        kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind not in (*MAX_REQUEST_BYTES, "DryRun"):
            return _build_error(
                400, "ValidationException", f"Value '{kind}' at 'invocationType' is not an invocation type"
            )
        backend: EmbeddedLambdaBackend = self.backend
        name = unquote(self.path.rsplit("/", 2)[-2])
        qualifier = self.querystring.get("Qualifier", [None])[0]
        function: Function = backend.get_function(name, qualifier)
        if kind == "DryRun":
            return 204, {"status": "204"}, ""
        payload = self.body.encode() if isinstance(self.body, str) else self.body or b""
        payload = payload or b"{}"  # the event of a call without a payload
        if len(payload) > MAX_REQUEST_BYTES[kind]:
            message = f"{len(payload)} byte payload is too large for the {kind} invocation type"
            limited = f"{message} (limit {MAX_REQUEST_BYTES[kind]} bytes)"
            return _build_error(413, "RequestTooLargeException", limited)
        if not is_json(payload):
            return _build_error(400, "InvalidRequestContentException", "Could not parse request body into json")
        arn = function.function_arn + (f":{qualifier}" if qualifier and not str(function.version).isdigit() else "")
        if kind == "Event":
            backend.queue.put(function, arn, payload, backend.get_retry_limits(function.function_name))
            return 202, {"status": "202"}, ""
        return self._invoke_and_wait(function, arn, payload)

    def _invoke_and_wait(self, function: Function, arn: str, payload: bytes) -> HttpResponse:
        request_id = str(uuid.uuid4())  # the caller's and the function's, as on AWS
        try:
            result = self.backend.invoker.invoke(function, arn, payload, self._read_client_context(), request_id)
        except ConcurrencyExceededError as error:
            return _build_error(429, "TooManyRequestsException", str(error), Reason=error.reason)
        except PoolStoppedError as error:
            return _build_error(503, "ServiceException", str(error))
        except FunctionCodeError as error:
            return _build_error(502, "InvalidZipFileException", str(error))
        headers = {
            "content-type": "application/json",
            "x-amz-executed-version": str(function.version),
            REQUEST_ID_HEADER: request_id,
        }
        if result.failed:
            headers["x-amz-function-error"] = "Unhandled"
        if self.headers.get("X-Amz-Log-Type") == "Tail":
            headers["x-amz-log-result"] = base64.b64encode(result.log_tail).decode()
        return 200, headers, result.payload

    def _read_client_context(self) -> dict[str, Any] | None:
        encoded = self.headers.get("X-Amz-Client-Context")
        if not encoded:
            return None
        if len(encoded) > MAX_CLIENT_CONTEXT_BYTES:
            raise InvalidParameterValueException(f"Client context must be {MAX_CLIENT_CONTEXT_BYTES} bytes or less")
        try:
            context: dict[str, Any] = json.loads(base64.b64decode(encoded))
        except (ValueError, RecursionError) as error:
            raise InvalidParameterValueException(
                "Client context must be a valid Base64-encoded JSON object."
            ) from error
        return context

    def invoke_async(self) -> HttpResponse:
        return _build_error(
            501,
            "ServiceException",
            "The embedded cloud does not support InvokeAsync: use Invoke with InvocationType Event",
        )


def _build_error(status: int, name: str, message: str, **more: str) -> HttpResponse:
    headers = {"status": str(status), "x-amzn-errortype": name, "content-type": "application/json"}
    return status, headers, json.dumps({"Type": "User", "message": message, **more})


# The hosts and paths of this service on moto's server.
url_bases = moto.awslambda.urls.url_bases
url_paths = dict.fromkeys(moto.awslambda.urls.url_paths, FunctionResponse.dispatch)
