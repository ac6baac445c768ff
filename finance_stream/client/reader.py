"""The two readers of a lake behind one call: Athena, or the objects straight from S3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, get_args

import pyarrow as pa
from botocore.exceptions import ClientError

from finance_stream.client.athena import quote_text
from finance_stream.client.deployment import Deployment
from finance_stream.client.dialect import UntranslatedError
from finance_stream.client.direct import MAX_OBJECTS, DirectReader
from finance_stream.client.lake_dates import Asked, find_newest_date, read_first_date
from finance_stream.client.objects import UnreadableError
from finance_stream.errors import quote_value

Choice = Literal["auto", "athena", "s3"]


class ReaderError(Exception):
    """A choice of a reader that can't answer. The text names it, the reason and the other choices."""


@dataclass(frozen=True)
class Reader:
    """A reader of a deployment's lake.

    ``auto`` reads the objects from S3 if they are small, and asks Athena otherwise.
    """

    deployment: Deployment
    choice: Choice = "auto"

    def __post_init__(self) -> None:
        if self.choice not in get_args(Choice):
            raise ReaderError(f"reader: {quote_value(self.choice)} is not one of {', '.join(get_args(Choice))}")

    def ask(self, sql: str, parameters: Sequence[str], asked: Asked) -> pa.Table:
        """Return the answer to a question with text parameters, which reads the partitions of ``asked`` only.

        Raises
        ------
        ReaderError
            When the choice is ``s3``, and only Athena can answer.
        pyathena.Error
            When Athena rejects or fails the query.
        """
        if self.choice != "athena" and (answer := self._ask_directly(sql, parameters, asked)) is not None:
            return answer
        return self.deployment.athena.ask(sql, list(map(quote_text, parameters))).table

    def find_newest_date(self, interval: str) -> date | None:
        """Return the newest date with bars, None for an empty lake."""
        return find_newest_date(self.deployment, interval)

    @cached_property
    def _first_date(self) -> date | None:
        """The first date of the stage's tables. Athena finds no bar before it."""
        return read_first_date(self.deployment)

    @property
    def _direct(self) -> DirectReader:
        return DirectReader(self.deployment.s3, self.deployment.bucket)

    def _ask_directly(self, sql: str, parameters: Sequence[str], asked: Asked) -> pa.Table | None:
        """Return the answer, None if Athena should give it."""
        is_free = self.choice == "auto"
        attempts = 2
        while True:
            start = max(asked.start, self._first_date or asked.start)
            listing = self._direct.list_objects(asked.interval, start, asked.end, MAX_OBJECTS if is_free else None)
            if is_free and not listing.is_small:
                return None
            attempts -= 1
            try:
                return self._direct.ask(sql, parameters, listing)
            except (UntranslatedError, UnreadableError) as error:
                if is_free:
                    return None
                raise ReaderError(f"reader: 's3' can't answer this: {error} (use auto or athena)") from error
            except ClientError as error:
                # The compaction deleted an object since it was listed. Its bars are in another one by now.
                if error.response["Error"].get("Code") != "NoSuchKey" or not attempts:
                    raise
