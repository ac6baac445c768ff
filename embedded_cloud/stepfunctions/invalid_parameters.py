"""Parameters of a task that botocore doesn't send."""

from __future__ import annotations

import re
import uuid
from typing import Any

from botocore.exceptions import ParamValidationError

VALIDATION = "ValidationException"
# botocore's texts of a parameter that is missing or null.
_NULL_PARAMETER = re.compile(r'Missing required parameter in \S+ "(\w+)"|Invalid type for parameter (\S+), value: None')


def describe_invalid(error: ParamValidationError) -> dict[str, Any]:
    """Return the error response of the service for parameters that botocore doesn't send.

    AWS sends them, and the service refuses them. The task's error is the service's, and a catcher can match it.
    """
    report = str(error.kwargs["report"])
    names = [first or second for first, second in _NULL_PARAMETER.findall(report)]
    null = "Value null at '{}' failed to satisfy constraint: Member must not be null"
    reasons = [null.format(f"{name[0].lower()}{name[1:]}") for name in names] or report.splitlines()
    text = f"{len(reasons)} validation error{'s' * (len(reasons) > 1)} detected: {'; '.join(reasons)}"
    metadata = {"HTTPStatusCode": 400, "RequestId": str(uuid.uuid4())}
    return {"Error": {"Code": VALIDATION, "Message": text}, "ResponseMetadata": metadata}
