"""The errors of Athena's API. https://docs.aws.amazon.com/athena/latest/APIReference/CommonErrors.html"""

from __future__ import annotations

import json

from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError


class RefusedError(JsonRESTError):  # type: ignore[misc]
    """An error response of the API, with its ``AthenaErrorCode`` and message."""

    code = 400

    def __init__(self, error_type: str, athena_error_code: str, message: str) -> None:
        super().__init__(error_type, message)
        self.description = json.dumps(
            {"__type": error_type, "AthenaErrorCode": athena_error_code, "Message": message, "message": message}
        )


def invalid(message: str) -> RefusedError:
    """Return the error for a request that breaks a rule."""
    return RefusedError("InvalidRequestException", "INVALID_INPUT", message)


def malformed(message: str) -> RefusedError:
    """Return the error for a statement that does not parse."""
    return RefusedError("InvalidRequestException", "MALFORMED_QUERY", message)


def already_exists(message: str) -> RefusedError:
    """Return the error for a name that exists."""
    return RefusedError("InvalidRequestException", "INVALID_INPUT", message)


def access_denied(message: str) -> RefusedError:
    """Return the error for a request that the caller's policies do not allow."""
    return RefusedError("AccessDeniedException", "ACCESS_DENIED", message)


def not_found(message: str) -> RefusedError:
    """Return the error for a prepared statement that does not exist."""
    return RefusedError("ResourceNotFoundException", "RESOURCE_NOT_FOUND", message)


def metadata_failed(glue: ClientError) -> RefusedError:
    """Return the error for a refusal by Glue. Clients find Glue's error code in its message."""
    refused, answer = glue.response["Error"], glue.response["ResponseMetadata"]
    message = (
        f"{refused.get('Message')} (Service: AmazonDataCatalog; Status Code: {answer['HTTPStatusCode']}; "
        f"Error Code: {refused.get('Code')}; Request ID: {answer.get('RequestId')}; Proxy: null)"
    )
    return RefusedError("MetadataException", "INVALID_INPUT", message)
