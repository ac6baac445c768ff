"""A fault plan: the calls that fail, how, and how often.

The file is JSON::

    {"seed": 7, "faults": [{"call": "yahoo:chart", "of": "NFLX", "occurrence": 2, "times": 2, "fault": "rate-limited"}]}

Calls and their faults are those of :data:`CALLS`. docs/reliability.md describes each.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError, model_validator

from embedded_cloud.firehose.faults import TWICE
from embedded_cloud.lambda_.faults import FUNCTION_FAULTS
from embedded_cloud.refusals import REFUSALS
from finance_stream.errors import MAX_REASON_CHARACTERS, make_printable, quote_value
from local.yahoo.faults import FAULTS
from local.yahoo.rows import SPOILT_ROWS

CHART, PUT, DELIVERY, FUNCTION = "yahoo:chart", "firehose:PutRecordBatch", "firehose:delivery", "lambda:function"
PARTIAL, NO_ANSWER = "partial", "no-answer"

CALLS: Mapping[str, tuple[str, ...]] = {
    CHART: (*FAULTS, *SPOILT_ROWS),
    PUT: (PARTIAL, NO_ANSWER, *REFUSALS),
    DELIVERY: (TWICE,),
    FUNCTION: tuple(FUNCTION_FAULTS),
    **dict.fromkeys(("athena:StartQueryExecution", "lambda:InvokeFunction", "s3:GetObject", "s3:PutObject"), REFUSALS),
}


class PlanError(ValueError):
    """An invalid fault plan. Its one line names the file, the field, the value and the values allowed."""


class Rule(BaseModel):
    """One fault: it is injected into the ``occurrence``-th call that matches, and into the ``times - 1`` after it.

    ``of`` is a pattern like those for file names (``bars/*``). With ``times`` null the fault never ends.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    call: str
    of: str = "*"
    occurrence: PositiveInt = 1
    times: PositiveInt | None = 1
    fault: str

    @model_validator(mode="after")
    def _check_known(self) -> Self:
        if self.call not in CALLS:
            raise ValueError(f"call: {quote_value(self.call)} is not one of {', '.join(CALLS)}")
        if self.fault not in CALLS[self.call]:
            raise ValueError(
                f"fault: {quote_value(self.fault)} of {self.call} is not one of {', '.join(CALLS[self.call])}"
            )
        return self

    def injects(self, occurrence: int) -> bool:
        """Return whether the fault is injected into the ``occurrence``-th call that matches."""
        return self.occurrence <= occurrence and (self.times is None or occurrence < self.occurrence + self.times)


class FaultPlan(BaseModel):
    """Rules, and the ``seed`` of their random choices. The first rule that applies to a call decides."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    seed: int = 0
    faults: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the plan in a file.

        Raises
        ------
        PlanError
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise PlanError(make_printable(f"{path}: {error.strerror}")) from error
        except ValidationError as error:
            explained = make_printable("; ".join(_explain(error)), MAX_REASON_CHARACTERS)
            raise PlanError(f"{make_printable(str(path))}: {explained}") from error


NO_FAULTS = FaultPlan()


def _explain(error: ValidationError) -> list[str]:
    """Return one line per mistake in the file, with the place of the field."""
    return [
        ": ".join(part for part in (".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) if part)
        for one in error.errors()
    ]
