"""Firehose's API: it checks parameters against the API model, and returns injected faults in AWS's shape."""

from __future__ import annotations

import json
from typing import Any, cast

import flask
from moto.core.responses import ActionResult, EmptyResult
from moto.firehose.responses import FirehoseResponse

from embedded_cloud.firehose import constraints
from embedded_cloud.firehose.backend import DeliveryStreamBackend
from embedded_cloud.firehose.faults import NoAnswerError, PutRefusedError


class DeliveryStreamResponse(FirehoseResponse):  # type: ignore[misc]
    """The operations that differ from moto's."""

    @property
    def _backend(self) -> DeliveryStreamBackend:
        return cast(DeliveryStreamBackend, self.firehose_backend)

    def create_delivery_stream(self) -> Any:
        return ActionResult({"DeliveryStreamARN": self._backend.create(self._check_parameters())})

    def update_destination(self) -> Any:
        self._backend.update(self._check_parameters())
        return EmptyResult()

    def put_record(self) -> Any:
        parameters = self._check_parameters()
        return self._put(parameters["DeliveryStreamName"], [parameters["Record"]], single=True)

    def put_record_batch(self) -> Any:
        parameters = self._check_parameters()
        return self._put(parameters["DeliveryStreamName"], parameters["Records"], single=False)

    def _check_parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = self._get_params()
        constraints.check(self._get_action(), parameters)
        return parameters

    def _put(self, stream_name: str, records: list[dict[str, bytes]], *, single: bool) -> Any:
        try:
            result = self._backend.put_record_batch(stream_name, records)
        except PutRefusedError as refusal:
            return _refuse(refusal.code, refusal.message, refusal.status)
        except NoAnswerError:
            # This blocks until the caller hangs up, since the caller sends nothing more.
            flask.request.environ["werkzeug.socket"].recv(1)
            return _refuse("InternalFailure", "the caller has hung up", 500)
        if not single:
            return ActionResult(result)
        entry = result["RequestResponses"][0]
        if "ErrorCode" in entry:
            return _refuse(entry["ErrorCode"], entry["ErrorMessage"], 503)
        return ActionResult({"RecordId": entry["RecordId"], "Encrypted": result["Encrypted"]})


def _refuse(code: str, message: str, status: int) -> tuple[str, dict[str, Any]]:
    headers = {"status": status, "x-amzn-errortype": code, "Content-Type": "application/x-amz-json-1.1"}
    return json.dumps({"__type": code, "message": message}), headers


# moto's server routes these URLs to this API.
url_bases = [r"https?://firehose\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": DeliveryStreamResponse.dispatch}
