"""Injected refusals: AWS's errors for a denied, throttled or unavailable call."""

from __future__ import annotations

from embedded_cloud.faults import FaultHook

DENIED, THROTTLED, UNAVAILABLE = "denied", "throttled", "unavailable"
REFUSALS = (DENIED, THROTTLED, UNAVAILABLE)

# Error code and HTTP status per service, from its API reference:
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
# https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html#API_StartQueryExecution_Errors
_THROTTLED = {
    "s3": ("SlowDown", 503),
    "lambda": ("TooManyRequestsException", 429),
    "athena": ("TooManyRequestsException", 400),
}
_UNAVAILABLE = {
    "s3": ("InternalError", 500),
    "lambda": ("ServiceException", 500),
    "athena": ("InternalServerException", 500),
}
_DENIED = {"s3": ("AccessDenied", 403), "lambda": ("AccessDeniedException", 403)}

# All other services: https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
_BY_FAULT = {
    DENIED: (_DENIED, ("AccessDeniedException", 400)),
    THROTTLED: (_THROTTLED, ("ThrottlingException", 400)),
    UNAVAILABLE: (_UNAVAILABLE, ("InternalFailure", 500)),
}


class RefusalError(Exception):
    """A call refused by the fault plan."""

    def __init__(self, action: str, fault: str) -> None:
        super().__init__(f"{action} is {fault} by the fault plan")
        by_service, other = _BY_FAULT[fault]
        self.code, self.status = by_service.get(action.split(":", 1)[0], other)


def raise_planned_refusal(faults: FaultHook, action: str, of: str) -> None:
    """Raise a :class:`RefusalError` if a refusal is planned for this call."""
    if fault := faults(action, of, b""):
        raise RefusalError(action, fault)
