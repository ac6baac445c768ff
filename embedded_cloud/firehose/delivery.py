"""The delivery of a stream: it buffers, transforms, partitions and writes the records that are put.

https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose.buffer import BufferingHints, Buffers
from embedded_cloud.firehose.context import StreamContext
from embedded_cloud.firehose.destination import Destination
from embedded_cloud.firehose.faults import TWICE
from embedded_cloud.firehose.object import deliver
from embedded_cloud.firehose.prefix import MAX_EVALUATED_CHARACTERS, PARTITION_KEY_FROM_LAMBDA, Prefix
from embedded_cloud.firehose.processor import LambdaProcessor
from embedded_cloud.firehose.record import Failure, Record, Statistics
from embedded_cloud.firehose.transformation import Transformed, transform
from embedded_cloud.threads import Semaphore

# https://docs.aws.amazon.com/firehose/latest/dev/limits.html
MAX_ACTIVE_PARTITIONS = 500
MAX_OUTSTANDING_INVOCATIONS = 5
MAX_OUTSTANDING_WRITES = 5  # a choice: AWS does not document its limit

_METADATA_EXTRACTION_FAILED = Failure(
    "DynamicPartitioning.MetadataExtractionFailed", "partitionKeys values must not be null or empty"
)
# "the rest of the records ... are delivered to the specified S3 error bucket prefix (activePartitionExceeded)":
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html
_ACTIVE_PARTITIONS_EXCEEDED = Failure(
    "DynamicPartitioning.ActivePartitionsLimitExceeded",
    "The number of active partitions has exceeded the configured limit",
    output_type="activePartitionExceeded",
)


@dataclass(frozen=True)
class _Target:
    """A group of records for the same objects: those of one partition, or those with one kind of failure."""

    prefix: Prefix
    failed: bool = False


class Delivery:
    """The delivery of one stream, from its creation to :meth:`stop`.

    A record passes the processor's buffer, the function, its partition's buffer, and then goes to S3. Without a
    processor it starts in the partition's buffer. A failed record goes to the buffer for its kind of failure.
    """

    def __init__(self, stream: StreamContext, cloud: EmbeddedCloud) -> None:
        self._stream = stream
        self._cloud = cloud
        self._statistics = Statistics()
        self._partitions: Counter[_Target] = Counter()  # records of each active partition
        self._lock = threading.Lock()
        self._invocations = Semaphore(stream.clock, MAX_OUTSTANDING_INVOCATIONS)
        self._writes = Semaphore(stream.clock, MAX_OUTSTANDING_WRITES)
        self._incoming: Buffers[LambdaProcessor] = Buffers(
            f"{stream.name}: processor buffer",
            stream.clock,
            _choose_buffering(stream.destination),
            lambda processor, records: self._start(self._invocations, self._transform, processor, records),
        )
        self._outgoing: Buffers[_Target] = Buffers(
            f"{stream.name}: S3 buffers",
            stream.clock,
            stream.destination.buffering,
            lambda target, records: self._start(self._writes, self._write, target, records),
        )
        cloud.on_stop(self.stop)

    @property
    def statistics(self) -> Statistics:
        """A copy of the current counts."""
        with self._lock:
            return replace(self._statistics)

    def put(self, records: Iterable[Record]) -> None:
        """Accept ``records`` for delivery."""
        records = list(records)
        data = [record.data for record in records]
        lines = sum(one.rstrip(b"\n").count(b"\n") + 1 for one in data)
        self._count(incoming_records=len(data), incoming_bytes=sum(map(len, data)), incoming_lines=lines)
        destination = self._stream.destination
        if destination.processor:
            self._incoming.add(*((destination.processor, record) for record in records))
        else:
            self._outgoing.add(*((_Target(destination.prefix), record) for record in records))

    def update(self, destination: Destination, version: str) -> None:
        """Use ``destination`` from now on. Records in a buffer keep their old due time."""
        self._stream.destination, self._stream.version = destination, version
        self._incoming.hints = _choose_buffering(destination)
        self._outgoing.hints = destination.buffering

    def stop(self) -> None:
        """End every thread and drop the undelivered records."""
        self._stream.stopped.set()
        self._incoming.stop()
        self._outgoing.stop()

    def _transform(self, processor: LambdaProcessor, records: list[Record]) -> None:
        outcomes = transform(self._stream, processor, records)
        if self._stream.stopped.is_set():
            return
        failures: dict[str, Failure] = {}
        going: list[tuple[_Target, Record]] = []
        for record, outcome in zip(records, outcomes, strict=True):
            result = self._assign_partition(outcome) if isinstance(outcome, Transformed) else outcome
            if isinstance(result, Failure):
                failures[result.code] = result
                going.append(self._route_failure(record, result, processor))
            elif result is not None:
                going.append(result)
        self._count(dropped_records=len(records) - len(going))
        self._outgoing.add(*going)
        for failure in failures.values():
            self._stream.log(failure.code, failure.message, processor.function_arn)

    def _assign_partition(self, outcome: Transformed) -> tuple[_Target, Record] | Failure:
        """Return the target of a transformed record, or the failure that keeps it from one."""
        destination = self._stream.destination
        record = replace(outcome.record, data=outcome.data)
        if not destination.dynamic_partitioning:
            return _Target(destination.prefix), record
        given = outcome.partition_keys if isinstance(outcome.partition_keys, dict) else {}
        keys = {key: given.get(key) for key in destination.prefix.find_partition_keys(PARTITION_KEY_FROM_LAMBDA)}
        if not all(isinstance(value, str) and value for value in keys.values()):
            return _METADATA_EXTRACTION_FAILED
        target = _Target(destination.prefix.fill_partition_keys({key: str(value) for key, value in keys.items()}))
        if target.prefix.literal_characters > MAX_EVALUATED_CHARACTERS:
            message = f"Length of evaluated prefix cannot be greater than {MAX_EVALUATED_CHARACTERS}"
            return replace(_METADATA_EXTRACTION_FAILED, message=message)
        with self._lock:
            if target not in self._partitions and len(self._partitions) >= MAX_ACTIVE_PARTITIONS:
                return _ACTIVE_PARTITIONS_EXCEEDED
            self._partitions[target] += 1
        return target, record

    def _route_failure(self, record: Record, failure: Failure, processor: LambdaProcessor) -> tuple[_Target, Record]:
        prefix = self._stream.destination.error_output_prefix.fill_error_output_type(failure.output_type)
        return _Target(prefix, failed=True), replace(record, data=failure.format_line(record, processor.function_arn))

    def _write(self, target: _Target, records: list[Record]) -> None:
        data = b"".join(record.data for record in records)
        arrived_at = min(record.arrived_at for record in records)
        delivered = deliver(self._stream, target.prefix, arrived_at, data)
        if delivered and self._cloud.faults("firehose:delivery", self._stream.name, b"") == TWICE:
            deliver(self._stream, target.prefix, arrived_at, data)
        if not delivered and self._stream.stopped.is_set():
            return
        with self._lock:
            if target in self._partitions:
                self._partitions[target] -= len(records)
                self._partitions += Counter()  # drops partitions without records
        if not delivered:
            self._count(lost_records=len(records))
        elif target.failed:
            self._count(failed_records=len(records), failed_objects=1)
        else:
            self._count(delivered_records=len(records), delivered_bytes=len(data), delivered_objects=1)

    def _start(self, slots: Semaphore, work: Callable[..., None], *arguments: object) -> None:
        """Run ``work`` in its own thread once one of ``slots`` is free. The buffers grow until then."""

        def run() -> None:
            try:
                work(*arguments)
            finally:
                slots.release()

        slots.acquire()
        self._stream.clock.start_thread(run, name=f"{self._stream.name}: {work.__name__.strip('_')}")

    def _count(self, **increments: int) -> None:
        with self._lock:
            for name, increment in increments.items():
                setattr(self._statistics, name, getattr(self._statistics, name) + increment)


def _choose_buffering(destination: Destination) -> BufferingHints:
    return destination.processor.buffering if destination.processor else destination.buffering
