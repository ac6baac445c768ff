"""The errors that Athena's API answers with. https://docs.aws.amazon.com/athena/latest/APIReference/CommonErrors.html"""

from __future__ import annotations

import json

from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError


class RefusedError(JsonRESTError):  # type: ignore[misc]
    """An error of the API, with ``AthenaErrorCode`` beside the message."""

    code = 400

    def __init__(self, error_type: str, athena_error_code: str, message: str) -> None:
        super().__init__(error_type, message)
        self.description = json.dumps(
            {"__type": error_type, "AthenaErrorCode": athena_error_code, "Message": message, "message": message}
        )


def invalid(message: str) -> RefusedError:
    """A request that breaks a rule."""
    return RefusedError("InvalidRequestException", "INVALID_INPUT", message)


def malformed(message: str) -> RefusedError:
    """A statement that does not parse."""
    return RefusedError("InvalidRequestException", "MALFORMED_QUERY", message)


def already_exists(message: str) -> RefusedError:
    """A name that is taken."""
    return RefusedError("InvalidRequestException", "INVALID_INPUT", message)


def access_denied(message: str) -> RefusedError:
    """What the caller's policies do not allow."""
    return RefusedError("AccessDeniedException", "ACCESS_DENIED", message)


def not_found(message: str) -> RefusedError:
    """A prepared statement that is not there."""
    return RefusedError("ResourceNotFoundException", "RESOURCE_NOT_FOUND", message)


def metadata_failed(glue: ClientError) -> RefusedError:
    """What Glue refused, in the words by which clients know its code again."""
    refused, answer = glue.response["Error"], glue.response["ResponseMetadata"]
    message = (
        f"{refused.get('Message')} (Service: AmazonDataCatalog; Status Code: {answer['HTTPStatusCode']}; "
        f"Error Code: {refused.get('Code')}; Request ID: {answer.get('RequestId')}; Proxy: null)"
    )
    return RefusedError("MetadataException", "INVALID_INPUT", message)
