"""The results of a distributed Map's children: files in S3, or the state's own output.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud import clock
from embedded_cloud.stepfunctions.clients import RoleClients
from embedded_cloud.stepfunctions.environment import format_timestamp
from embedded_cloud.stepfunctions.failure import RESULT_WRITER_FAILED, failure
from embedded_cloud.stepfunctions.maprun import ChildOutcome, MapRun

PUT_OBJECT = "arn:aws:states:::s3:putObject"
# ``definition`` moves WriterConfig into the arguments, because moto's grammar lacks it.
CONFIG = "WriterConfig"
# The options of WriterConfig. The first of each is the default of an export.
OPTIONS = {"Transformation": ("NONE", "COMPACT", "FLATTEN"), "OutputType": ("JSON", "JSONL")}

_SUCCEEDED, _FAILED, _PENDING = "SUCCEEDED", "FAILED", "PENDING"
_STATUSES = {"succeeded": "SUCCEEDED", "failed": "FAILED", "timedOut": "TIMED_OUT", "aborted": "ABORTED"}


@dataclass
class Child:
    """A child execution of a Map Run, from its item to its end. A child without ``started`` has only its input."""

    given: Any
    arn: str = ""
    name: str = ""
    started: datetime | None = None
    stopped: datetime | None = None
    outcome: ChildOutcome | None = None

    def begin(self, context: Any) -> None:
        """Note the start of the execution in ``context``."""
        self.arn, self.name, self.started = context["Id"], context["Name"], clock.now()

    def end(self, outcome: ChildOutcome) -> None:
        """Note the end of the execution."""
        self.outcome, self.stopped = outcome, clock.now()

    @property
    def succeeded(self) -> bool:
        """True if the execution has ended with an output."""
        return self.outcome is not None and self.outcome.kind == "succeeded"

    @property
    def result_file(self) -> str:
        """The kind of result file that lists the child. FAILED also has children that timed out or were aborted."""
        if self.started is None:
            return _PENDING
        return _SUCCEEDED if self.succeeded else _FAILED

    def describe(self, machine_arn: str) -> dict[str, Any]:
        """Return the execution's data in the form of Transformation NONE."""
        included = {"Included": True}
        described = {"Input": _compact(self.given), "InputDetails": included}
        if self.started is None:
            return {**described, "Status": _PENDING}
        outcome = self.outcome or ChildOutcome("aborted")
        return {
            "ExecutionArn": self.arn,
            **described,
            "Name": self.name,
            **({"Output": _compact(outcome.output), "OutputDetails": included} if self.succeeded else {}),
            **{key: text for key, text in (("Error", outcome.error), ("Cause", outcome.cause)) if text is not None},
            "RedriveCount": 0,
            "RedriveStatus": "NOT_REDRIVABLE" if self.succeeded else "REDRIVABLE",
            **({"RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven"} if self.succeeded else {}),
            "StartDate": format_timestamp(self.started),
            "StateMachineArn": machine_arn,
            "Status": _STATUSES[outcome.kind],
            "StopDate": format_timestamp(self.stopped or clock.now()),
        }


def find_writer_problems(writer: Any, language: str, *, distributed: bool) -> Iterator[tuple[str, str]]:
    """Yield the problems of a state's ResultWriter, each with the path of its field.

    The export names Resource and its arguments, or WriterConfig alone formats the state's output.
    """
    if not distributed:
        yield "ResultWriter is for a distributed Map only", ""
        return
    if not isinstance(writer, dict) or not writer:
        yield "Expected an object that isn't empty", ""
        return
    arguments = "Arguments" if language == "JSONata" else "Parameters"
    for field in sorted(writer.keys() - {"Resource", arguments, CONFIG}):
        yield f'Field "{field}" is not supported', f"/{field}"
    if ("Resource" in writer) != (arguments in writer):
        yield f"ResultWriter has Resource and {arguments}, or neither", ""
    if writer.get("Resource", PUT_OBJECT) != PUT_OBJECT:
        yield f"The resource '{writer['Resource']}' is not {PUT_OBJECT}", "/Resource"
    config = writer.get(CONFIG, {})
    if not isinstance(config, dict):
        yield "Expected an object", f"/{CONFIG}"
        return
    for field, value in config.items():
        if value not in OPTIONS.get(field, ()):
            yield f"The value '{value}' of {field} is not one of {OPTIONS.get(field, ())}", f"/{CONFIG}/{field}"


