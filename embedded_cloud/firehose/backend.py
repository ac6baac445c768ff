"""Firehose's backend: direct-put streams to S3 with AWS's limits, buffers, transformation, partitions and failures.

It replaces moto's handling of records and of a destination's configuration.
https://docs.aws.amazon.com/firehose/latest/dev/what-is-this-service.html
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, ClassVar, cast

from moto.firehose.exceptions import InvalidArgumentException, ResourceNotFoundException
from moto.firehose.models import DeliveryStream, FirehoseBackend, firehose_backends

from embedded_cloud.cloud import ACCOUNT_ID, REGION, EmbeddedCloud
from embedded_cloud.firehose.context import StreamContext
from embedded_cloud.firehose.delivery import Delivery
from embedded_cloud.firehose.destination import Destination, complete_configuration, is_partitioned, not_emulated
from embedded_cloud.firehose.faults import ENTRY_ERROR_CODE, ENTRY_ERROR_MESSAGE, NoAnswerError, PutFault
from embedded_cloud.firehose.record import Record, Statistics

# The API model has the other limits: 500 records per batch and 1,024,000 bytes per record. This one is only in
# https://docs.aws.amazon.com/firehose/latest/dev/limits.html
MAX_BATCH_BYTES = 4 * 1024 * 1024

_DESTINATION = "ExtendedS3Destination"
_SERVICE_PRINCIPAL = "firehose.amazonaws.com"


def read_statistics(stream_name: str) -> Statistics:
    """Return the counts of a delivery stream of the running cloud."""
    return _find_backend().find_delivery(stream_name).statistics


def set_put_fault(stream_name: str, fault: PutFault | None) -> None:
    """Inject a fault into PutRecordBatch of a stream, see :mod:`embedded_cloud.firehose.faults`. None removes it.

    The stream may be missing so far. Deleting the stream removes the fault.
    """
    _find_backend().set_put_fault(stream_name, fault)


def _find_backend() -> DeliveryStreamBackend:
    return cast(DeliveryStreamBackend, firehose_backends[ACCOUNT_ID][REGION])


class DeliveryStreamBackend(FirehoseBackend):  # type: ignore[misc]
    """The delivery streams of an account and region."""

    cloud: ClassVar[EmbeddedCloud]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._deliveries: dict[str, Delivery] = {}
        self._put_faults: dict[str, PutFault] = {}
        self._put_calls: dict[str, int] = {}
        self._put_lock = threading.Lock()

    def find_delivery(self, stream_name: str) -> Delivery:
        """Return the delivery of a stream by the stream's name."""
        self._find_stream(stream_name)
        return self._deliveries[stream_name]

    def set_put_fault(self, stream_name: str, fault: PutFault | None) -> None:
        with self._put_lock:
            self._put_calls[stream_name] = 0
            self._put_faults.pop(stream_name, None)
            if fault:
                self._put_faults[stream_name] = fault

    def create(self, parameters: dict[str, Any]) -> str:
        """Create a delivery stream and return its ARN.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
        """
        _check_source(parameters)
        configuration = complete_configuration(_pick_destination(parameters, "Configuration"))
        destination = Destination.from_configuration(configuration)
        self._check_roles(destination)
        name = parameters["DeliveryStreamName"]
        arn: str = super().create_delivery_stream(
            self.region_name,
            name,
            parameters.get("DeliveryStreamType"),
            None,
            _complete_encryption(parameters.get("DeliveryStreamEncryptionConfigurationInput")),
            None,
            configuration,
            *[None] * 6,  # the other destinations
            parameters.get("Tags"),
        )
        stream = StreamContext(name, arn, self._find_stream(name).version_id, destination, self.cloud)
        self._deliveries[name] = Delivery(stream, self.cloud)
        return arn

    def update(self, parameters: dict[str, Any]) -> None:
        """Update a stream's destination. As on AWS, each given top-level parameter replaces the current one.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html
        """
        name = parameters["DeliveryStreamName"]
        current = self._find_stream(name).destinations[0]["ExtendedS3"]
        configuration = complete_configuration({**current, **_pick_destination(parameters, "Update")})
        if is_partitioned(configuration) != is_partitioned(current):
            raise InvalidArgumentException("Dynamic Partitioning cannot be enabled or disabled for an existing stream.")
        destination = Destination.from_configuration(configuration)
        self._check_roles(destination)
        super().update_destination(
            name,
            parameters["CurrentDeliveryStreamVersionId"],
            parameters["DestinationId"],
            None,
            configuration,
            *[None] * 7,  # the other destinations
        )
        self._deliveries[name].update(destination, self._find_stream(name).version_id)

    def delete_delivery_stream(self, delivery_stream_name: str) -> None:
        """Delete a stream. As on AWS, its undelivered records are lost.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html
        """
        super().delete_delivery_stream(delivery_stream_name)
        self._deliveries.pop(delivery_stream_name).stop()
        self.set_put_fault(delivery_stream_name, None)

    def put_record_batch(self, delivery_stream_name: str, records: list[dict[str, bytes]]) -> dict[str, Any]:
        """Accept records. The result has one entry per record, in the same order.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
        """
        stream = self._find_stream(delivery_stream_name)
        taken = [Record(record["Data"]) for record in records]
        if sum(len(record.data) for record in taken) > MAX_BATCH_BYTES:
            raise InvalidArgumentException("Records size exceeds 4 MB limit")
        delivery = self._deliveries[delivery_stream_name]
        try:
            failed = self._choose_failing(delivery_stream_name, [record.data for record in taken])
        except NoAnswerError:
            delivery.put(taken)
            raise
        delivery.put(record for index, record in enumerate(taken) if index not in failed)
        return {
            "FailedPutCount": len(failed),
            "Encrypted": stream.delivery_stream_encryption_configuration.get("Status") == "ENABLED",
            "RequestResponses": [
                {"ErrorCode": ENTRY_ERROR_CODE, "ErrorMessage": ENTRY_ERROR_MESSAGE}
                if index in failed
                else {"RecordId": record.record_id}
                for index, record in enumerate(taken)
            ],
        }

    def put_s3_records(
        self,
        delivery_stream_name: str,
        version_id: str,
        s3_destination: dict[str, Any],
        records: list[dict[str, bytes]],
    ) -> Any:
        """Put records for moto's log subscriptions. They pass through the buffers like all records."""
        del version_id, s3_destination
        return self.put_record_batch(delivery_stream_name, records)["RequestResponses"]

    def _choose_failing(self, stream_name: str, records: Sequence[bytes]) -> set[int]:
        fault = self._put_faults.get(stream_name)
        if fault is None:
            return set()
        with self._put_lock:
            self._put_calls[stream_name] += 1
            call = self._put_calls[stream_name]
        return set(fault(records, call))

    def _find_stream(self, name: str) -> DeliveryStream:
        if name not in self.delivery_streams:
            raise ResourceNotFoundException(f"Firehose {name} under account {self.account_id} not found.")
        return self.delivery_streams[name]

    def _check_roles(self, destination: Destination) -> None:
        """Refuse a role that Firehose can't assume. Firehose checks this when a stream is created or updated."""
        processor = destination.processor
        for role_arn in sorted({destination.role_arn, processor.role_arn if processor else destination.role_arn}):
            if not self.cloud.permissions.role_trusts(role_arn, _SERVICE_PRINCIPAL):
                raise InvalidArgumentException(
                    f"Firehose is unable to assume role {role_arn}. Please check the role provided."
                )