def rewrite_writer(writer: dict[str, Any]) -> dict[str, Any]:
    """Return a ResultWriter that moto's grammar accepts: WriterConfig is a parameter, and Resource is required."""
    arguments = writer.get("Arguments", writer.get("Parameters", {}))
    return {"Resource": PUT_OBJECT, "Parameters": {**arguments, CONFIG: writer.get(CONFIG, {})}}


class ResultWriter:
    """An evaluated ResultWriter: the format of the results, and the bucket of an export."""

    def __init__(self, arguments: dict[str, Any], clients: RoleClients, role_arn: str) -> None:
        config = arguments.get(CONFIG) or {}
        self._transformation = config.get("Transformation", OPTIONS["Transformation"][0])
        self._output_type = config.get("OutputType", OPTIONS["OutputType"][0])
        self._bucket: str | None = arguments.get("Bucket")
        prefix = str(arguments.get("Prefix") or "")
        self._prefix = f"{prefix}/" if prefix and not prefix.endswith("/") else prefix
        self._clients, self._role_arn = clients, role_arn

    @property
    def exports(self) -> bool:
        """True if the results are written to S3."""
        return self._bucket is not None

    def transform(self, children: Iterable[Child], record: MapRun) -> list[Any]:
        """Return the results of children that succeeded, in the form of Transformation."""
        if self._transformation == "NONE":
            return [child.describe(record.map_state_machine_arn) for child in children]
        outputs = [child.outcome.output for child in children if child.outcome]
        if self._transformation == "COMPACT":
            return outputs
        return [one for output in outputs for one in (output if isinstance(output, list) else [output])]

    def encode(self, results: Sequence[Any]) -> str:
        """Return the text of a result file, or of the state's output in the form of OutputType."""
        return "\n".join(map(_compact, results)) if self._output_type == "JSONL" else _compact(results)

    def shape_output(self, children: Iterable[Child], record: MapRun) -> Any:
        """Return the state's output without an export."""
        results = self.transform(children, record)
        return self.encode(results) if self._output_type == "JSONL" else results

    def write(self, env: Any, record: MapRun, children: Sequence[Child]) -> dict[str, Any]:
        """Write the result files and their manifest. Return the state's output, which names the manifest.

        A refusal by S3 fails the state with ``States.ResultWriterFailed``.
        """
        folder = f"{self._prefix}{record.map_run_arn.rpartition(':')[2]}/"
        files: dict[str, list[dict[str, Any]]] = {_FAILED: [], _PENDING: [], _SUCCEEDED: []}
        for kind, listed in files.items():
            of_kind = [child for child in children if child.result_file == kind]
            if not of_kind:
                continue
            if kind == _SUCCEEDED:
                body = self.encode(self.transform(of_kind, record)).encode()
            else:  # "returns its execution result unchanged", whatever Transformation is
                body = self.encode([child.describe(record.map_state_machine_arn) for child in of_kind]).encode()
            key = f"{folder}{kind}_0.{self._output_type.lower()}"
            self._put(env, key, body)
            listed.append({"Key": key, "Size": len(body)})
        manifest = {"DestinationBucket": self._bucket, "MapRunArn": record.map_run_arn, "ResultFiles": files}
        self._put(env, f"{folder}manifest.json", _compact(manifest).encode())
        record.counts.results_written = len(children)
        details = {"Bucket": self._bucket, "Key": f"{folder}manifest.json"}
        return {"MapRunArn": record.map_run_arn, "ResultWriterDetails": details}

    def _put(self, env: Any, key: str, body: bytes) -> None:
        client = self._clients.client("s3", self._role_arn)
        try:
            client.put_object(Bucket=self._bucket, Key=key, Body=body)
        except (ClientError, BotoCoreError) as error:
            raise failure(env, RESULT_WRITER_FAILED, f"{self._bucket}/{key}: {error}") from error


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