def _pick_destination(parameters: dict[str, Any], suffix: str) -> dict[str, Any]:
    """Return the only destination of a request. Its parameter's name ends in ``suffix``."""
    given = [name for name in parameters if name.endswith(f"Destination{suffix}")]
    if len(given) != 1:
        raise InvalidArgumentException("Exactly one destination configuration is supported for a Firehose")
    if given[0] != _DESTINATION + suffix:
        raise not_emulated(given[0], _DESTINATION + suffix)
    return dict(parameters[given[0]])


def _check_source(parameters: dict[str, Any]) -> None:
    if (kind := parameters.get("DeliveryStreamType") or "DirectPut") != "DirectPut":
        raise not_emulated(f"DeliveryStreamType {kind}", "DirectPut")
    for name in parameters:
        if name.endswith("SourceConfiguration"):
            raise not_emulated(name, "a DirectPut stream without it")


def _complete_encryption(given: dict[str, Any] | None) -> dict[str, Any]:
    """Return the encryption of a stream with its status, from the given input.

    https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamEncryptionConfigurationInput.html
    """
    if given is None:
        return {"Status": "DISABLED"}
    if given["KeyType"] == "AWS_OWNED_CMK" and "KeyARN" in given:
        raise InvalidArgumentException("KeyARN cannot be specified when KeyType is AWS_OWNED_CMK")
    if given["KeyType"] == "CUSTOMER_MANAGED_CMK" and "KeyARN" not in given:
        raise InvalidArgumentException("KeyARN is required when KeyType is CUSTOMER_MANAGED_CMK")
    return {**given, "Status": "ENABLED"}
